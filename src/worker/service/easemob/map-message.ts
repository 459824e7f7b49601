import { type ConversationRef, type ConversationType } from '../../../protocol/ids.ts';
import type { Message } from '../../../protocol/model.ts';
import type { HistoryPage } from '../../../protocol/worker-api.ts';
import { badResponse, cursorOf, fieldsOf, type Fields, idOf, isFields, listOf, timeOf } from './checked.ts';
import { isOfThread } from './is-of-thread.ts';

/** The SDK's several names for the two kinds of conversation that are stored. Chat rooms are not among them. */
const CHAT_TYPES: { readonly [name: string]: ConversationType } = {
  singleChat: 'singleChat',
  chat: 'singleChat',
  groupChat: 'groupChat',
  groupchat: 'groupChat',
};

/** Types that are no messages of a conversation: commands are delivered and not kept, the others are receipts. */
const NOT_STORED: ReadonlySet<unknown> = new Set(['cmd', 'read', 'delivery', 'channel', 'recall']);

/** @returns The user id without the device that the SDK appends to it (`alice/webim_1`) when devices of one user write to each other. */
export function userIdOf(jid: string): string {
  const slash = jid.indexOf('/');
  return slash < 0 ? jid : jid.slice(0, slash);
}

/** @returns Which conversation of `userId` something sent `from` somebody `to` somebody belongs to. */
export function conversationOf(sent: { from: string; to: string; isGroup: boolean }, userId: string): ConversationRef {
  const from = userIdOf(sent.from);
  const to = userIdOf(sent.to);
  if (sent.isGroup) return { conversationId: to, conversationType: 'groupChat' };
  return { conversationId: from === userId ? to : from, conversationType: 'singleChat' };
}

/**
 * @returns Whether the SDK's object is a message that belongs into a conversation's history: not a command, a receipt,
 *   a message of a chat room or a thread, or something the SDK could not decode (it then has no type).
 */
export function isStoredMessage(value: unknown): value is Fields {
  return isFields(value) && typeof value['type'] === 'string' && !NOT_STORED.has(value['type']) && value['chatType'] !== 'chatRoom' && !isOfThread(value);
}

/**
 * Checks a message of the SDK and takes it over as it came, unknown fields included.
 *
 * - History and lists say of single chats what was received and read (`isDelivered`, `isRead`): that is its receipt.
 * - `time` is a number; the SDK's older forms give text.
 * - `accessToken`, which the SDK puts into live files, is left out: no token is stored (ER4).
 *
 * @throws {SyncError} `bad-response` naming the field that is missing or of a wrong type.
 */
export function toMessage(value: unknown): Message {
  const { accessToken: _secret, ...fields } = fieldsOf(value, 'message');
  const chatType = CHAT_TYPES[typeof fields['chatType'] === 'string' ? fields['chatType'] : ''];
  if (chatType === undefined) throw badResponse('message.chatType');
  return {
    ...fields,
    id: idOf(fields['id'], 'message.id'),
    time: timeOf(fields['time'], 'message.time'),
    from: idOf(fields['from'], 'message.from'),
    to: idOf(fields['to'], 'message.to'),
    type: idOf(fields['type'], 'message.type'),
    chatType,
    ...(fields['isRead'] === true ? { receipt: 'read' } : fields['isDelivered'] === true ? { receipt: 'delivered' } : {}),
  };
}

/**
 * Reads the answer of `getHistoryMessages`.
 *
 * @returns The page in the SDK's order: newest first for `up`, oldest first for `down`. Commands are left out, so a page
 *   can be short or empty with a cursor that moved (HB3).
 * @throws {SyncError} `bad-response` when any part of it is unusable (ER3).
 */
export function toHistoryPage(answer: unknown): HistoryPage {
  const { messages, cursor, isLast } = fieldsOf(answer, 'history');
  if (isLast !== undefined && isLast !== null && typeof isLast !== 'boolean') throw badResponse('history.isLast');
  const next = cursorOf(cursor, 'history.cursor');
  const isEnd = isLast === true || next === '';
  return {
    messages: listOf(messages, 'history.messages').filter(isStoredMessage).map(toMessage),
    cursor: isEnd ? undefined : next,
    isLast: isEnd,
  };
}
