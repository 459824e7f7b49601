import type { Message } from '../../protocol/model.ts';
import { withLive } from '../history/span.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { emptyRow, withLastMessage } from '../ledger/row-changes.ts';
import type { OutboxEntry, WriteBatch } from '../storage/storage.ts';

/**
 * @returns The batch of a message that the service accepted: it is stored, leads its conversation, and no longer waits.
 *   Writing to a conversation that was deleted here brings it back.
 */
export async function acceptedBatch(options: {
  readonly ledger: Ledger;
  readonly entry: OutboxEntry;
  readonly message: Message;
  /** Whether nothing can be missing between the newest span and this message. */
  readonly isContinuous: boolean;
}): Promise<WriteBatch> {
  const { ledger, entry, message } = options;
  const key = entry.conversation;
  const tombstone = ledger.tombstone(key);
  const before = ledger.directory.row(key);
  const base = before ?? emptyRow(key);
  const reborn = tombstone === undefined || before !== undefined ? base : { ...base, unread: { ...base.unread, readThrough: tombstone.after } };
  const row = withLastMessage(reborn, message);
  const spans = await ledger.spans(key);
  const spansAfter = withLive(spans, [message], { isContinuous: options.isContinuous });
  return {
    conversations: row === before ? [] : [row],
    removedTombstones: tombstone === undefined ? [] : [key],
    messages: [{ conversation: key, puts: [message] }],
    spans: spansAfter === spans ? [] : [{ conversation: key, spans: spansAfter }],
    outboxRemoves: [entry.seq],
  };
}
