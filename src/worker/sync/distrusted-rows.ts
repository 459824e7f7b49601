import { conversationKey } from '../../protocol/ids.ts';
import { unlisted } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ConversationRow } from '../storage/storage.ts';
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
 * @returns The rows, emptied, of conversations that a whole reading of the list did not name, though an earlier list, which
 * lagged, had: their history was removed elsewhere, and nothing is stored of it. Call inside a decision of the ledger.
 */
export async function emptiedRows(ledger: Ledger, asked: Asked): Promise<readonly ConversationRow[]> {
  const rows = ledger.directory.list().flatMap((view) => ledger.directory.row(conversationKey(view)) ?? []);
  const distrusted = rows.filter(({ changedHere }) => changedHere?.distrusted !== undefined);
  const trusted = await Promise.all(distrusted.map((row) => trustedRow(ledger, row, asked)));
  return trusted.filter((row) => row.lastMessage === null && row.changedHere?.distrusted === undefined);
}
