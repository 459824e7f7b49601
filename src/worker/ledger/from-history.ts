import type { Message } from '../../protocol/model.ts';
import type { ConversationRow, WriteBatch } from '../storage/storage.ts';
import { isSameData } from '../same-data.ts';
import type { BatchContext } from './batches.ts';
import { withWaiting } from './command-message.ts';
import { retold, withEffects } from './effects.ts';
import { withLastMessage } from './row-changes.ts';

/** A page of history, as it is to be stored. */
export type FromHistory = {
  /** Without what was recalled or removed, the rest with all that is known of it (HB7). Oldest first. */
  readonly messages: readonly Message[];
  /** Those of them that are not stored yet. */
  readonly unstored: readonly Message[];
  /** The conversation's row with its last message as the page has it; the same object when that says nothing new. */
  readonly row: ConversationRow | undefined;
  /** What is left to wait for later messages; empty when none was used. */
  readonly effects: NonNullable<WriteBatch['effects']>;
};

/**
 * Lays what is known here over a page of history. Call inside a decision of the ledger.
 *
 * @param told Distinct, oldest first.
 */
export async function fromHistory({ ledger, key, self }: BatchContext, told: readonly Message[]): Promise<FromHistory> {
  const kept = ledger.effects(key);
  const { messages, effects } = withEffects(told, kept);
  const unstored = await ledger.storage.selectUnstored(key, messages);
  const row = ledger.directory.row(key);
  const known = new Map<string, Message>(row?.lastMessage ? [[row.lastMessage.id, row.lastMessage]] : []);
  const newest = messages.at(-1);
  if (newest !== undefined && unstored.length < messages.length) {
    // An id with one digit more lies just above it.
    const before = { time: newest.time, id: `${newest.id}0` };
    for (const message of await ledger.storage.readMessages({ conversation: key, before, limit: messages.length })) known.set(message.id, message);
  }
  const isUnstored = new Set(unstored.map(({ id }) => id));
  const merged = await Promise.all(
    messages.map(async (message) => {
      // Between them more may be stored than the page has.
      const before = known.get(message.id) ?? (isUnstored.has(message.id) ? undefined : await ledger.storage.findMessage(key, message.id));
      return withWaiting(before === undefined ? message : retold(before, message, { isLagging: false }), { entries: ledger.outbox(), key, self });
    }),
  );
  const last = merged.find(({ id }) => id === row?.lastMessage?.id);
  return {
    row: row === undefined || last === undefined || isSameData(row.lastMessage, last) ? row : withLastMessage(row, last),
    messages: merged,
    unstored: merged.filter(({ id }) => isUnstored.has(id)),
    effects: effects === kept ? [] : [{ conversation: key, effects }],
  };
}
