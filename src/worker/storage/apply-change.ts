import type { IDBPObjectStore } from 'idb';
import type { Message } from '../../protocol/model.ts';
import { conversationRange, readBlocksAt, type BlockPlace } from './block-reader.ts';
import { findById } from './find-by-id.ts';
import { compareKeys, NOTHING_STORED, withBlock, withoutBlocks, type KnownBlocks } from './known-blocks.ts';
import { blockKey, inBlocks, toBlock, withAdded, type Block, type BlockKey } from './message-block.ts';
import { fire, type Schema, type StoreName } from './schema.ts';
import type { MessageChange } from './storage.ts';

type MessagesStore = IDBPObjectStore<Schema, StoreName[], 'messages', 'readwrite'>;

/**
 * Applies what becomes of one conversation's messages, within a transaction: first what goes, then what comes.
 *
 * - What is older than everything known, or belongs in a newest block that is known, is written without a read; else each
 *   block that changes is one read, however long the conversation is.
 * - Nothing is final before the transaction has completed.
 *
 * @returns What is known of the blocks afterwards.
 */
export async function applyChange(options: {
  readonly store: MessagesStore;
  readonly keyRange: typeof IDBKeyRange;
  readonly change: MessageChange;
  readonly known: KnownBlocks;
}): Promise<KnownBlocks> {
  const { store, keyRange, change } = options;
  const { conversation } = change;
  // Readers ask nothing that only a reading transaction may be asked.
  const place: BlockPlace = { source: store as unknown as BlockPlace['source'], keyRange, conversation };
  let { known } = options;

  /** An empty block is no record. */
  function putBlock(key: BlockKey, block: Block): void {
    fire(block.length > 0 ? store.put(block, key) : store.delete(key));
    known = block.length > 0 ? withBlock(known, { key, block }) : withoutBlocks(known, (one) => compareKeys(one, key) === 0);
  }

  async function removeBefore(time: number): Promise<void> {
    // The last block that begins before the time: those before it go whole and unread.
    const boundary = await store.openCursor(keyRange.bound([conversation], [conversation, time]), 'prev');
    if (boundary === null) return;
    const { key, value } = boundary;
    fire(store.delete(keyRange.bound([conversation], key, false, true)));
    known = withoutBlocks(known, (one) => compareKeys(one, key) < 0);
    putBlock(key, value.filter((message) => message.time >= time));
  }

  async function removeId(id: string): Promise<void> {
    const found = await findById({ ...place, id, known });
    ({ known } = found);
    if (found.at !== undefined) putBlock(found.at.key, found.at.block.filter((message) => message.id !== id));
  }

  async function put(messages: readonly Message[]): Promise<void> {
    for (const { at, messages: added } of await readBlocksAt({ ...place, known, messages: toBlock(messages) })) {
      const [first, ...rest] = at === null ? [undefined, ...inBlocks(added)] : withAdded(at.block, added);
      if (at !== null && first !== undefined && first !== at.block) putBlock(at.key, first);
      for (const block of rest) if (block[0] !== undefined) putBlock(blockKey(conversation, block[0]), block);
      if (at === null && added[0] !== undefined) known = { ...known, oldest: blockKey(conversation, added[0]) };
    }
  }

  if (change.removeAll === true) {
    fire(store.delete(conversationRange(keyRange, conversation)));
    known = NOTHING_STORED;
  }
  if (change.removeBefore !== undefined) await removeBefore(change.removeBefore);
  for (const id of change.removes ?? []) await removeId(id);
  if (change.puts !== undefined) await put(change.puts);
  return known;
}
