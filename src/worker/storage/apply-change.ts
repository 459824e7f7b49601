import type { IDBPObjectStore } from 'idb';
import type { Message } from '../../protocol/model.ts';
import { conversationRange, findById } from './block-reader.ts';
import { blockIndexAt, blockKey, inBlocks, toBlock, withAdded, type Block, type BlockKey } from './message-block.ts';
import { fire, type Schema, type StoreName } from './schema.ts';
import type { MessageChange } from './storage.ts';

/** What is known of a conversation's blocks without reading: all keys, and the newest block where it was read. */
export type KnownBlocks = {
  readonly keys: readonly BlockKey[];
  /** Empty when nothing is stored; undefined when it was not read. */
  readonly newest: Block | undefined;
};

type MessagesStore = IDBPObjectStore<Schema, StoreName[], 'messages', 'readwrite'>;

/**
 * Applies what becomes of one conversation's messages, within a transaction: first what goes, then what comes.
 *
 * - A page older than everything is written without reading a value; so are messages after a newest block that is known.
 * - Nothing is final before the transaction has completed.
 *
 * @returns What is known of the blocks afterwards.
 */
export async function applyChange(options: {
  readonly store: MessagesStore;
  readonly keyRange: typeof IDBKeyRange;
  readonly change: MessageChange;
  readonly known: KnownBlocks | undefined;
}): Promise<KnownBlocks> {
  const { store, keyRange, change, known } = options;
  const { conversation } = change;
  const range = conversationRange(keyRange, conversation);
  const read = new Map<string, Block>();
  const keys = [...(known?.keys ?? (change.removeAll === true ? [] : await store.getAllKeys(range)))];
  const knownNewest = keys.at(-1);
  if (knownNewest !== undefined && known?.newest !== undefined) read.set(nameOf(knownNewest), known.newest);

  async function readBlock(key: BlockKey): Promise<Block> {
    const block = read.get(nameOf(key)) ?? (await store.get(key)) ?? [];
    read.set(nameOf(key), block);
    return block;
  }

  function putBlock(key: BlockKey, block: Block): void {
    if (read.get(nameOf(key)) === block) return;
    read.set(nameOf(key), block);
    fire(store.put(block, key));
  }

  function replaceBlock(index: number, block: Block): void {
    const key = keys[index];
    if (key === undefined) return;
    if (block.length > 0) {
      putBlock(key, block);
      return;
    }
    read.delete(nameOf(key));
    keys.splice(index, 1);
    fire(store.delete(key));
  }

  function insertBlocks(index: number, blocks: readonly Block[]): void {
    const named = blocks.flatMap((block) => (block[0] === undefined ? [] : [{ key: blockKey(conversation, block[0]), block }]));
    keys.splice(index, 0, ...named.map(({ key }) => key));
    for (const { key, block } of named) putBlock(key, block);
  }

  async function removeBefore(time: number): Promise<void> {
    // A block ends before the next one's key: whatever is followed by a key before that time goes whole and unread.
    const firstKept = keys.findIndex((_, index) => (keys[index + 1]?.[1] ?? Infinity) >= time);
    const first = keys[0];
    const last = keys[firstKept - 1];
    if (first !== undefined && last !== undefined) {
      fire(store.delete(keyRange.bound(first, last)));
      for (const key of keys.splice(0, firstKept)) read.delete(nameOf(key));
    }
    const boundary = keys[0];
    if (boundary === undefined || boundary[1] >= time) return;
    const block = await readBlock(boundary);
    const kept = block.filter((message) => message.time >= time);
    if (kept.length < block.length) replaceBlock(0, kept);
  }

  async function removeId(id: string): Promise<void> {
    const newest = keys.at(-1);
    const newestBlock = newest === undefined ? undefined : read.get(nameOf(newest));
    const found = newestBlock?.some((message) => message.id === id)
      ? { index: keys.length - 1, block: newestBlock }
      : await findById({ source: store, keyRange, keys, id });
    if (found !== undefined) replaceBlock(found.index, found.block.filter((message) => message.id !== id));
  }

  async function put(messages: readonly Message[]): Promise<void> {
    const groups = new Map<number, Message[]>();
    for (const message of toBlock(messages)) {
      const index = blockIndexAt(keys, message);
      const group = groups.get(index);
      if (group === undefined) groups.set(index, [message]);
      else group.push(message);
    }
    // From the newest down, so that what is inserted does not move the blocks still to come.
    const targets = [...groups].sort(([a], [b]) => b - a);
    await Promise.all(targets.map(async ([index]) => (keys[index] === undefined ? undefined : readBlock(keys[index]))));
    for (const [index, group] of targets) {
      const key = keys[index];
      if (key === undefined) {
        insertBlocks(0, inBlocks(group));
        continue;
      }
      const [first, ...rest] = withAdded(read.get(nameOf(key)) ?? [], group);
      replaceBlock(index, first);
      insertBlocks(index + 1, rest);
    }
  }

  if (change.removeAll === true) {
    fire(store.delete(range));
    keys.length = 0;
    read.clear();
  }
  if (change.removeBefore !== undefined) await removeBefore(change.removeBefore);
  for (const id of change.removes ?? []) await removeId(id);
  if (change.puts !== undefined) await put(change.puts);

  const newest = keys.at(-1);
  return { keys, newest: newest === undefined ? [] : read.get(nameOf(newest)) };
}

function nameOf([, time, sortableId]: BlockKey): string {
  return `${time}:${sortableId}`;
}
