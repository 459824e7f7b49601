import { type Account } from './account.ts';
import { tellOfContact } from './delivery.ts';
import { type World } from './world.ts';
import { rosterOperation } from '../msync/wire-types.ts';

/** What a user does about another one. */
export type Regarding = { readonly account: Account; readonly other: string };

/** What the service says instead of doing it: the texts the SDK makes its error codes from. */
export type ContactRefusal =
  | 'user not found'
  | 'no invitation of this user'
  | 'remark length must less than 100'
  | 'updateRemark | they are not friends, please add as a friend first.';

const remarkMax = 100;

/** Contacts, and who is blocked. The other one is told of each change, and of an accepted invitation both. */
export interface Contacts {
  /** Asks the other one. @returns Why it was refused; `undefined` if it was done. */
  invite(regarding: Regarding, reason: string): ContactRefusal | undefined;
  /** Answers the other one's invitation. @returns As for `invite`. */
  answer(regarding: Regarding, options: { readonly accept: boolean }): ContactRefusal | undefined;
  /** Neither has the other any more. Without effect if they are no contacts. */
  remove(regarding: Regarding): void;
  /** @param remark At most 100 characters; '' takes it back. @returns As for `invite`. */
  remark(regarding: Regarding, remark: string): ContactRefusal | undefined;
  /** Refuses the messages of these, or no more. Told to nobody; contacts stay contacts. */
  block(account: Account, userIds: readonly string[], options: { readonly set: boolean }): void;
}

export function createContacts(world: World): Contacts {
  return {
    invite({ account, other }, reason) {
      const invited = world.findAccount(other);
      if (invited === undefined) return 'user not found';
      if (account.contacts.has(other)) return undefined;
      invited.invitations.set(account.userId, reason);
      tellOfContact(world, invited, { from: account.userId, operation: rosterOperation.add, reason });
      return undefined;
    },
    answer({ account, other }, { accept }) {
      const { userId } = account;
      if (!account.invitations.delete(other)) return 'no invitation of this user';
      const inviter = world.account(other);
      if (!accept) {
        tellOfContact(world, inviter, { from: userId, operation: rosterOperation.remoteDecline });
        return undefined;
      }
      inviter.invitations.delete(userId);
      account.contacts.set(other, '');
      inviter.contacts.set(userId, '');
      tellOfContact(world, inviter, { from: userId, operation: rosterOperation.remoteAccept });
      tellOfContact(world, account, { from: other, operation: rosterOperation.accept });
      return undefined;
    },
    remove({ account, other }) {
      if (!account.contacts.delete(other)) return;
      const left = world.account(other);
      left.contacts.delete(account.userId);
      tellOfContact(world, left, { from: account.userId, operation: rosterOperation.remove });
    },
    remark({ account, other }, remark) {
      if (!account.contacts.has(other)) return 'updateRemark | they are not friends, please add as a friend first.';
      if (remark.length > remarkMax) return 'remark length must less than 100';
      account.contacts.set(other, remark);
      return undefined;
    },
    block({ blocked }, userIds, { set }) {
      for (const userId of userIds) {
        if (set) blocked.add(userId);
        else blocked.delete(userId);
      }
    },
  };
}
