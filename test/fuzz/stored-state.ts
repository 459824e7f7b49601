import { conversationKey, type ConversationKey } from '../../src/protocol/ids.ts';
import type { Conversation, Message } from '../../src/protocol/model.ts';
import { viewOf } from '../../src/worker/ledger/directory.ts';
import type { MessageEffect, OutboxEntry, Span, UnreadState } from '../../src/worker/storage/storage.ts';
import { createConversationStore } from '../../src/worker/storage/conversation-store.ts';
import { openDatabase } from '../../src/worker/storage/database.ts';
import { createEffectStore } from '../../src/worker/storage/effect-store.ts';
import { createMessageStore } from '../../src/worker/storage/message-store.ts';
import { createOutboxStore } from '../../src/worker/storage/outbox-store.ts';
import { databaseName } from '../../src/worker/storage/schema.ts';
import { createSpanStore } from '../../src/worker/storage/span-store.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { CONVERSATIONS } from './people.ts';
import type { Walk } from './walk.ts';

/** What the database holds, read past the engine's memory and without taking the database from it. */
export type StoredState = {
  readonly rows: readonly { readonly view: Conversation; readonly unread: UnreadState }[];
  readonly messages: ReadonlyMap<ConversationKey, readonly Message[]>;
  readonly spans: ReadonlyMap<ConversationKey, readonly Span[]>;
  readonly effects: ReadonlyMap<ConversationKey, readonly MessageEffect[]>;
  readonly outbox: readonly OutboxEntry[];
};

export async function readStored({ world }: Walk): Promise<StoredState> {
  const environment = { ...nodeEnvironment(), indexedDB: world.indexedDB };
  const database = await openDatabase({ environment, name: databaseName(world.test.account), onLost: () => undefined });
  try {
    const rows = await createConversationStore({ database }).loadConversations();
    const messageStore = createMessageStore({ database, keyRange: IDBKeyRange });
    const spanStore = createSpanStore({ database });
    const keys = CONVERSATIONS.map(conversationKey);
    const messages = await Promise.all(keys.map((conversation) => messageStore.readMessagesAfter({ conversation, after: null })));
    const spans = await Promise.all(keys.map((key) => spanStore.loadSpans(key)));
    return {
      rows: rows.map((row) => ({ view: viewOf(row), unread: row.unread })),
      messages: new Map(keys.map((key, index) => [key, messages[index] ?? []])),
      spans: new Map(keys.map((key, index) => [key, spans[index] ?? []])),
      effects: new Map((await createEffectStore({ database }).loadEffects()).map(({ conversation, effects }) => [conversation, effects])),
      outbox: await createOutboxStore({ database }).loadOutbox(),
    };
  } finally {
    database.close();
  }
}
