import { isAfter, type ConversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { withLive } from '../history/span.ts';
import type { ConversationRow, Tombstone, WriteBatch } from '../storage/storage.ts';
import type { BatchContext } from './batches.ts';
import { withEffects } from './effects.ts';
import { emptyRow, withInsertedMessages } from './row-changes.ts';
import { withRecount } from './unread-tail.ts';

/** What new messages of one conversation change. */
export type ConversationChange = Required<
  Pick<WriteBatch, 'conversations' | 'messages' | 'spans' | 'removedTombstones' | 'effects'>
>;

/** @returns The messages that a deleted conversation does not keep out: those after its deletion. */
export function admitted(messages: readonly Message[], tombstone: Tombstone | undefined): readonly Message[] {
  return tombstone === undefined ? messages : messages.filter((message) => isAfter(message, tombstone.after));
}

/**
 * Decides what messages do to their conversation (UR1, UR3, HB5). Call inside a decision of the ledger.
 *
 * - The row's last message and count follow; a conversation that was deleted here lives again.
 * - When continuity is not proven, only the newest message is claimed by a span: the service keeps a lossy subset for
 *   those who were away, so even these may have holes between them.
 * - What was told of a message before it came is done to it (HB7): one that was recalled is not among them any more.
 *
 * @param options.messages Admitted and distinct, at least one, in any order. Those of others are not stored yet.
 * @param options.isContinuous Whether nothing can be missing between the newest span and these messages.
 * @param options.isRun Whether nothing can be missing between them. Left out: as `isContinuous`.
 */
export async function applyMessages(
  context: BatchContext,
  options: { readonly messages: readonly Message[]; readonly isContinuous: boolean; readonly isRun?: boolean },
): Promise<ConversationChange> {
  const { ledger, key, self } = context;
  const { isContinuous, isRun = isContinuous } = options;
  const kept = ledger.effects(key);
  const { messages, effects } = withEffects(options.messages, kept);
  const tombstone = ledger.tombstone(key);
  const removedTombstones = tombstone === undefined ? [] : [key];
  // The conversation is back all the same, with what the list tells of it.
  if (messages.length === 0) return { conversations: [], messages: [], spans: [], removedTombstones, effects: [] };
  const known = ledger.directory.row(key);
  const inserted = withInsertedMessages(known ?? reborn(key, tombstone), messages, { self, fromHistory: false });
  const newest = messages.reduce((a, b) => (isAfter(b, a) ? b : a));
  const before = await ledger.spans(key);
  const spans = withLive(before, isContinuous || isRun ? messages : [newest], { isContinuous });
  const row = await withRecount(context, inserted, { messages, spans });
  return {
    conversations: row === known ? [] : [row],
    messages: [{ conversation: key, puts: messages }],
    spans: spans === before ? [] : [{ conversation: key, spans }],
    removedTombstones,
    effects: effects === kept ? [] : [{ conversation: key, effects }],
  };
}

/** A conversation that comes back counts nothing of the time before its deletion. */
function reborn(key: ConversationKey, tombstone: Tombstone | undefined): ConversationRow {
  const row = emptyRow(key);
  return tombstone === undefined ? row : { ...row, unread: { ...row.unread, readThrough: tombstone.after } };
}
