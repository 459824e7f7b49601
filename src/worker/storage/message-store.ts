import { compareIds, isAfter, type ConversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { applyChange, type KnownBlocks } from './apply-change.ts';
import { conversationRange, findById, readAfter, readBefore, type BlockSource } from './block-reader.ts';
import type { Database } from './database.ts';
import { createKnownBlocksCache } from './known-blocks.ts';
import { blockIndexAt, keyPosition, likelyBlockIndex, type Block } from './message-block.ts';
import type { WriteTransaction } from './schema.ts';
import type { MessageChange, Storage } from './storage.ts';

/** The messages of all conversations. What the readers promise is written at {@link Storage}. */
export interface MessageStore
  extends Pick<Storage, 'readMessages' | 'readMessagesAfter' | 'selectUnstored' | 'findMessage'> {
  /**
   * Applies changes within a transaction; several of one conversation in their order.
   *
   * @returns Call it once the transaction has completed: it takes over into memory what is known now.
   */
  apply(transaction: WriteTransaction, changes: readonly MessageChange[]): Promise<() => void>;
}

/** Makes the {@link MessageStore}. Calls of `apply` must not overlap; reads may run at any time. */
export function createMessageStore(options: {
  readonly database: Database;
  readonly keyRange: typeof IDBKeyRange;
}): MessageStore {
  const { database, keyRange } = options;
  const cache = createKnownBlocksCache();
  // Counts the beginnings and the commits of writes: what was being read meanwhile may be older than what is stored.
  let generation = 0;

  function read<T>(work: (source: BlockSource) => Promise<T>): Promise<T> {
    return database.read(['messages'], (transaction) => work(transaction.objectStore('messages')));
  }

  /** The newest block, from memory if possible. */
  async function knownNewest(conversation: ConversationKey): Promise<KnownBlocks & { readonly newest: Block }> {
    const known = cache.get(conversation);
    if (known?.newest !== undefined) return { ...known, newest: known.newest };
    const before = generation;
    const fresh = await read(async (source) => {
      const keys = await source.getAllKeys(conversationRange(keyRange, conversation));
      const last = keys.at(-1);
      return { keys, newest: last === undefined ? [] : ((await source.get(last)) ?? []) };
    });
    if (generation === before) cache.set(conversation, fresh);
    return fresh;
  }

  return {
    async apply(transaction, changes) {
      const store = transaction.objectStore('messages');
      generation += 1;
      const results = await Promise.all(
        [...new Set(changes.map(({ conversation }) => conversation))].map(async (conversation) => {
          let known = cache.get(conversation);
          // Until it has completed nobody knows what is stored; after a failure it is read again.
          cache.delete(conversation);
          for (const change of changes) {
            if (change.conversation === conversation) known = await applyChange({ store, keyRange, change, known });
          }
          return { conversation, known };
        }),
      );
      return () => {
        generation += 1;
        for (const { conversation, known } of results) if (known !== undefined) cache.set(conversation, known);
      };
    },

    async readMessages({ conversation, before, limit }) {
      if (limit <= 0) return [];
      const known = before === null ? cache.get(conversation) : undefined;
      if (known?.newest !== undefined && (known.newest.length >= limit || known.keys.length <= 1)) {
        return known.newest.slice(-limit);
      }
      return read((source) => readBefore({ source, keyRange, conversation, before, limit }));
    },

    async readMessagesAfter({ conversation, after }) {
      const known = cache.get(conversation);
      const newestKey = known?.keys.at(-1);
      if (known?.newest !== undefined && newestKey === undefined) return [];
      if (known?.newest !== undefined && newestKey !== undefined && after !== null && !isAfter(keyPosition(newestKey), after)) {
        return known.newest.filter((message) => isAfter(message, after));
      }
      return read((source) => readAfter({ source, keyRange, conversation, after }));
    },

    async selectUnstored(conversation, messages) {
      const { newest } = await knownNewest(conversation);
      const last = newest.at(-1);
      if (last === undefined) return messages;
      const newestIds = new Set(newest.map(({ id }) => id));
      const greatestId = newest.reduce((greatest, { id }) => (compareIds(id, greatest) > 0 ? id : greatest), '');
      const doubtful = messages.filter(
        (message) => !newestIds.has(message.id) && !(isAfter(message, last) && compareIds(message.id, greatestId) > 0),
      );
      const storedElsewhere = doubtful.length === 0 ? newestIds : await read((source) => storedOf(source, conversation, doubtful));
      return messages.filter(({ id }) => !newestIds.has(id) && !storedElsewhere.has(id));
    },

    async findMessage(conversation, id) {
      const known = cache.get(conversation);
      const inMemory = known?.newest?.find((message) => message.id === id);
      if (inMemory !== undefined) return inMemory;
      return read(async (source) => {
        // Remembered keys may be older than what is stored, which is no harm for a first guess.
        const guess = known?.keys[likelyBlockIndex(known.keys, id)];
        const guessed = guess === undefined ? undefined : (await source.get(guess))?.find((message) => message.id === id);
        if (guessed !== undefined) return guessed;
        const keys = await source.getAllKeys(conversationRange(keyRange, conversation));
        return (await findById({ source, keyRange, keys, id }))?.message;
      });
    },
  };

  /** Looks where each message belongs by its position and where by its id: whichever of the two can be trusted. */
  async function storedOf(
    source: BlockSource,
    conversation: ConversationKey,
    messages: readonly Message[],
  ): Promise<ReadonlySet<string>> {
    const keys = await source.getAllKeys(conversationRange(keyRange, conversation));
    const indexes = new Set(messages.flatMap((message) => [blockIndexAt(keys, message), likelyBlockIndex(keys, message.id)]));
    const blocks = await Promise.all(
      [...indexes].map(async (index) => (keys[index] === undefined ? [] : ((await source.get(keys[index])) ?? []))),
    );
    return new Set(blocks.flat().map(({ id }) => id));
  }
}
