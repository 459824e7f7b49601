import { type Account } from './account.ts';
import { type World } from './world.ts';

/** Where a device wants its push notifications. */
export type PushToken = { readonly deviceId: string; readonly token: string; readonly notifier: string };

/** What a user reports of a message of somebody. */
export type Report = { readonly by: string; readonly messageId: string; readonly type: string; readonly reason: string };

/** What users tell of themselves, and what is told of them. */
export interface People {
  /** @returns `taken`: there is such a user; `illegal`: nobody can be called so. */
  register(options: { readonly userId: string; readonly password: string; readonly nickname: string }): Account | 'taken' | 'illegal';
  /** What comes changes, the rest stays. Only what a profile can hold. */
  describe(account: Account, attributes: Readonly<Record<string, string>>): void;
  /** The attributes that are asked for and set; none of a user there is not. */
  profile(userId: string, names: readonly string[]): Readonly<Record<string, string>>;
  /** The name in push notifications. */
  rename(account: Account, nickname: string): void;
  /** One for each device; an empty one takes it back. */
  setPushToken(account: Account, token: PushToken): void;
  /** The user's number in calls: the same for ever. */
  rtcUid(userId: string): number;
  /** Whose number it is. */
  rtcUser(uid: number): string | undefined;
  /** @returns Whether there is such a message. */
  report(report: Report): boolean;
}

/** The attributes that a profile can hold. */
export const profileAttributes: readonly string[] = ['nickname', 'avatarurl', 'mail', 'phone', 'gender', 'sign', 'birth', 'ext'];

const firstRtcUid = 1001;

export function createPeople(world: World): People {
  const callers: string[] = [];

  return {
    register({ userId, password, nickname }) {
      if (!/^[a-z0-9_.-]{1,64}$/i.test(userId)) return 'illegal';
      if (world.findAccount(userId) !== undefined) return 'taken';
      return Object.assign(world.account(userId), { password, nickname });
    },
    describe({ profile }, attributes) {
      for (const [name, value] of Object.entries(attributes)) if (profileAttributes.includes(name)) profile.set(name, value);
    },
    profile(userId, names) {
      const profile = world.findAccount(userId)?.profile ?? [];
      return Object.fromEntries([...profile].filter(([name]) => names.includes(name)));
    },
    rename(account, nickname) {
      account.nickname = nickname;
      account.modifiedAt = world.now();
    },
    setPushToken(account, token) {
      if (token.token === '') account.pushTokens.delete(token.deviceId);
      else account.pushTokens.set(token.deviceId, token);
      account.modifiedAt = world.now();
    },
    rtcUid(userId) {
      if (!callers.includes(userId)) callers.push(userId);
      return firstRtcUid + callers.indexOf(userId);
    },
    rtcUser: (uid) => callers[uid - firstRtcUid],
    report(report) {
      if (!world.messages.has(report.messageId)) return false;
      world.reports.push(report);
      return true;
    },
  };
}
