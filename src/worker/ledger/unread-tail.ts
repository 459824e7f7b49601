import { isAfter, laterOf, comparePositions, toPosition } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/model.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { ConversationRow, Span, UnreadState } from '../storage/storage.ts';
import { recounted, rebased, type Tail } from '../unread/listed-count.ts';
import { acknowledged } from '../unread/unread-changes.ts';
import { changed, countMentions, NOTHING_UNREAD, othersAfter, unreadCount, wholeOf } from '../unread/unread-count.ts';
import type { BatchContext } from './batches.ts';
import { withUnread } from './row-changes.ts';

/** Messages about to be stored, and the conversation's spans with them. */
type Coming = { readonly messages: readonly Message[]; readonly spans: readonly Span[] };

/** Reads the newest messages: `count` and as many own ones between them as a page may hold. `added`: ids of those that come. */
async function readTail({ ledger, key }: BatchContext, count: number, last: Message | null, coming?: Coming): Promise<Tail & { readonly added: readonly string[] }> {
  const limit = count + HISTORY_BATCH_SIZE;
  const read = await ledger.storage.readMessages({ conversation: key, before: null, limit });
  const added = coming?.messages.filter(({ id }) => read.every((message) => message.id !== id)) ?? [];
  const addedIds = added.map(({ id }) => id);
  const stored = added.length === 0 ? read : [...read, ...added].sort(comparePositions);
  const newest = (coming?.spans ?? (await ledger.spans(key))).at(-1);
  if (newest === undefined || (last !== null && isAfter(last, newest.newest))) return { stored, added: addedIds, completeAfter: undefined };
  const [oldest] = read;
  const cut = read.length === limit && oldest !== undefined ? toPosition(oldest) : null;
  return { stored, added: addedIds, completeAfter: laterOf(cut, newest.olderCursor === null ? null : newest.oldest) };
}

/**
 * Derives a conversation's unread state from the service's row, and from what is stored. Call inside a decision.
 *
 * - Reads nothing where the list says what is known, or tells of messages that are not stored.
 */
export async function listedUnread(context: BatchContext, listed: ServiceConversation): Promise<UnreadState> {
  const { ledger, key, self } = context;
  const row = ledger.directory.row(key);
  const before = row?.unread ?? { ...NOTHING_UNREAD, readThrough: ledger.tombstone(key)?.after ?? null };
  const last = row?.lastMessage ?? null;
  const { lastMessage: listedLast, unReadCount } = listed;
  const blind = rebased(before, { listed, stored: [], self });
  const isPlain = before.correction === undefined && before.sweptThrough === undefined;
  const isLagging = last !== null && (listedLast === null || isAfter(last, listedLast));
  const isUnstored = last === null || (listedLast !== null && isAfter(listedLast, last));
  if (isPlain && blind === before && !isLagging) return before;
  if (isPlain && (isUnstored || (unReadCount === 0 && !isLagging))) return blind;
  const count = unReadCount + unreadCount(before) + Math.abs(before.correction ?? 0);
  const tail = await readTail(context, count, isUnstored ? listedLast : last);
  const isEnough = tail.stored.length < count + HISTORY_BATCH_SIZE || !isLagging || !isAfter(tail.stored[0] ?? last, listedLast);
  const stored = isEnough ? tail.stored : await ledger.storage.readMessagesAfter({ conversation: key, after: listedLast && toPosition(listedLast) });
  return changed(before, wholeOf(recounted(rebased(before, { listed, stored, self }), { ...tail, stored, self, isListed: true })));
}

/**
 * Counts a conversation again when messages come that tell more of what the baseline counted: late ones, or a page of history.
 * Call inside a decision.
 *
 * - Reads what is unread only where that can change a number, not with each of many pages: when the read marker is reached,
 *   when the user is mentioned, and where an acknowledgement of ours may have taken too much off.
 *
 * @param row With the messages inserted.
 * @returns The same object when nothing changed.
 */
export async function withRecount(context: BatchContext, row: ConversationRow, coming: Coming): Promise<ConversationRow> {
  const { readThrough, baselineAt, correction = 0, sweptThrough } = row.unread;
  const { ledger, key, self } = context;
  const count = unreadCount(row.unread);
  if (count === 0 && correction === 0 && sweptThrough === undefined) return row;
  const telling = othersAfter(coming.messages, readThrough, self).filter((message) => baselineAt !== null && !isAfter(message, baselineAt));
  const wasCovered = isCovered((await ledger.spans(key)).at(-1), row.unread);
  const isDue = (telling.length > 0 || !wasCovered) && isCovered(coming.spans.at(-1), row.unread);
  const isSwept = correction < 0 || sweptThrough !== undefined;
  if (!isDue && (telling.length === 0 || (!isSwept && countMentions(telling, self) === 0))) return row;
  const tail = await readTail(context, count + Math.abs(correction), row.lastMessage, coming);
  const known = othersAfter(tail.stored, readThrough, self).filter((message) => !isAfter(message, baselineAt));
  const lacking = known.filter(({ id }) => tail.added.includes(id)).length;
  // All was taken to be stored, and counted there: what was missing all the same belongs to the count.
  const isLacking = wasCovered && row.unread.baseline === known.length - lacking;
  const unread = isLacking ? { ...row.unread, baseline: known.length } : row.unread;
  return withUnread(row, recounted(unread, { ...tail, self }));
}

/** Whether a span reaches from the read marker to the baseline's position. */
function isCovered(span: Span | undefined, { readThrough, baselineAt }: UnreadState): boolean {
  if (span === undefined || baselineAt === null || isAfter(baselineAt, span.newest)) return false;
  return span.olderCursor === null || (readThrough !== null && !isAfter(span.oldest, readThrough));
}

/**
 * Takes over that the service has set its count to 0. Call inside a decision.
 *
 * @param answer.sent What {@link UnreadState.correction} was when the acknowledgement was sent.
 * @returns The same object when nothing changed.
 */
export async function withAcknowledged(context: BatchContext, row: ConversationRow, answer: { readonly through: string; readonly sent: number }): Promise<ConversationRow> {
  const tail = await readTail(context, unreadCount(row.unread), row.lastMessage);
  const unread = acknowledged(row.unread, { ...answer, newerStored: tail.stored, self: context.self });
  return withUnread(row, recounted(unread, { ...tail, self: context.self }));
}
