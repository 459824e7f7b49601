import { comparePositions, conversationKey, isAfter, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { ConversationRow, Tombstone, UnreadState } from '../storage/storage.ts';
import { isSameData } from './same-data.ts';

/** What a listed conversation does to the stored one. */
export type Merge =
  /** Nothing: the row stays the object it is. */
  | { readonly type: 'unchanged' }
  /** The conversation was deleted here and the list knows of nothing after that. */
  | { readonly type: 'ignored' }
  /** `revives`: the conversation was deleted here and lives again; its tombstone goes. */
  | { readonly type: 'put'; readonly row: ConversationRow; readonly revives: boolean };

/** What was changed here after the list was asked for, so that the list cannot know of it (SY6). */
export type LocallyNewer = { readonly pin: boolean; readonly marks: boolean };

/**
 * Decides what one row of the service's list does to what is stored (SY4, SY6).
 *
 * - The later last message wins; of the same message, the one that was edited more often, else the listed one.
 * - Pin and marks are the list's, unless `locallyNewer` says otherwise. The custom field stays.
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
  readonly locallyNewer?: LocallyNewer;
}): Merge {
  const { row, listed, tombstone, unread, locallyNewer } = options;
  if (tombstone !== undefined && !isRevivedBy(listed.lastMessage, tombstone)) return { type: 'ignored' };

  const pinFrom = row !== undefined && locallyNewer?.pin === true ? row : listed;
  const marksFrom = row !== undefined && locallyNewer?.marks === true ? row : listed;
  const marks = [...marksFrom.marks].sort((a, b) => a - b);
  const next: ConversationRow = {
    conversationId: listed.conversationId,
    conversationType: listed.conversationType,
    key: conversationKey(listed),
    lastMessage: newerKnowledge(row?.lastMessage ?? null, listed.lastMessage),
    unread,
    isPinned: pinFrom.isPinned,
    pinnedTime: pinFrom.isPinned ? pinFrom.pinnedTime : 0,
    marks,
    ...(row?.customField === undefined ? {} : { customField: row.customField }),
  };
  if (row !== undefined && tombstone === undefined && isSameData(row, next)) return { type: 'unchanged' };
  return { type: 'put', row: next, revives: tombstone !== undefined };
}

/** @returns Whether a conversation that was deleted here lives again with this message (SY6). */
export function isRevivedBy(message: Position | null, tombstone: Tombstone): boolean {
  return message !== null && isAfter(message, tombstone.after);
}

/**
 * @returns The one of two last messages that tells more: the later; of the same, the one edited more often; else the
 * second, unless it says the same as the first.
 */
function newerKnowledge(known: Message | null, listed: Message | null): Message | null {
  if (known === null || listed === null) return listed ?? known;
  const difference = comparePositions(listed, known);
  if (difference !== 0 && known.id !== listed.id) return difference > 0 ? listed : known;
  if (editCount(listed) < editCount(known) || isSameData(known, listed)) return known;
  return listed;
}

/** How often a message was edited, as the service notes it in the message itself; 0 where it does not. */
function editCount(message: Message): number {
  const info = message['modifiedInfo'];
  if (typeof info !== 'object' || info === null || !('operationCount' in info)) return 0;
  return typeof info.operationCount === 'number' ? info.operationCount : 0;
}
