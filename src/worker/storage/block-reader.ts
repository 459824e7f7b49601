import type { IDBPObjectStore } from 'idb';
import { isAfter, type ConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { blockKey, likelyBlockIndex, type Block, type BlockKey } from './message-block.ts';
import type { Schema, StoreName } from './schema.ts';

/** The part of the object store that reading needs, in a transaction of either kind. */
export type BlockSource = Pick<
  IDBPObjectStore<Schema, StoreName[], 'messages', 'readonly'>,
  'get' | 'getAll' | 'getAllKeys' | 'openCursor' | 'openKeyCursor'
>;

/** Blocks per request of a full search. Unit: blocks. Bounds what is held in memory at once to a thousand messages or so. */
const SEARCH_CHUNK = 20;

/** @returns The range of all blocks of a conversation. Arrays sort after numbers, so `[]` closes it. */
export function conversationRange(keyRange: typeof IDBKeyRange, conversation: ConversationKey): IDBKeyRange {
  return keyRange.bound([conversation], [conversation, []]);
}

/**
 * Reads backwards from a position, without knowing the blocks: their keys alone take long to list in a long history.
 *
 * @param options.before Exclusive; null: from the newest.
 * @returns Up to `limit` messages, oldest first.
 */
export async function readBefore(options: {
  readonly source: BlockSource;
  readonly keyRange: typeof IDBKeyRange;
  readonly conversation: ConversationKey;
  readonly before: Position | null;
  readonly limit: number;
}): Promise<Block> {
  const { source, keyRange, conversation, before, limit } = options;
  const blocks: Block[] = [];
  let count = 0;
  // A block that begins at the position has nothing before it.
  const range =
    before === null ? conversationRange(keyRange, conversation) : keyRange.bound([conversation], blockKey(conversation, before), false, true);
  let cursor = await source.openCursor(range, 'prev');
  while (cursor !== null && count < limit) {
    const block = before === null ? cursor.value : cursor.value.filter((message) => isAfter(before, message));
    blocks.unshift(block);
    count += block.length;
    if (count < limit) cursor = await cursor.continue();
  }
  return blocks.flat().slice(-limit);
}

/** Reads everything after a position. @param options.after Exclusive; null: all. @returns Oldest first. */
export async function readAfter(options: {
  readonly source: BlockSource;
  readonly keyRange: typeof IDBKeyRange;
  readonly conversation: ConversationKey;
  readonly after: Position | null;
}): Promise<Block> {
  const { source, keyRange, conversation, after } = options;
  const start = after === null ? null : await source.openKeyCursor(rangeThrough(keyRange, conversation, after), 'prev');
  const range = start === null ? conversationRange(keyRange, conversation) : keyRange.bound(start.key, [conversation, []]);
  const blocks = await source.getAll(range);
  return blocks.flat().filter((message) => isAfter(message, after));
}

function rangeThrough(keyRange: typeof IDBKeyRange, conversation: ConversationKey, position: Position): IDBKeyRange {
  return keyRange.bound([conversation], blockKey(conversation, position));
}

/**
 * Finds a message by its id: first where it is if ids grow with time, then everywhere.
 *
 * @param options.keys All block keys of the conversation, in order.
 * @returns The index of its block, the block and the message; undefined when it is not stored.
 */
export async function findById(options: {
  readonly source: Pick<BlockSource, 'get' | 'getAll'>;
  readonly keyRange: typeof IDBKeyRange;
  readonly keys: readonly BlockKey[];
  readonly id: string;
}): Promise<{ readonly index: number; readonly block: Block; readonly message: Message } | undefined> {
  const { source, keyRange, keys, id } = options;
  const found = (block: Block | undefined, index: number) => {
    const message = block?.find((one) => one.id === id);
    return block === undefined || message === undefined ? undefined : { index, block, message };
  };

  const likely = likelyBlockIndex(keys, id);
  const likelyKey = keys[likely];
  if (likelyKey !== undefined) {
    const hit = found(await source.get(likelyKey), likely);
    if (hit !== undefined) return hit;
  }
  for (let end = keys.length; end > 0; end -= SEARCH_CHUNK) {
    const start = Math.max(0, end - SEARCH_CHUNK);
    const lower = keys[start];
    const upper = keys[end - 1];
    if (lower === undefined || upper === undefined) return undefined;
    const blocks = await source.getAll(keyRange.bound(lower, upper));
    for (const [offset, block] of blocks.entries()) {
      const hit = found(block, start + offset);
      if (hit !== undefined) return hit;
    }
  }
  return undefined;
}
