import { comparePositions, conversationKey, isAfter, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { ConversationRow, Tombstone, UnreadState } from '../storage/storage.ts';
import { retold } from '../ledger/effects.ts';
import { isSameData } from '../same-data.ts';

/**
 * What a listed conversation does to the stored one.
 *
 * - `isDoubted`: the list contradicts what was changed here too lately for it to know, or its word on that came too late.
 */
export type Merge = { readonly isDoubted: boolean } & (
  | { readonly type: 'unchanged' }
  /** The conversation was deleted and the list knows of nothing after that. */
  | { readonly type: 'ignored' }
  /** `revives`: the conversation was deleted and lives again; its tombstone goes. */
  | { readonly type: 'put'; readonly row: ConversationRow; readonly revives: boolean }
);

/** When a page was asked for (`at`), and how long before that its list may have been made. Local clock, ms. */
export type Asked = { readonly at: number; readonly now: number; readonly listLagMs: number };

/**
 * Decides what one row of the service's list does to what is stored (SY4, SY6).
 *
 * - The later last message wins; of the same message, the one that was edited more often, else the listed one.
 * - Pin, marks and deletion are the list's, unless they were changed here since it was made. Whatever the list knows
 *   nothing of stays.
 * - Applying the same listed row twice gives `unchanged` the second time, which is what ends a round early (SY9).
 *
 * @param options.row The stored row, if any.
 * @param options.unread The row's unread state as unread/unread-count.ts rebased it on the listed count.
 */
export function mergeListed(options: {
  readonly row: ConversationRow | undefined;
  readonly listed: ServiceConversation;
  readonly tombstone: Tombstone | undefined;
  readonly unread: UnreadState;
  readonly asked: Asked;
}): Merge {
  const { row, listed, tombstone, unread, asked } = options;
  if (tombstone !== undefined) {
    // Beside its row it tells of a deletion that may not have been done: it was not, where a list still has the conversation.
    const isDoubted = row !== undefined || isRevivedBy(listed.lastMessage, tombstone);
    if (!isDoubted || isTooLate(tombstone.at, asked)) return { type: 'ignored', isDoubted };
  }
  const pin = { isPinned: listed.isPinned, pinnedTime: listed.isPinned ? listed.pinnedTime : 0 };
  const marks = [...listed.marks].sort((a, b) => a - b);
  const next: ConversationRow = {
    ...row,
    conversationId: listed.conversationId,
    conversationType: listed.conversationType,
    key: conversationKey(listed),
    lastMessage: newerKnowledge(row?.lastMessage ?? null, listed.lastMessage),
    unread,
    ...pin,
    marks,
    ...(isTooLate(row?.changedHere?.pin, asked) && row && { isPinned: row.isPinned, pinnedTime: row.pinnedTime }),
    ...(isTooLate(row?.changedHere?.marks, asked) && row && { marks: row.marks }),
  };
  const isDoubted = !isSameData({ ...next, ...pin, marks }, next);
  if (row !== undefined && tombstone === undefined && isSameData(row, next)) return { type: 'unchanged', isDoubted };
  return { type: 'put', row: next, revives: tombstone !== undefined, isDoubted };
}

/** Whether something changed here too late for a list to know. A time yet to come was written before the clock was set back. */
export function isTooLate(changedAt: number | undefined, { at, now, listLagMs }: Asked): boolean {
  return changedAt !== undefined && changedAt > at - listLagMs && changedAt <= now;
}

/** @returns Whether a conversation that was deleted lives again with this message (SY6). */
export function isRevivedBy(message: Position | null, tombstone: Tombstone): boolean {
  return message !== null && isAfter(message, tombstone.after);
}

/**
 * @returns The later of two last messages; of the same, all that is known of it, and the first object when the second says
 * nothing new.
 */
function newerKnowledge(known: Message | null, listed: Message | null): Message | null {
  if (known === null || listed === null) return listed ?? known;
  const difference = comparePositions(listed, known);
  if (difference !== 0 && known.id !== listed.id) return difference > 0 ? listed : known;
  // Where a list that lags still shows a pin, what is known since would not show that it was taken off.
  const { pin: _pin, ...told } = listed;
  const both = retold(known, told, { isLagging: true });
  return isSameData(known, both) ? known : both;
}
