import { isVisible } from './conversation.ts';
import { type Incoming, type Outcome } from './messaging.ts';
import { passOn } from './pass-on.ts';
import { publish } from './publish.ts';
import { tracesOf } from './traces.ts';
import { toKeyValues } from '../msync/key-values.ts';
import { bodyType } from '../msync/wire-types.ts';
import { type World } from './world.ts';

/** Acknowledgements between users. */
export interface Receipts {
  /**
   * Read and delivery receipts of one message: remembered, and passed on to who wrote it.
   *
   * - The read receipt of a group message says how many members have read it by now.
   */
  receipt(message: Incoming): Outcome;
  /** "I have read this conversation": clears unread, tells the other side (single chats) and the own devices. */
  channelAck(message: Incoming): Outcome;
}

export function createReceipts(world: World): Receipts {
  return {
    receipt(message) {
      const messageId = message.body.ackMessageId ?? '';
      const stored = world.messages.get(messageId);
      const isRead = message.body.type === bodyType.readAck;
      if (stored !== undefined && stored.from !== message.from) {
        const traces = tracesOf(stored);
        (isRead ? traces.readBy : traces.deliveredTo).add(message.from);
      }
      if (message.chatType === 'singleChat') return passOn(world, message, [message.to]);
      if (stored === undefined) return { ok: false, reason: 'message not found' };
      if (!isRead) return passOn(world, message, [stored.from]);
      // The client reads the first pair of the body's ext as JSON, whatever its key.
      const counts = { [messageId]: stored.traces?.readBy.size ?? 0 };
      const ext = toKeyValues({ group_read_counts: counts });
      return passOn(world, message, [stored.from], { ...message.body, ext });
    },

    channelAck(message) {
      const account = world.account(message.from);
      const conversation = world.conversation(account, message.chatType, message.to);
      conversation.unread = 0;
      const last = conversation.channel.last((candidate) => isVisible(conversation, candidate));
      if (last !== undefined) conversation.readThrough = last.id;
      publish(world, account, conversation);
      const isGroup = message.chatType === 'groupChat';
      return passOn(world, message, isGroup ? [message.from] : [message.from, message.to]);
    },
  };
}
