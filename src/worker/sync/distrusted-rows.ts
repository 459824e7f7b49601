import { LISTED_AT_MOST } from '../../protocol/limits.ts';
import { unlisted } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ConversationRow, WriteBatch } from '../storage/storage.ts';
import { isTooLate, type Asked } from './apply-page.ts';

/**
 * Ends the distrust that the removal of history elsewhere began, where the list asked for must know of it (SY6): what is
 * stored came since, and is true; what earlier lists told may be what was removed. Call inside a decision of the ledger.
 *
 * @returns The row as if no list had told of its messages; the same object where there is no distrust to end.
 */
export async function trustedRow(ledger: Ledger, row: ConversationRow, asked: Asked): Promise<ConversationRow> {
  const { distrusted, ...changedHere } = row.changedHere ?? {};
  if (distrusted === undefined || isTooLate(distrusted, asked)) return row;
  const [newest = null] = await ledger.storage.readMessages({ conversation: row.key, before: null, limit: 1 });
  return unlisted({ ...row, changedHere }, newest);
}

/**
 * Settles what a whole reading of the list did not name, though it must know of it. Call inside a decision of the ledger.
 *
 * - A row whose history was removed elsewhere, and of which nothing is stored, is emptied: an earlier list, which lagged, had it.
 * - A row whose deletion may have been done was deleted, unless it may have been pushed out of the list.
 * - Where the list was asked for too early it is to be read again.
 *
 * @param asked.done How many conversations the list named.
 */
export async function unnamedBatch(ledger: Ledger, asked: Asked & { readonly done: number }): Promise<Pick<WriteBatch, 'conversations' | 'removedConversations' | 'removedTombstones'> & { readonly isTooEarly: boolean }> {
  const rows = ledger.directory.rows();
  const distrusted = rows.filter(({ changedHere }) => changedHere?.distrusted !== undefined);
  const trusted = await Promise.all(distrusted.map((row) => trustedRow(ledger, row, asked)));
  const isEarly = ({ key, changedHere }: ConversationRow): boolean => [ledger.tombstone(key)?.at, changedHere?.distrusted].some((at) => isTooLate(at, asked));
  const settled = rows.filter((row) => ledger.tombstone(row.key) !== undefined && !isEarly(row)).map(({ key }) => key);
  const isFull = asked.done >= LISTED_AT_MOST;
  return {
    conversations: trusted.filter((row) => row.lastMessage === null && row.changedHere?.distrusted === undefined && !settled.includes(row.key)),
    removedConversations: isFull ? [] : settled,
    removedTombstones: isFull ? settled : [],
    isTooEarly: rows.some(isEarly),
  };
}
