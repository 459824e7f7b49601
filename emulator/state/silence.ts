import { type Account } from './account.ts';
import { type ChatType } from './channel.ts';
import { conversationKey } from './conversation.ts';
import { notifyDevices } from './delivery.ts';
import { type World } from './world.ts';

/** A do-not-disturb setting as the service tells it. What was never set is not there. */
export type SilentMode = {
  /** Which messages are announced: all, those that mention the user, none. */
  readonly type?: 'ALL' | 'AT' | 'NONE';
  /** Silent for so long from when it was set, in ms. */
  readonly ignoreDuration?: number;
  /** When that ends, in ms. */
  readonly expireTimestamp?: number;
  /** Silent every day, as `22:30-7:15`. */
  readonly ignoreInterval?: string;
};

/** What is set: one conversation, or without it the whole account. */
export type SilentTarget = {
  readonly account: Account;
  readonly conversation?: { readonly id: string; readonly chatType: ChatType };
  readonly resource: string;
};

/** A user's do-not-disturb settings. The account's other devices are told of each change. */
export interface Silence {
  /** @param change What comes changes, the rest stays; type `DEFAULT` and duration 0 take a setting back. */
  set(target: SilentTarget, change: Readonly<Record<string, unknown>>): SilentMode;
  get(target: Omit<SilentTarget, 'resource'>): SilentMode;
  /** Conversations that have a type, in order of setting. */
  types(account: Account): readonly { readonly id: string; readonly chatType: ChatType; readonly type: string }[];
}

const types: readonly unknown[] = ['ALL', 'AT', 'NONE'];

export function createSilence(world: World): Silence {
  function keyOf({ conversation }: Omit<SilentTarget, 'resource'>): string {
    return conversation === undefined ? '' : conversationKey(conversation.chatType, conversation.id);
  }

  function tell({ account, conversation, resource }: SilentTarget, mode: SilentMode): void {
    // The client takes what says `ignoreInterval` for the account's own setting, so that one always says it.
    const named =
      conversation === undefined
        ? { user: account.userId, data: { ignoreInterval: '', ...mode } }
        : { [conversation.chatType === 'groupChat' ? 'group' : 'user']: conversation.id, data: mode };
    notifyDevices(world, account, { type: 'user_notification_mute', values: [{ operator_resource: resource, ...named }] });
  }

  function get(target: Omit<SilentTarget, 'resource'>): SilentMode {
    return target.account.silent.get(keyOf(target)) ?? {};
  }

  return {
    get,
    set(target, change) {
      const mode = merge(get(target), change, world.now());
      target.account.silent.set(keyOf(target), mode);
      tell(target, mode);
      return mode;
    },
    types: ({ silent }) =>
      [...silent].flatMap(([key, { type }]) =>
        key === '' || type === undefined
          ? []
          : [{ id: key.slice(2), chatType: key.startsWith('g:') ? ('groupChat' as const) : ('singleChat' as const), type }],
      ),
  };
}

function merge(known: SilentMode, change: Readonly<Record<string, unknown>>, now: number): SilentMode {
  const { type, ignoreDuration, ignoreInterval } = change;
  const { type: knownType, ignoreDuration: duration, expireTimestamp, ignoreInterval: interval } = known;
  const nextType = types.includes(type) ? (type as NonNullable<SilentMode['type']>) : knownType;
  const nextInterval = typeof ignoreInterval === 'string' ? ignoreInterval : interval;
  const until =
    typeof ignoreDuration === 'number'
      ? { ignoreDuration, expireTimestamp: now + ignoreDuration }
      : { ignoreDuration: duration ?? 0, expireTimestamp: expireTimestamp ?? 0 };
  return {
    ...(nextType === undefined || type === 'DEFAULT' ? {} : { type: nextType }),
    ...(until.ignoreDuration > 0 ? until : {}),
    ...(nextInterval === undefined || nextInterval === '' ? {} : { ignoreInterval: nextInterval }),
  };
}
