import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { clientIdOf } from '../../../src/worker/client-id.ts';
import { SELF } from '../people.ts';
import type { Walk } from '../walk.ts';
import type { WalkTab } from '../walk-world.ts';
import { ofTab, ownBox, refOf, someConversation, someMessage, type Commands } from './command.ts';

const MARKS: readonly number[] = [0, 3, 19];

type Asked = { readonly ref: ConversationRef; readonly message: Message; readonly contact: WalkTab['chat']['contact'] };

/** A tab does something to a message that the service has; what it asks for waits in the outbox where there is no connection. */
function toMessage(what: string, isWanted: (message: Message) => boolean, ask: (asked: Asked, walk: Walk) => Promise<unknown>): (walk: Walk) => unknown {
  return ofTab((walk, tab) => {
    const found = someMessage(walk, isWanted);
    if (found === undefined) return false;
    walk.world.pledge(what, tab, ask({ ...found, contact: tab.chat.contact }, walk));
    return true;
  });
}

const isOwn = ({ from }: Message): boolean => from === SELF;

/** A send whose answer was lost is looked up in history (OB3): once that is gone nobody can tell that it had arrived. */
export function awaited(walk: Walk): (message: Message) => boolean {
  return (message) => {
    const clientId = clientIdOf(message, SELF);
    return clientId !== undefined && !walk.isDone(clientId);
  };
}

/** A tab does something to what was sent and may wait in the outbox, under its client id. */
function toSent(what: string, act: (walk: Walk, tab: WalkTab, sent: { readonly clientId: string; readonly conversation: ConversationRef }) => Promise<unknown>): (walk: Walk) => unknown {
  return ofTab((walk, tab) => {
    const sent = walk.sent();
    if (sent.length === 0) return false;
    walk.world.pledge(what, tab, act(walk, tab, walk.random.pick(sent)));
    return true;
  });
}

/** What the user asks for in a tab, besides messages: it goes through the outbox (OB5). */
export const ownCommands: Commands = {
  recallOwn: {
    weight: 2,
    // What is recalled is gone from history, where a send of unknown outcome is looked for.
    run: (walk) => toMessage('recall', (message) => isOwn(message) && !awaited(walk)(message), ({ contact, ref, message }) => contact.recallMessage({ mid: message.id, to: ref.conversationId, chatType: ref.conversationType }))(walk),
  },
  editOwn: {
    weight: 3,
    run: toMessage('edit', isOwn, ({ contact, ref, message }, walk) =>
      contact.modifyMessage({ messageId: message.id, modifiedMessage: { type: 'txt', to: ref.conversationId, chatType: ref.conversationType, msg: `mine ${walk.steps()}` } }),
    ),
  },
  reactOwn: {
    weight: 3,
    run: toMessage('react', () => true, ({ contact, ref, message }, walk) => {
      const options = { messageId: message.id, reaction: walk.random.pick(['ok', 'no']), ...refOf(ref) };
      return walk.random.next() < 0.6 ? contact.addReaction(options) : contact.deleteReaction(options);
    }),
  },
  pinMessageOwn: {
    weight: 2,
    run: toMessage('pin message', () => true, ({ contact, ref, message }, walk) => {
      const options = { messageId: message.id, ...refOf(ref) };
      return walk.random.next() < 0.6 ? contact.pinMessage(options) : contact.unpinMessage(options);
    }),
  },
  recallSent: {
    weight: 1,
    run: toSent('recall what was sent', async (walk, tab, { clientId, conversation }) => {
      walk.noteRecalled(clientId);
      await tab.chat.contact.recallMessage({ mid: clientId, to: conversation.conversationId, chatType: conversation.conversationType });
    }),
  },
  editSent: {
    weight: 1,
    run: toSent('edit what was sent', (walk, tab, { clientId, conversation }) => {
      const target = { to: conversation.conversationId, chatType: conversation.conversationType };
      return tab.chat.contact.modifyMessage({ messageId: clientId, modifiedMessage: { type: 'txt', ...target, msg: `mine ${walk.steps()}` } });
    }),
  },
  retries: {
    weight: 1,
    run: ofTab((walk, tab) => {
      const items = tab.chat.outbox.value?.items ?? [];
      if (items.length === 0) return false;
      walk.world.pledge('retry', tab, tab.chat.retry(walk.random.pick(items).clientId));
      return true;
    }),
  },
  discards: {
    weight: 1,
    run: ofTab((walk, tab) => {
      const items = tab.chat.outbox.value?.items ?? [];
      if (items.length === 0) return false;
      const { clientId, conversation } = walk.random.pick(items);
      walk.noteRecalled(clientId);
      // In doubt without a connection, what is stored is read anew, and history tells of no receipts.
      walk.noteUntold(conversation);
      walk.world.pledge('discard', tab, tab.chat.discard(clientId));
      return true;
    }),
  },
  deleteHere: {
    weight: 1,
    run: ofTab((walk, tab) => {
      // One that is not here yet is not seen by anybody who could delete it: what comes of it comes after the deletion.
      const shown = tab.chat.conversations().value?.rows ?? [];
      // Where a list of less than a hundred pushes conversations out, absence from it proves nothing.
      if (shown.length === 0 || walk.isListLimited) return false;
      const { conversationId, conversationType } = walk.random.pick(shown);
      // What is deleted with its history is not found there, either.
      const deleteRoam = walk.random.next() < 0.5 && !ownBox(walk).history({ conversationId, conversationType }).some(awaited(walk));
      walk.world.pledge('delete', tab, tab.chat.contact.deleteConversation({ channel: conversationId, chatType: conversationType, deleteRoam }));
      return true;
    }),
  },
  removeHistoryHere: {
    weight: 2,
    run: ofTab((walk, tab) => {
      const isAwaited = awaited(walk);
      const found = someMessage(walk, (message) => !isAwaited(message));
      if (found === undefined) return false;
      const target = { targetId: found.ref.conversationId, chatType: found.ref.conversationType };
      const isById = walk.random.next() < 0.5 || ownBox(walk).history(found.ref).some(isAwaited);
      // Refused, what is stored is read anew, and history tells of no receipts.
      walk.noteUntold(found.ref);
      // One that is not stored may have been swept: then it counts until history is read to where it was.
      walk.noteRemoval(found.ref);
      const what = isById ? { messageIds: [found.message.id] } : { beforeTimeStamp: found.message.time };
      walk.world.pledge('remove history', tab, tab.chat.contact.removeHistoryMessages({ ...target, ...what }));
      return true;
    }),
  },
  pinHere: {
    weight: 1,
    run: ofTab((walk, tab) => walk.world.pledge('pin', tab, tab.chat.contact.pinConversation({ ...someConversation(walk), isPinned: walk.random.next() < 0.6 }))),
  },
  markHere: {
    weight: 1,
    run: ofTab((walk, tab) => {
      const options = { conversations: [someConversation(walk)], mark: walk.random.pick(MARKS) };
      const { contact } = tab.chat;
      walk.world.pledge('mark', tab, walk.random.next() < 0.6 ? contact.addConversationMark(options) : contact.removeConversationMark(options));
    }),
  },
};
