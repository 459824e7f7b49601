import type { WriteBatch } from '../storage/storage.ts';
import { isSameData } from '../same-data.ts';
import { effectsChange, type BatchContext } from './batches.ts';
import { patchedMessage } from './effects.ts';
import { withLastMessage } from './row-changes.ts';

/**
 * Decides what the service told of one message: an edit, a receipt, its reactions, its pin.
 *
 * @param fields What is new of it, in the fields of a stored message; `pin: null` for none.
 * @returns The batch that stores it with the message and with the row that shows it; where the message is not stored it waits
 *   for it (HB7). Empty when nothing is new.
 */
export async function patchBatch(context: BatchContext, id: string, fields: { readonly [field: string]: unknown }): Promise<WriteBatch> {
  const { ledger, key } = context;
  const row = ledger.directory.row(key);
  const stored = await ledger.storage.findMessage(key, id);
  const last = row?.lastMessage?.id === id ? row.lastMessage : undefined;
  const [storedAfter, lastAfter] = [stored, last].map((message) => message && patchedMessage(message, fields));
  return {
    conversations: row === undefined || lastAfter === undefined || isSameData(last, lastAfter) ? [] : [withLastMessage(row, lastAfter)],
    messages: storedAfter === undefined || isSameData(stored, storedAfter) ? [] : [{ conversation: key, puts: [storedAfter] }],
    effects: stored === undefined ? effectsChange(context, [{ id, type: 'patch', fields }]) : [],
  };
}
