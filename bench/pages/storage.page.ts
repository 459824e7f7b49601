import { conversationKey, toPosition, type ConversationRef } from '../../src/protocol/ids.ts';
import type { Message } from '../../src/protocol/model.ts';
import { browserEnvironment } from '../../src/worker/environment.ts';
import { openStorage } from '../../src/worker/storage/open-storage.ts';
import type { Span, Storage, WriteBatch } from '../../src/worker/storage/storage.ts';
import type { BenchAccount, StorageBenchPage, StoreSystem } from './contract.ts';

const PAGE_SIZE = 50;

/** Messages of one conversation in `storeHistory`. */
const MESSAGES_PER_CONVERSATION = 5_000;

/** Time between two messages of a conversation. Unit: ms. */
const STEP_MS = 60_000;

const START_TIME = 1_600_000_000_000;

/** As large as the service's own text messages are with a profile in `ext`: some 750 bytes of JSON. */
function messageAt(ref: ConversationRef, index: number, userId: string): Message {
  const isOwn = index % 3 === 0;
  return {
    id: String(1_400_000_000_000_000_000n + BigInt(index) * 4_194_304n * BigInt(STEP_MS)),
    time: START_TIME + index * STEP_MS,
    from: isOwn ? userId : ref.conversationId,
    to: isOwn ? ref.conversationId : userId,
    chatType: ref.conversationType,
    type: 'txt',
    msg: `message ${index} of a conversation that has been going on for a while: ${'words and more words, '.repeat(8)}`,
    onlineState: 1,
    deliverOnlineOnly: false,
    priority: 'normal',
    broadcast: false,
    ext: {
      em_at_list: [],
      profile: { nickname: `A name of ${ref.conversationId}`, avatar: `https://cdn.example.com/avatars/${ref.conversationId}/256.webp` },
      client: { platform: 'web', version: '4.21.1', locale: 'en-GB', traceId: `trace-${index.toString(16).padStart(24, '0')}` },
    },
  };
}

const peer = (name: string): ConversationRef => ({ conversationId: name, conversationType: 'singleChat' });

type HistoryPage = { readonly ref: ConversationRef; readonly messages: readonly Message[]; readonly cursor: string | null };

/** A conversation's history as the service gives it: newest page first. */
function historyPages(ref: ConversationRef, options: { readonly count: number; readonly userId: string }): readonly HistoryPage[] {
  const pages: HistoryPage[] = [];
  for (let end = options.count; end > 0; end -= PAGE_SIZE) {
    const start = Math.max(0, end - PAGE_SIZE);
    const messages = Array.from({ length: end - start }, (_, index) => messageAt(ref, start + index, options.userId));
    pages.push({ ref, messages, cursor: start === 0 ? null : (messages[0]?.id ?? null) });
  }
  return pages;
}

/** The writes by which the engine stores such pages: messages, and the span that they widen, in one transaction. */
function toBatches(pages: readonly HistoryPage[]): readonly WriteBatch[] {
  const spans = new Map<string, Span>();
  return pages.flatMap(({ ref, messages, cursor }) => {
    const [oldest] = messages;
    const newest = messages.at(-1);
    if (oldest === undefined || newest === undefined) return [];
    const conversation = conversationKey(ref);
    const above = spans.get(conversation);
    const span: Span = { oldest: toPosition(oldest), newest: above?.newest ?? toPosition(newest), olderCursor: cursor };
    spans.set(conversation, span);
    return [{ messages: [{ conversation, puts: messages }], spans: [{ conversation, spans: [span] }] }];
  });
}

async function openFor(account: BenchAccount): Promise<Storage> {
  return openStorage({ account, environment: browserEnvironment(), instanceId: crypto.randomUUID() });
}

function openRaw(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('raw', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('messages');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('the raw database did not open', { cause: request.error }));
  });
}

function putRows(database: IDBDatabase, { ref, messages }: HistoryPage): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('messages', 'readwrite', { durability: 'relaxed' });
    const store = transaction.objectStore('messages');
    for (const message of messages) store.put(message, [ref.conversationId, message.time, message.id]);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(new Error('rows were not stored', { cause: transaction.error }));
    transaction.commit();
  });
}

async function storeRaw(pages: readonly HistoryPage[]): Promise<{ ms: number; stored: number }> {
  const database = await openRaw();
  const startedAt = performance.now();
  for (const page of pages) await putRows(database, page);
  const ms = performance.now() - startedAt;
  const stored = await new Promise<number>((resolve) => {
    const request = database.transaction('messages').objectStore('messages').count();
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return { ms, stored };
}

async function storeMoorage(pages: readonly HistoryPage[], account: BenchAccount): Promise<{ ms: number; stored: number }> {
  const storage = await openFor(account);
  const batches = toBatches(pages);
  const startedAt = performance.now();
  for (const batch of batches) await storage.write(batch);
  const ms = performance.now() - startedAt;
  const keys = new Set(pages.map(({ ref }) => conversationKey(ref)));
  const counts = [...keys].map(async (conversation) => (await storage.readMessagesAfter({ conversation, after: null })).length);
  const stored = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  storage.close();
  return { ms, stored };
}

function createStorageBench(): StorageBenchPage {
  return {
    storeHistory: (system: StoreSystem, messages) => {
      const account = { appKey: 'bench#store', userId: 'store-owner' };
      const names = Array.from({ length: Math.ceil(messages / MESSAGES_PER_CONVERSATION) }, (_, index) => `peer-${index}`);
      // The work of each is the same list of pages, made beforehand.
      const pages = names.flatMap((name) => historyPages(peer(name), { count: MESSAGES_PER_CONVERSATION, userId: account.userId }));
      return system === 'raw' ? storeRaw(pages) : storeMoorage(pages, account);
    },

    fill: async ({ account, conversationId, messages }) => {
      const ref = peer(conversationId);
      const storage = await openFor(account);
      const pages = historyPages(ref, { count: messages, userId: account.userId });
      for (const batch of toBatches(pages)) await storage.write(batch);
      const lastMessage = pages[0]?.messages.at(-1) ?? null;
      const readThrough = lastMessage && toPosition(lastMessage);
      await storage.write({
        conversations: [
          {
            ...ref,
            key: conversationKey(ref),
            lastMessage,
            unread: { baseline: 0, baselineAt: readThrough, readThrough, newer: 0 },
            isPinned: false,
            pinnedTime: 0,
            marks: [],
          },
        ],
      });
      storage.close();
    },
  };
}

window.bench = createStorageBench();
