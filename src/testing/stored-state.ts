import type { ConversationKey } from '../protocol/ids.ts';
import type { Account, Message } from '../protocol/model.ts';
import { createConversationStore } from '../worker/storage/conversation-store.ts';
import { openDatabase } from '../worker/storage/database.ts';
import { createEffectStore } from '../worker/storage/effect-store.ts';
import { createMessageStore } from '../worker/storage/message-store.ts';
import { createOutboxStore } from '../worker/storage/outbox-store.ts';
import { databaseName } from '../worker/storage/schema.ts';
import { createSpanStore } from '../worker/storage/span-store.ts';
import type { ConversationRow, MessageEffect, OutboxEntry, Span } from '../worker/storage/storage.ts';

/** What the database holds. */
export type StoredState = {
  readonly rows: readonly ConversationRow[];
  readonly messages: ReadonlyMap<ConversationKey, readonly Message[]>;
  readonly spans: ReadonlyMap<ConversationKey, readonly Span[]>;
  /** What waits for messages that are not there yet. */
  readonly effects: ReadonlyMap<ConversationKey, readonly MessageEffect[]>;
  readonly outbox: readonly OutboxEntry[];
};

/** Reads the database past the engine's memory, without taking it from the engine. @param options.keys Of which conversations, beside those with a row. */
export async function readStored(options: {
  readonly account: Account;
  readonly indexedDB: IDBFactory;
  readonly keyRange: typeof IDBKeyRange;
  readonly keys: readonly ConversationKey[];
}): Promise<StoredState> {
  const { account, indexedDB, keyRange } = options;
  const environment = {
    now: () => 0,
    setTimer: () => () => undefined,
    random: () => 0,
    uniqueId: () => 'reader',
    locks: { request: <T>(_name: string, _options: object, whileHeld: () => Promise<T>) => whileHeld() },
    indexedDB,
    keyRange,
    isOnline: () => true,
  };
  const database = await openDatabase({ environment, name: databaseName(account), onLost: () => undefined });
  try {
    const rows = await createConversationStore({ database }).loadConversations();
    const messageStore = createMessageStore({ database, keyRange });
    const spanStore = createSpanStore({ database });
    const messages = new Map<ConversationKey, readonly Message[]>();
    const spans = new Map<ConversationKey, readonly Span[]>();
    for (const key of new Set([...options.keys, ...rows.map((row) => row.key)])) {
      messages.set(key, await messageStore.readMessagesAfter({ conversation: key, after: null }));
      spans.set(key, await spanStore.loadSpans(key));
    }
    const effects = new Map((await createEffectStore({ database }).loadEffects()).map((one) => [one.conversation, one.effects]));
    return { rows, messages, spans, effects, outbox: await createOutboxStore({ database, keyRange }).loadOutbox() };
  } finally {
    database.close();
  }
}
