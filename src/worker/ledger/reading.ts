import type { ConversationKey, Position } from '../../protocol/ids.ts';
import type { NewOutboxEntry, WriteBatch } from '../storage/storage.ts';
import { cleared } from '../unread/unread-changes.ts';
import { unreadCount } from '../unread/unread-count.ts';
import type { BatchContext } from './batches.ts';
import type { Ledger } from './ledger.ts';
import { asRead, knownThrough, rowBatch, unmarked, withUnread } from './row-changes.ts';

/** What is to be told to the service of a conversation that was read; nothing when that waits already. */
export type ToAcknowledge = (key: ConversationKey) => readonly NewOutboxEntry[];

/** @returns The batch that marks everything known as read here; empty when it is. */
export function readBatch({ ledger, key, self }: BatchContext, toAcknowledge: ToAcknowledge): WriteBatch {
  const row = ledger.directory.row(key);
  if (row === undefined) return {};
  if (unreadCount(row.unread) > 0) return { conversations: [asRead(row, self)], outboxAdds: toAcknowledge(key) };
  // The service is told nothing, so nothing more is read than was: what was missed before the last message may be unread there.
  return rowBatch(row, unmarked(row));
}

/**
 * @returns The batch with what it brings to conversations that are being looked at read in the same transaction, so that
 * no tab ever shows them as unread (UR4). Those are to be acknowledged, and so are conversations that come back of which the service
 * still counts what was deleted.
 */
export function withRead(
  batch: WriteBatch,
  options: { readonly isShown: (key: ConversationKey) => boolean; readonly tombstone: Ledger['tombstone']; readonly toAcknowledge: ToAcknowledge; readonly self: string },
): WriteBatch {
  const { conversations = [], removedTombstones = [], outboxAdds = [] } = batch;
  const shown = conversations.filter(({ key, unread }) => unreadCount(unread) > 0 && options.isShown(key));
  const counted = removedTombstones.filter((key) => options.tombstone(key)?.isCounted === true);
  const keys = new Set([...counted, ...shown.map(({ key }) => key)]);
  if (keys.size === 0) return batch;
  return {
    ...batch,
    conversations: conversations.map((row) => (shown.includes(row) ? asRead(row, options.self) : row)),
    outboxAdds: [...outboxAdds, ...[...keys].flatMap(options.toAcknowledge)],
  };
}

/**
 * @param through Up to where another device has read, where the service tells; else all that is known here.
 * @returns The batch that takes that over (UR7); empty when it was read here.
 */
export async function readElsewhereBatch({ ledger, key, self }: BatchContext, through?: Position): Promise<WriteBatch> {
  const row = ledger.directory.row(key);
  if (row === undefined) return {};
  const newerStored = through === undefined ? [] : await ledger.storage.readMessagesAfter({ conversation: key, after: through });
  return rowBatch(row, withUnread(unmarked(row), cleared(row.unread, { through: through ?? knownThrough(row), newerStored, self, isElsewhere: true })));
}

/** @returns The batch that marks a conversation as unread by hand. */
export function markUnreadBatch({ ledger, key }: BatchContext): WriteBatch {
  const row = ledger.directory.row(key);
  return row === undefined || row.isMarkedUnread === true ? {} : { conversations: [{ ...row, isMarkedUnread: true }] };
}
