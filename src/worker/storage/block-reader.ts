import type { IDBPObjectStore } from 'idb';
import { countWhile } from '../../protocol/count-while.ts';
import { comparePositions, isAfter, type ConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { KnownBlocks, StoredBlock } from './known-blocks.ts';
import { blockKey, keyPosition, type Block } from './message-block.ts';
import type { Schema, StoreName } from './schema.ts';

/** The part of the object store that reading needs, in a transaction of either kind. */
export type BlockSource = Pick<
  IDBPObjectStore<Schema, StoreName[], 'messages', 'readonly'>,
  'get' | 'getAll' | 'getAllKeys' | 'openCursor' | 'openKeyCursor'
>;

/** Where to read. Nothing here lists a conversation's keys: they alone take long in a long history. */
export type BlockPlace = {
  readonly source: BlockSource;
  readonly keyRange: typeof IDBKeyRange;
  readonly conversation: ConversationKey;
};

/** @returns The range of all blocks of a conversation. Arrays sort after numbers, so `[]` closes it. */
export function conversationRange(keyRange: typeof IDBKeyRange, conversation: ConversationKey): IDBKeyRange {
  return keyRange.bound([conversation], [conversation, []]);
}

/** @returns The newest block; null when nothing is stored. */
export async function readNewest({ source, keyRange, conversation }: BlockPlace): Promise<StoredBlock | null> {
  const cursor = await source.openCursor(conversationRange(keyRange, conversation), 'prev');
  return cursor && { key: cursor.key, block: cursor.value };
}

/**
 * Reads backwards from a position.
 *
 * @param options.before Exclusive; null: from the newest.
 * @returns Up to `limit` messages, oldest first.
 */
export async function readBefore(
  options: BlockPlace & { readonly before: Position | null; readonly limit: number },
): Promise<Block> {
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

/**
 * Reads forwards from a position.
 *
 * @param options.after Exclusive; null: from the start.
 * @param options.limit How many messages at most; all where it is left out.
 * @returns Oldest first.
 */
export async function readAfter(options: BlockPlace & { readonly after: Position | null; readonly limit: number | undefined }): Promise<Block> {
  const { source, keyRange, conversation, after, limit } = options;
  const start = after === null ? null : await source.openKeyCursor(rangeThrough(options, after), 'prev');
  const range = start === null ? conversationRange(keyRange, conversation) : keyRange.bound(start.key, [conversation, []]);
  if (limit === undefined) return (await source.getAll(range)).flat().filter((message) => isAfter(message, after));
  const messages: Message[] = [];
  let cursor = await source.openCursor(range);
  while (cursor !== null && messages.length < limit) {
    messages.push(...cursor.value.filter((message) => isAfter(message, after)));
    if (messages.length < limit) cursor = await cursor.continue();
  }
  return messages.slice(0, limit);
}

/**
 * Reads the blocks in which messages belong by their position, one request each, but none for what is known.
 *
 * @param options.messages Oldest first.
 * @returns From the newest down: a block, and those of the messages that belong in it. Null: they lie before all blocks.
 */
export async function readBlocksAt(
  options: BlockPlace & { readonly messages: Block; readonly known: KnownBlocks },
): Promise<readonly { readonly at: StoredBlock | null; readonly messages: Block }[]> {
  const { source, conversation, known } = options;
  const groups: { readonly at: StoredBlock | null; readonly messages: Block }[] = [];
  const isIn = (key: StoredBlock['key'], position: Position) => comparePositions(keyPosition(key), position) <= 0;
  let rest = options.messages;
  for (let last = rest.at(-1); last !== undefined; last = rest.at(-1)) {
    let at: StoredBlock | null = null;
    if (known.newest && isIn(known.newest.key, last)) at = known.newest;
    else if (known.oldest === undefined || (known.oldest !== null && isIn(known.oldest, last))) {
      const cursor = await source.openCursor(rangeThrough({ ...options, conversation }, last), 'prev');
      at = cursor && { key: cursor.key, block: cursor.value };
    }
    const { key } = at ?? {};
    const from = key === undefined ? 0 : countWhile(rest, (message) => !isIn(key, message));
    groups.push({ at, messages: rest.slice(from) });
    rest = rest.slice(0, from);
  }
  return groups;
}

function rangeThrough({ keyRange, conversation }: BlockPlace, position: Position): IDBKeyRange {
  return keyRange.bound([conversation], blockKey(conversation, position));
}
