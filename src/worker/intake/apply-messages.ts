import { isAfter, type ConversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { withLive } from '../history/span.ts';
import { emptyRow, withInsertedMessages } from '../ledger/row-changes.ts';
import type { ConversationRow, Span, Tombstone, WriteBatch } from '../storage/storage.ts';

/** What new messages of one conversation change. */
export type ConversationChange = Required<
  Pick<WriteBatch, 'conversations' | 'messages' | 'spans' | 'removedTombstones'>
>;

/** @returns The messages that a deleted conversation does not keep out: those after its deletion. */
export function admitted(messages: readonly Message[], tombstone: Tombstone | undefined): readonly Message[] {
  return tombstone === undefined ? messages : messages.filter((message) => isAfter(message, tombstone.after));
}

/**
 * Decides what messages that are not stored yet do to their conversation (UR1, UR3, HB5).
 *
 * - The row's last message and count follow; a conversation that was deleted here lives again.
 * - When continuity is not proven, only the newest message is claimed by a span: the service keeps a lossy subset for
 *   those who were away, so even these may have holes between them.
 *
 * @param options.messages Admitted, distinct and not stored, at least one, in any order.
 */
export function applyMessages(options: {
  readonly key: ConversationKey;
  readonly messages: readonly Message[];
  readonly row: ConversationRow | undefined;
  readonly tombstone: Tombstone | undefined;
  readonly spans: readonly Span[];
  readonly isContinuous: boolean;
  readonly self: string;
}): ConversationChange {
  const { key, messages, tombstone, isContinuous, self } = options;
  const before = options.row ?? reborn(key, tombstone);
  const row = withInsertedMessages(before, messages, { self, fromHistory: false });
  const newest = messages.reduce((a, b) => (isAfter(b, a) ? b : a));
  const spans = withLive(options.spans, isContinuous ? messages : [newest], { isContinuous });
  return {
    conversations: row === options.row ? [] : [row],
    messages: [{ conversation: key, puts: messages }],
    spans: spans === options.spans ? [] : [{ conversation: key, spans }],
    removedTombstones: tombstone === undefined ? [] : [key],
  };
}

/** A conversation that comes back counts nothing of the time before its deletion. */
function reborn(key: ConversationKey, tombstone: Tombstone | undefined): ConversationRow {
  const row = emptyRow(key);
  return tombstone === undefined ? row : { ...row, unread: { ...row.unread, readThrough: tombstone.after } };
}
