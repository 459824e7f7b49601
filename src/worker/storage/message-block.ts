import { comparePositions, type ConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { inChunks } from './in-chunks.ts';

/**
 * The key of a block: its conversation, and a position that is not after any of its messages, as time and sortable id.
 * Blocks of a conversation do not overlap: the messages of one all lie before the key of the next.
 */
export type BlockKey = [ConversationKey, number, string];

/** Messages, oldest first. Never empty when stored. */
export type Block = readonly Message[];

/**
 * Messages per block. Unit: messages. One page of history; larger blocks cost more to rewrite for each live message,
 * smaller ones more to write.
 */
export const BLOCK_SIZE = 50;

/**
 * Messages up to which later ones are added to a block. Unit: messages. Each addition writes the block again: larger
 * costs live messages more, smaller makes more records to read for a screen.
 */
const APPEND_SIZE = 16;

/** Messages a block may grow to by late arrivals before it is split. Unit: messages. */
const MAX_BLOCK_SIZE = 100;

const ID_LENGTH_DIGITS = 3;

/** @returns The key of a block that begins with this position. */
export function blockKey(conversation: ConversationKey, { time, id }: Position): BlockKey {
  // The database compares texts by their characters only; ids sort by length first.
  return [conversation, time, `${String(id.length).padStart(ID_LENGTH_DIGITS, '0')}${id}`];
}

/** @returns The position a key stands for. */
export function keyPosition([, time, sortableId]: BlockKey): Position {
  return { time, id: sortableId.slice(ID_LENGTH_DIGITS) };
}

/** @returns The messages without repeated ids (the last one given counts), oldest first. */
export function toBlock(messages: readonly Message[]): Block {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return [...byId.values()].sort(comparePositions);
}

/** @returns The messages in blocks of {@link BLOCK_SIZE}, the last one smaller. */
export function inBlocks(messages: Block): readonly Block[] {
  return inChunks(messages, BLOCK_SIZE);
}

/**
 * Puts messages into a block.
 *
 * - Messages that all lie after it fill it up to {@link APPEND_SIZE} and go on in new blocks.
 * - Others are merged into it, ids that it holds are replaced; grown too large it is split.
 *
 * @param added Oldest first, no id twice, none before the block's key.
 * @returns What stands in the block's place: the first under its key, each of the others under its own. The first is
 * the same object when the block itself did not change.
 */
export function withAdded(block: Block, added: Block): readonly [Block, ...(readonly Block[])] {
  const last = block.at(-1);
  const ids = new Set(block.map(({ id }) => id));
  const isAppend = added.every((message) => !ids.has(message.id) && (last === undefined || comparePositions(message, last) > 0));
  if (isAppend) {
    const room = Math.max(0, APPEND_SIZE - block.length);
    const first = room === 0 || added.length === 0 ? block : [...block, ...added.slice(0, room)];
    return [first, ...inBlocks(added.slice(room))];
  }
  const merged = toBlock([...block, ...added]);
  if (merged.length <= MAX_BLOCK_SIZE) return [merged];
  const [first = [], ...rest] = inBlocks(merged);
  return [first, ...rest];
}
