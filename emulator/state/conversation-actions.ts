import { type Account } from './account.ts';
import { type ChatType, type PinnedMessage } from './channel.ts';
import { countUnread, isVisible, type Conversation } from './conversation.ts';
import { notifyDevices } from './delivery.ts';
import { publish, takeOff } from './publish.ts';
import { type World } from './world.ts';

/** Which conversation of whom, and which of the own devices asks. */
export type Target = {
  readonly account: Account;
  readonly chatType: ChatType;
  readonly id: string;
  readonly resource: string;
};

/** What users do to their own view of a conversation. Each is told to the account's other devices. */
export interface ConversationActions {
  /** Off the list; with `removeMessages` its history too. A new message brings it back. */
  remove(target: Target, options: { readonly removeMessages: boolean }): void;
  removeMessages(target: Target, messageIds: readonly string[]): void;
  /** @param timeMs Exclusive: a message of exactly this time stays. */
  removeMessagesBefore(target: Target, timeMs: number): void;
  removeEverything(account: Account): void;
  /** @returns When it was pinned, in ms; `'full'` or `'unknown'` if it was not. */
  pin(target: Target): number | 'full' | 'unknown';
  unpin(target: Target): void;
  /** @returns Whether there is such a conversation. */
  mark(target: Target, mark: string, options: { readonly set: boolean }): boolean;
  /** Told to everyone in the conversation. @returns `unknown`: there is no such message in it. */
  pinMessage(target: Target, messageId: string, options: { readonly set: boolean }): 'done' | 'full' | 'unknown';
  pinnedMessages(target: Target): readonly PinnedMessage[];
}

export function createConversationActions(world: World): ConversationActions {
  function find({ account, chatType, id }: Target): Conversation {
    return world.conversation(account, chatType, id);
  }

  /** `ext` is the mark or the message id; `del`, `top`, `mark` and the rest are the wire's names. */
  function notify(target: Target, op: string, ts: number, ext?: string): void {
    notifyDevices(world, target.account, {
      type: 'conv',
      data: {
        op,
        id: target.id,
        type: target.chatType === 'groupChat' ? 'groupchat' : 'chat',
        ts,
        from: target.account.userId,
        res: target.resource,
        ...(ext === undefined ? {} : { ext }),
      },
    });
  }

  function notifyRemoval(target: Target): void {
    const chatType = target.chatType === 'groupChat' ? 'groupchat' : 'chat';
    notifyDevices(world, target.account, {
      type: 'roaming_delete',
      data: { to: target.id, chatType, resource: target.resource },
    });
  }

  function afterRemoval(account: Account, conversation: Conversation): void {
    if (!conversation.listed) return;
    conversation.unread = countUnread(conversation, account.userId);
    publish(world, account, conversation);
  }

  function hideAll(conversation: Conversation): void {
    const last = conversation.channel.messages.at(-1);
    if (last !== undefined) conversation.hiddenThrough = last.id;
    conversation.hiddenIds.clear();
  }

  function markRead(conversation: Conversation): void {
    const last = conversation.channel.messages.at(-1);
    if (last !== undefined) conversation.readThrough = last.id;
  }

  return {
    remove(target, { removeMessages }) {
      const conversation = find(target);
      markRead(conversation);
      if (removeMessages) hideAll(conversation);
      takeOff(target.account, conversation);
      publish(world, target.account, conversation);
      notify(target, 'del', world.now());
    },
    removeMessages(target, messageIds) {
      const conversation = find(target);
      for (const id of messageIds) conversation.hiddenIds.add(id);
      afterRemoval(target.account, conversation);
      notifyRemoval(target);
    },
    removeMessagesBefore(target, timeMs) {
      const conversation = find(target);
      const last = conversation.channel.last((message) => message.time < timeMs);
      if (last !== undefined && isVisible(conversation, last)) conversation.hiddenThrough = last.id;
      afterRemoval(target.account, conversation);
      notifyRemoval(target);
    },
    removeEverything(account) {
      for (const conversation of account.conversations.values()) {
        markRead(conversation);
        hideAll(conversation);
        takeOff(account, conversation);
        publish(world, account, conversation);
      }
    },
    pin(target) {
      const conversation = find(target);
      if (!conversation.listed) return 'unknown';
      const { pinned } = target.account;
      const isFull = pinned.size >= world.policies.pinnedConversationsMax;
      if (conversation.pinnedAt === 0 && isFull) return 'full';
      conversation.pinnedAt = world.now();
      pinned.delete(conversation);
      pinned.add(conversation);
      publish(world, target.account, conversation);
      notify(target, 'top', conversation.pinnedAt);
      return conversation.pinnedAt;
    },
    unpin(target) {
      const conversation = find(target);
      conversation.pinnedAt = 0;
      target.account.pinned.delete(conversation);
      publish(world, target.account, conversation);
      notify(target, 'not_top', world.now());
    },
    mark(target, mark, { set }) {
      const conversation = find(target);
      if (!conversation.listed) return false;
      if (set) conversation.marks.add(mark);
      else conversation.marks.delete(mark);
      publish(world, target.account, conversation);
      notify(target, set ? 'mark' : 'mark_delete', world.now(), mark);
      return true;
    },
    pinMessage(target, messageId, { set }) {
      const { channel } = find(target);
      const { pins } = channel;
      const message = world.messages.get(messageId);
      const known = pins.findIndex((pinned) => pinned.message.id === messageId);
      const isHere = message !== undefined && world.channel(message.chatType, message.from, message.to) === channel;
      if (!isHere || (!set && known < 0)) return 'unknown';
      if (set && known < 0 && pins.length >= world.policies.pinnedMessagesMax) return 'full';
      if (known >= 0) pins.splice(known, 1);
      if (set) pins.unshift({ message, at: world.now(), by: target.account.userId });
      const op = set ? 'pin' : 'pin_delete';
      notify(target, op, world.now(), messageId);
      const isGroup = target.chatType === 'groupChat';
      for (const userId of isGroup ? (world.groups.get(target.id) ?? []) : [target.id]) {
        if (userId === target.account.userId) continue;
        notifyDevices(world, world.account(userId), {
          type: 'conv',
          data: {
            op,
            id: isGroup ? target.id : target.account.userId,
            type: isGroup ? 'groupchat' : 'chat',
            ts: world.now(),
            from: target.account.userId,
            res: target.resource,
            ext: messageId,
          },
        });
      }
      return 'done';
    },
    pinnedMessages: (target) => find(target).channel.pins,
  };
}
