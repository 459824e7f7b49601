import type { IDBPObjectStore } from 'idb';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { likelyBlockIndex, type Block, type BlockKey } from './message-block.ts';
import type { Schema, StoreName } from './schema.ts';

/** The part of the object store that reading needs, in a transaction of either kind. */
export type BlockSource = Pick<
  IDBPObjectStore<Schema, StoreName[], 'messages', 'readonly'>,
  'get' | 'getAll' | 'getAllKeys'
>;

/** Blocks per request of a full search. Unit: blocks. Bounds what is held in memory at once to a thousand messages or so. */
const SEARCH_CHUNK = 20;

/** @returns The range of all blocks of a conversation. Arrays sort after numbers, so `[]` closes it. */
export function conversationRange(keyRange: typeof IDBKeyRange, conversation: ConversationKey): IDBKeyRange {
  return keyRange.bound([conversation], [conversation, []]);
}

/**
 * Finds a message by its id: first where it is if ids grow with time, then everywhere.
 *
 * @param options.keys All block keys of the conversation, in order.
 * @returns The index of its block, the block and the message; undefined when it is not stored.
 */
export async function findById(options: {
  readonly source: BlockSource;
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
