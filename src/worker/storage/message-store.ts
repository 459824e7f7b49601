import { compareIds, isAfter, type ConversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { applyChange } from './apply-change.ts';
import { readAfter, readBefore, readBlocksAt, readNewest, type BlockPlace } from './block-reader.ts';
import type { Database } from './database.ts';
import { findById } from './find-by-id.ts';
import { compareKeys, createKnownBlocksCache, type KnownBlocks } from './known-blocks.ts';
import { blockKey, keyPosition, toBlock, type Block } from './message-block.ts';
import type { WriteTransaction } from './schema.ts';
import type { Storage, WriteBatch } from './storage.ts';

/** The messages of all conversations. What the readers promise is written at {@link Storage}. */
export interface MessageStore
  extends Pick<Storage, 'readMessages' | 'readMessagesAfter' | 'selectUnstored' | 'findMessage' | 'countMessageBlocks'> {
  /**
   * Applies changes within a transaction; several of one conversation in their order.
   *
   * @returns Call it once the transaction has completed: it takes over into memory what is known now.
   */
  apply(transaction: WriteTransaction, batch: Pick<WriteBatch, 'messages'>): Promise<() => void>;
}

/** Makes the {@link MessageStore}. Calls of `apply` must not overlap; reads may run at any time. */
export function createMessageStore(options: {
  readonly database: Database;
  readonly keyRange: typeof IDBKeyRange;
}): MessageStore {
  const { database, keyRange } = options;
  const cache = createKnownBlocksCache();
  // Counts the beginnings and the commits of changes: what was being read meanwhile may be older than what is stored.
  let generation = 0;

  function read<T>(conversation: ConversationKey, work: (place: BlockPlace) => Promise<T>): Promise<T> {
    return database.read(['messages'], (transaction) => work({ source: transaction.objectStore('messages'), keyRange, conversation }));
  }

  /** Reads, and remembers what was learned of the blocks by it, unless something was written meanwhile. */
  async function learn<T extends { readonly known: KnownBlocks }>(
    conversation: ConversationKey,
    work: (place: BlockPlace, known: KnownBlocks) => Promise<T>,
  ): Promise<T> {
    const known = cache.get(conversation);
    const before = generation;
    const result = await read(conversation, (place) => work(place, known));
    // Another reader may have learned something else.
    if (generation === before) cache.set(conversation, { ...cache.get(conversation), ...result.known });
    return result;
  }

  /** The newest block, from memory if possible. */
  async function newestBlock(conversation: ConversationKey): Promise<Block> {
    const known = cache.get(conversation);
    if (known.newest !== undefined) return known.newest?.block ?? [];
    const fresh = await learn(conversation, async (place) => {
      const newest = await readNewest(place);
      return { newest, known: newest === null ? { newest, oldest: null } : { newest } };
    });
    return fresh.newest?.block ?? [];
  }

  return {
    async apply(transaction, { messages: changes = [] }) {
      const results = await Promise.all(
        [...new Set(changes.map(({ conversation }) => conversation))].map(async (conversation) => {
          generation += 1;
          let known = cache.get(conversation);
          // Until it has completed nobody knows what is stored; after a failure it is read again.
          cache.delete(conversation);
          for (const change of changes) {
            if (change.conversation === conversation) known = await applyChange({ store: transaction.objectStore('messages'), keyRange, change, known });
          }
          return { conversation, known };
        }),
      );
      return () => {
        for (const { conversation, known } of results) {
          generation += 1;
          cache.set(conversation, known);
        }
      };
    },

    async readMessages({ conversation, before, limit }) {
      if (limit <= 0) return [];
      const { newest, oldest } = cache.get(conversation);
      if (newest === null || (before !== null && oldest && !isAfter(before, keyPosition(oldest)))) return [];
      const isAll = newest && oldest && compareKeys(oldest, newest.key) === 0;
      if (newest && before === null && (isAll || newest.block.length >= limit)) return newest.block.slice(-limit);
      return read(conversation, (place) => readBefore({ ...place, before, limit }));
    },

    async readMessagesAfter({ conversation, after, limit }) {
      const { newest } = cache.get(conversation);
      if (newest === null) return [];
      if (newest !== undefined && after !== null && !isAfter(keyPosition(newest.key), after)) {
        return newest.block.filter((message) => isAfter(message, after)).slice(0, limit);
      }
      return read(conversation, (place) => readAfter({ ...place, after, limit }));
    },

    async selectUnstored(conversation, messages) {
      const newest = await newestBlock(conversation);
      const last = newest.at(-1);
      if (last === undefined) return messages;
      const newestIds = new Set(newest.map(({ id }) => id));
      const greatestId = newest.reduce((greatest, { id }) => (compareIds(id, greatest) > 0 ? id : greatest), '');
      const { oldest } = cache.get(conversation);
      const first = oldest && keyPosition(oldest);
      // Neither beyond all that is stored, by time as well as by id, nor among the newest.
      const doubtful = messages.filter(
        (message) =>
          !newestIds.has(message.id) &&
          !(isAfter(message, last) && compareIds(message.id, greatestId) > 0) &&
          !(first && isAfter(first, message) && compareIds(first.id, message.id) > 0),
      );
      const found = doubtful.length > 0 ? await learn(conversation, (place, known) => storedOf(place, doubtful, known)) : undefined;
      return messages.filter(({ id }) => !newestIds.has(id) && !found?.stored.has(id));
    },

    async findMessage(conversation, id) {
      const { newest } = cache.get(conversation);
      if (newest === null) return undefined;
      const inMemory = newest?.block.find((message) => message.id === id);
      if (inMemory !== undefined) return inMemory;
      const { at } = await learn(conversation, (place, known) => findById({ ...place, id, known }));
      return at?.block.find((message) => message.id === id);
    },

    async countMessageBlocks() {
      const counts = new Map<ConversationKey, number>();
      const keys = await database.read(['messages'], (transaction) => transaction.objectStore('messages').getAllKeys());
      for (const [conversation] of keys) counts.set(conversation, (counts.get(conversation) ?? 0) + 1);
      return counts;
    },
  };
}

/**
 * Looks where each message belongs by its position. Where its id belongs elsewhere, it may be stored there with another
 * time: it is looked for by its id as well.
 */
async function storedOf(
  place: BlockPlace,
  messages: readonly Message[],
  known: KnownBlocks,
): Promise<{ readonly stored: ReadonlySet<string>; readonly known: KnownBlocks }> {
  const { source, keyRange, conversation } = place;
  const stored = new Set<string>();
  for (const { at, messages: here } of await readBlocksAt({ ...place, messages: toBlock(messages), known })) {
    const ids = new Set(at?.block.map(({ id }) => id));
    const missing = here.filter(({ id }) => !ids.has(id));
    for (const { id } of here) if (ids.has(id)) stored.add(id);
    const lastHere = missing.at(-1);
    if (lastHere === undefined) continue;
    const range = keyRange.bound(blockKey(conversation, lastHere), [conversation, []], true);
    const above = at === null && known.oldest ? known.oldest : (await source.openKeyCursor(range))?.key;
    for (const { id } of missing) {
      const isAbove = at === null || compareIds(id, keyPosition(at.key).id) > 0;
      if (isAbove && (above === undefined || compareIds(id, keyPosition(above).id) < 0)) continue;
      const found = await findById({ ...place, id, known });
      ({ known } = found);
      if (found.at !== undefined) stored.add(id);
    }
  }
  return { stored, known };
}
