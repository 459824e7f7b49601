import { compareIds, type ConversationKey } from '../../protocol/ids.ts';
import { conversationRange, type BlockSource } from './block-reader.ts';
import { idRange, type IdRange, type KnownBlocks, type StoredBlock } from './known-blocks.ts';
import { keyPosition, type BlockKey } from './message-block.ts';

/** Blocks per request of a full search. Unit: blocks. Bounds what is held in memory at once to a thousand messages or so. */
const SEARCH_CHUNK = 20;

type Where = {
  readonly source: BlockSource;
  readonly keyRange: typeof IDBKeyRange;
  readonly conversation: ConversationKey;
  readonly id: string;
  readonly known: KnownBlocks;
};

/**
 * Finds the block that holds an id: where it is if ids grow with time, which takes a few requests however long the
 * conversation is; else by the ranges of all blocks' ids, for which everything is read, once.
 *
 * @returns The block, undefined when the id is not stored; and what is known afterwards.
 */
export async function findById(where: Where): Promise<{ readonly at: StoredBlock | undefined; readonly known: KnownBlocks }> {
  const { source, id, known } = where;
  const holds = async (key: BlockKey): Promise<StoredBlock | undefined> => {
    const block = await source.get(key);
    return block?.some((message) => message.id === id) ? { key, block } : undefined;
  };
  const newest = known.newest ?? undefined;
  if (newest?.block.some((message) => message.id === id)) return { at: newest, known };
  let { ranges } = known;
  if (ranges === undefined) {
    const likely = await likelyKey(where);
    const at = likely && (await holds(likely));
    if (at !== undefined) return { at, known };
    ranges = await readRanges(where);
  }
  for (const { key, least, greatest } of ranges) {
    if (compareIds(least, id) > 0 || compareIds(greatest, id) < 0) continue;
    const at = await holds(key);
    if (at !== undefined) return { at, known: { ...known, ranges } };
  }
  return { at: undefined, known: { ...known, ranges } };
}

/**
 * Searches the keys for the last that begins with this id or a smaller one, as in a sorted list. Where between two keys to
 * look is guessed from the ids in turns with halving the time: ids that grow evenly are found at the first or second guess.
 */
async function likelyKey({ source, keyRange, conversation, id, known }: Where): Promise<BlockKey | undefined> {
  const range = conversationRange(keyRange, conversation);
  const idOf = (key: BlockKey) => keyPosition(key).id;
  const isThrough = (key: BlockKey) => compareIds(idOf(key), id) <= 0;
  const [first, last] = await Promise.all([
    known.oldest ?? source.openKeyCursor(range).then((cursor) => cursor?.key),
    known.newest?.key ?? source.openKeyCursor(range, 'prev').then((cursor) => cursor?.key),
  ]);
  if (first === undefined || last === undefined || !isThrough(first)) return undefined;
  if (isThrough(last)) return last;
  let low = first;
  let high = last;
  for (let isGuess = true; low[1] < high[1]; isGuess = !isGuess) {
    const share = (Number(id) - Number(idOf(low))) / (Number(idOf(high)) - Number(idOf(low)));
    const time = Math.min(high[1] - 1, Math.floor(low[1] + (isGuess && share >= 0 ? share : 0.5) * (high[1] - low[1])));
    const [below, above] = await Promise.all([
      source.openKeyCursor(keyRange.bound([conversation], [conversation, time, []]), 'prev'),
      source.openKeyCursor(keyRange.bound([conversation, time, []], [conversation, []])),
    ]);
    if (below === null || above === null) return undefined;
    if (isThrough(above.key)) low = above.key;
    else if (isThrough(below.key)) return below.key;
    else high = below.key;
  }
  return low;
}

async function readRanges({ source, keyRange, conversation }: Where): Promise<readonly IdRange[]> {
  const ranges: IdRange[] = [];
  for (let after: BlockKey | undefined; ; after = ranges.at(-1)?.key) {
    const range = after === undefined ? conversationRange(keyRange, conversation) : keyRange.bound(after, [conversation, []], true);
    const [keys, blocks] = await Promise.all([source.getAllKeys(range, SEARCH_CHUNK), source.getAll(range, SEARCH_CHUNK)]);
    ranges.push(...keys.map((key, index) => idRange({ key, block: blocks[index] ?? [] })));
    if (keys.length < SEARCH_CHUNK) return ranges;
  }
}
