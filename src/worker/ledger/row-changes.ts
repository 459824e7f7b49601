import { isAfter, laterOf, parseConversationKey, toPosition, type ConversationKey, type ConversationRef, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { ConversationRow, UnreadState, WriteBatch } from '../storage/storage.ts';
import { cleared, withInserted, withoutBaselineAfter, withRemoved } from '../unread/unread-changes.ts';
import { countsAfter, NOTHING_UNREAD } from '../unread/unread-count.ts';

/** @returns The conversation a message belongs to, seen by the user `self`. */
export function conversationOf(message: Message, self: string): ConversationRef {
  const isFromOther = message.chatType === 'singleChat' && message.from !== self;
  return { conversationType: message.chatType, conversationId: isFromOther ? message.from : message.to };
}

/** @returns The row of a conversation of which nothing is known but its name. */
export function emptyRow(key: ConversationKey): ConversationRow {
  return { ...parseConversationKey(key), key, lastMessage: null, unread: NOTHING_UNREAD, isPinned: false, pinnedTime: 0, marks: [] };
}

/** @returns The latest place in the conversation that is known of. */
export function knownThrough(row: ConversationRow): Position | null {
  const { lastMessage, unread } = row;
  return laterOf(lastMessage === null ? null : toPosition(lastMessage), laterOf(unread.baselineAt, unread.readThrough));
}

/**
 * @param message A message that is stored, or about to be.
 * @returns The row with it as its last message where it is later, or is the last message itself, changed. Else the row.
 */
export function withLastMessage(row: ConversationRow, message: Message): ConversationRow {
  const { lastMessage } = row;
  const isLast = lastMessage === null || lastMessage.id === message.id || isAfter(message, lastMessage);
  return isLast ? { ...row, lastMessage: message } : row;
}

/** @returns The row with this unread state; the same object when it is the row's own. */
export function withUnread(row: ConversationRow, unread: UnreadState): ConversationRow {
  return unread === row.unread ? row : { ...row, unread };
}

/**
 * Adds messages that were not stored before.
 *
 * - Those of others after the baseline and the read marker count as unread, each once (UR1).
 * - `fromHistory`: in a conversation that was never listed only those after the last message known count (UR3).
 *
 * @param inserted In any order.
 * @returns The same object when nothing changed.
 */
export function withInsertedMessages(
  row: ConversationRow,
  inserted: readonly Message[],
  options: { readonly self: string; readonly fromHistory: boolean },
): ConversationRow {
  const { self } = options;
  const isUnlisted = options.fromHistory && countsAfter(row.unread) === null;
  const countable = isUnlisted ? inserted.filter((message) => row.lastMessage !== null && isAfter(message, row.lastMessage)) : inserted;
  return inserted.reduce(withLastMessage, withUnread(row, withInserted(row.unread, { inserted: countable, self })));
}

/**
 * Takes out messages that were stored.
 *
 * @param lastStored The newest message that stays stored; it takes the place of a last message that was removed.
 * @returns The same object when nothing changed.
 */
export function withRemovedMessages(
  row: ConversationRow,
  options: { readonly removed: readonly Message[]; readonly isRemoved: (message: Message) => boolean; readonly lastStored: Message | null; readonly self: string },
): ConversationRow {
  const unread = withRemoved(row.unread, { removed: options.removed, self: options.self });
  const isLastGone = row.lastMessage !== null && options.isRemoved(row.lastMessage);
  if (!isLastGone) return withUnread(row, unread);
  return { ...row, unread: withoutBaselineAfter(unread, options.lastStored), lastMessage: options.lastStored };
}

/** @returns The row no longer marked as unread by hand; the same object when it was not. */
export function unmarked(row: ConversationRow): ConversationRow {
  const { isMarkedUnread, ...rest } = row;
  return isMarkedUnread === true ? rest : row;
}

/** @returns The row with everything known read, and no longer marked as unread; the same object when it was. */
export function asRead(row: ConversationRow, self: string): ConversationRow {
  return withUnread(unmarked(row), cleared(row.unread, { through: knownThrough(row), newerStored: [], self }));
}

/** @returns The batch that stores a row as it is now; empty when that is the object it was. */
export function rowBatch(before: ConversationRow, after: ConversationRow): Pick<WriteBatch, 'conversations'> {
  return after === before ? {} : { conversations: [after] };
}
