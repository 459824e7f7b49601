import { compareIds, comparePositions, type ConversationKey } from '../../protocol/ids.ts';
import { keyPosition, type Block, type BlockKey } from './message-block.ts';

/** A block where it lies. */
export type StoredBlock = { readonly key: BlockKey; readonly block: Block };

/** Between which ids, both inclusive, those of a block lie. */
export type IdRange = { readonly key: BlockKey; readonly least: string; readonly greatest: string };

/**
 * What is known of a conversation's blocks without reading; what is undefined is not known. Never more than its two ends
 * and, once an id had to be searched for everywhere, the ranges of ids: no use of it grows with the conversation.
 */
export type KnownBlocks = {
  /** Null: nothing is stored. */
  readonly oldest?: BlockKey | null | undefined;
  /** Null: nothing is stored. */
  readonly newest?: StoredBlock | null | undefined;
  /** Of all blocks. */
  readonly ranges?: readonly IdRange[] | undefined;
};

export const NOTHING_STORED: KnownBlocks = { oldest: null, newest: null, ranges: [] };

/** Orders keys of one conversation as the database does. */
export function compareKeys(a: BlockKey, b: BlockKey): number {
  return comparePositions(keyPosition(a), keyPosition(b));
}

/** @returns What is known once a block was written under its key. */
export function withBlock({ oldest, newest, ranges }: KnownBlocks, at: StoredBlock): KnownBlocks {
  return {
    oldest: oldest === null || (oldest !== undefined && compareKeys(at.key, oldest) < 0) ? at.key : oldest,
    newest: newest === null || (newest !== undefined && compareKeys(at.key, newest.key) >= 0) ? at : newest,
    ranges: ranges && [...ranges.filter(({ key }) => compareKeys(key, at.key) !== 0), idRange(at)],
  };
}

/** @returns What is known once the blocks whose keys are gone were deleted. */
export function withoutBlocks({ oldest, newest, ranges }: KnownBlocks, isGone: (key: BlockKey) => boolean): KnownBlocks {
  return {
    oldest: oldest && isGone(oldest) ? undefined : oldest,
    newest: newest && isGone(newest.key) ? undefined : newest,
    ranges: ranges?.filter(({ key }) => !isGone(key)),
  };
}

/** @returns The range of a block's ids. */
export function idRange({ key, block }: StoredBlock): IdRange {
  const ids = block.map(({ id }) => id).sort(compareIds);
  return { key, least: ids[0] ?? '', greatest: ids.at(-1) ?? '' };
}

/**
 * Conversations of which something is known. Unit: conversations. A block of 50 messages is some 50 kB; fewer make live
 * messages of busy accounts read from disk again, more cost memory in every profile.
 */
const MAX_CONVERSATIONS = 128;

/** Remembers what is known of the conversations used last. Committed state only. */
export interface KnownBlocksCache {
  /** Empty when nothing is known. */
  get(conversation: ConversationKey): KnownBlocks;
  set(conversation: ConversationKey, blocks: KnownBlocks): void;
  delete(conversation: ConversationKey): void;
}

/** Makes an empty {@link KnownBlocksCache}; when it is full the conversation used longest ago goes. */
export function createKnownBlocksCache(): KnownBlocksCache {
  const entries = new Map<ConversationKey, KnownBlocks>();
  return {
    get(conversation) {
      const blocks = entries.get(conversation);
      if (blocks === undefined) return {};
      entries.delete(conversation);
      entries.set(conversation, blocks);
      return blocks;
    },
    set(conversation, blocks) {
      entries.delete(conversation);
      entries.set(conversation, blocks);
      const [oldest] = entries.keys();
      if (entries.size > MAX_CONVERSATIONS && oldest !== undefined) entries.delete(oldest);
    },
    delete(conversation) {
      entries.delete(conversation);
    },
  };
}
