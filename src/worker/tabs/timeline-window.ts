import { comparePositions, isAfter, toPosition, type ConversationKey, type Position } from '../../protocol/ids.ts';
import type { SyncErrorData } from '../../protocol/errors.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { Message, OutgoingMessage, TimelineItem } from '../../protocol/model.ts';
import type { TimelineUpsert } from '../../protocol/queries.ts';
import { holeKey } from '../../protocol/timeline-order.ts';
import { clientIdOf } from '../client-id.ts';
import { openEnds, type Hole, type Spans } from '../history/span.ts';
import type { MessageChange, OutboxEntry } from '../storage/storage.ts';
import { isSameData } from '../same-data.ts';
import { acceptedState, joined, NOTHING, waitingMessage, waitingState, type Sending, type WindowChange } from './timeline-items.ts';

/**
 * The part of a conversation that one timeline shows: from its floor to its ceiling.
 *
 * - Every method answers with what it changed and nothing else.
 * - A message outside is not shown until the window is moved there. Without a ceiling the window follows the newest, and
 *   then only it shows what waits to be sent.
 * - It holds `limit` messages: moved on, it lets go those at the other end.
 */
export interface TimelineWindow {
  items(): readonly TimelineItem[];
  /** Accepted messages shown. */
  size(): number;
  /** Accepted messages that have come into the window so far, those that were let go since among them. */
  taken(): number;
  /** The oldest position shown, inclusive; null while nothing is: then everything belongs in the window. */
  floor(): Position | null;
  /** The newest position shown, inclusive; null: up to the newest, whatever comes. */
  ceiling(): Position | null;
  spans(): Spans;
  /** Holes within the window, newest last. */
  holes(): readonly Hole[];
  /** The hole shown under an item's key. */
  holeAt(key: string): Hole | undefined;
  /** Shows these messages instead of all. @param options.isNewest Follows the newest from there. */
  reset(messages: readonly Message[], options: { readonly isNewest: boolean }): WindowChange;
  /** Takes in messages older than the floor. */
  lower(messages: readonly Message[]): WindowChange;
  /** Takes in messages newer than the ceiling. */
  raise(messages: readonly Message[], options: { readonly isNewest: boolean }): WindowChange;
  /** Takes over a stored change. */
  change(change: MessageChange): WindowChange;
  /** Takes over the conversation's spans: holes appear and go. */
  setSpans(spans: Spans): WindowChange;
  /** Takes over what waits to be sent. */
  setWaiting(entries: readonly OutboxEntry[], sending: Sending): WindowChange;
  /** Takes over up to where the other user has read. */
  setReadByPeer(position: Position | null): WindowChange;
  /** Looks again at how it stands with each hole. */
  readHoles(): WindowChange;
}

/**
 * @param options.self The user whose messages are own ones.
 * @param options.at How it stands with the page below a cursor.
 */
export function createTimelineWindow(options: {
  readonly key: ConversationKey;
  readonly self: string;
  readonly limit: number;
  readonly at: (cursor: string) => { readonly isLoading: boolean; readonly error: SyncErrorData | null };
}): TimelineWindow {
  const { key: conversation, self, limit } = options;
  const items = new Map<string, TimelineItem>();
  /** Message id to item key: an own message keeps the key it was queued with. */
  const keys = new Map<string, string>();
  /** What waits, as it is shown: the same object for as long as the entry's message is the same. */
  const waitingMessages = new WeakMap<OutgoingMessage, Message>();
  let waiting: readonly TimelineItem[] = [];
  let waitingKeys: ReadonlySet<string> = new Set();
  let shownHoles = new Map<string, Hole>();
  let spans: Spans = [];
  let floor: Position | null = null;
  let ceiling: Position | null = null;
  let readByPeer: Position | null = null;
  let taken = 0;

  /** An accepted message as it is shown, or is to be. */
  const itemOf = (message: Message): TimelineItem => {
    const key = keys.get(message.id) ?? freeKey(message);
    return { type: 'message', key, message, state: acceptedState(message, { self, readByPeer }) };
  };

  const put = (message: Message): TimelineItem => {
    const item = itemOf(message);
    if (!keys.has(message.id)) taken += 1;
    keys.set(message.id, item.key);
    items.set(item.key, item);
    return item;
  };

  /** The client id, unless another accepted message has it: a message that was sent twice is shown twice. */
  const freeKey = (message: Message): string => {
    const clientId = clientIdOf(message, self);
    const isFree = clientId !== undefined && (!items.has(clientId) || waitingKeys.has(clientId));
    return isFree ? clientId : message.id;
  };

  const takeOut = (id: string): readonly string[] => {
    const key = keys.get(id);
    if (key === undefined) return [];
    keys.delete(id);
    items.delete(key);
    return [key];
  };

  const accepted = (): Message[] =>
    [...keys.values()].flatMap((key) => {
      const item = items.get(key);
      return item?.type === 'message' ? [item.message] : [];
    });

  const isInside = (position: Position): boolean =>
    (floor === null || !isAfter(floor, position)) && (ceiling === null || !isAfter(position, ceiling));

  const removedBy = ({ removes = [], removeBefore = 0, removeAll }: MessageChange): readonly string[] => {
    const end = removeAll === true ? Infinity : removeBefore;
    const gone = end > 0 ? accepted().filter(({ time }) => time < end) : [];
    return [...removes, ...gone.map(({ id }) => id)].flatMap(takeOut);
  };

  const readHoles = (): WindowChange => {
    const bottom = floor;
    // A late message may stand below the oldest span, with something missing in between.
    const inside = bottom === null ? [] : openEnds(spans).filter(({ below }) => isAfter(below, bottom) && isInside(below));
    const before = shownHoles.keys();
    shownHoles = new Map(inside.map((hole) => [holeKey(hole.below), hole]));
    return replaced(before, [...shownHoles].map(([key, { cursor }]): TimelineItem => ({ type: 'hole', key, ...options.at(cursor) })));
  };

  const readWaiting = (): WindowChange => {
    const before = waitingKeys;
    const shown = ceiling === null ? waiting : [];
    waitingKeys = new Set(shown.map(({ key }) => key));
    return replaced(before, shown);
  };

  /** Shows items in the place of those shown under other keys before; what is accepted by now stays. */
  const replaced = (before: Iterable<string>, shown: readonly TimelineItem[]): WindowChange => {
    const kept = new Set([...shown.map(({ key }) => key), ...keys.values()]);
    const removes = [...before].filter((key) => !kept.has(key));
    const changed = shown.filter((item) => !isSameData(items.get(item.key), item));
    const upserts = changed.map((item) => changeOf(items.get(item.key), item));
    for (const item of changed) items.set(item.key, item);
    for (const key of removes) items.delete(key);
    return { upserts, removes };
  };

  /** A message of which the state alone is new is not told of again: it may bring a file. */
  const changeOf = (before: TimelineItem | undefined, item: TimelineItem): TimelineUpsert => {
    if (item.type !== 'message' || before?.type !== 'message' || before.message !== item.message) return item;
    return { type: item.type, key: item.key, state: item.state };
  };

  const waitingItem = (entry: Extract<OutboxEntry, { readonly type: 'send' }>, sending: Sending): TimelineItem => {
    const message = waitingMessages.get(entry.message) ?? waitingMessage(entry, self);
    waitingMessages.set(entry.message, message);
    return { type: 'message', key: entry.clientId, message, state: waitingState(entry, sending) };
  };

  const lowerFloor = (messages: readonly Message[]): void => {
    for (const message of messages) {
      if (floor === null || isAfter(floor, message)) floor = toPosition(message);
    }
  };

  /** Lets go what is too much at one end. */
  const trim = (end: 'oldest' | 'newest'): WindowChange => {
    if (keys.size <= limit) return NOTHING;
    const sorted = accepted().sort(comparePositions);
    const edge = sorted.at(end === 'oldest' ? -limit : limit - 1) ?? null;
    if (end === 'oldest') floor = edge && toPosition(edge);
    else ceiling = edge && toPosition(edge);
    const gone = sorted.filter((message) => !isInside(message)).flatMap(({ id }) => takeOut(id));
    return { upserts: [], removes: gone };
  };

  const moved = (messages: readonly Message[], end: 'oldest' | 'newest'): WindowChange => {
    const shown: WindowChange = { upserts: messages.map(put), removes: [] };
    return joined(shown, trim(end), readHoles(), readWaiting());
  };

  return {
    items: () => [...items.values()],
    size: () => keys.size,
    taken: () => taken,
    floor: () => floor,
    ceiling: () => ceiling,
    spans: () => spans,
    holes: () => [...shownHoles.values()],
    holeAt: (key) => shownHoles.get(key),
    reset(messages, { isNewest }) {
      const removes = [...keys.values()];
      for (const key of removes) items.delete(key);
      keys.clear();
      floor = null;
      lowerFloor(messages);
      const last = messages.at(-1);
      ceiling = isNewest || last === undefined ? null : toPosition(last);
      return joined({ upserts: [], removes }, moved(messages, 'oldest'));
    },
    lower(messages) {
      lowerFloor(messages);
      return moved(messages, 'newest');
    },
    raise(messages, { isNewest }) {
      const last = messages.at(-1);
      if (isNewest) ceiling = null;
      else if (last !== undefined) ceiling = toPosition(last);
      return moved(messages, 'oldest');
    },
    change(change) {
      const removes = removedBy(change);
      const isEmpty = floor === null;
      const shown = (change.puts ?? []).filter((message) => isInside(message) || keys.has(message.id));
      if (isEmpty) lowerFloor(shown);
      const upserts = shown.map(put);
      const kept = new Set(upserts.map(({ key }) => key));
      const changed: WindowChange = { upserts, removes: removes.filter((key) => !kept.has(key)) };
      // A page at a time, so that a window that is full does not change at both ends with each message.
      const isOverfull = keys.size > limit + HISTORY_BATCH_SIZE;
      return isEmpty || isOverfull ? joined(changed, trim('oldest'), readHoles()) : changed;
    },
    setSpans(next) {
      spans = next;
      return readHoles();
    },
    setWaiting(entries, sending) {
      waiting = entries.flatMap((entry) => (entry.type === 'send' && entry.conversation === conversation ? [waitingItem(entry, sending)] : []));
      return readWaiting();
    },
    setReadByPeer(position) {
      if (position === null || !isAfter(position, readByPeer)) return NOTHING;
      readByPeer = position;
      return replaced([], accepted().map(itemOf));
    },
    readHoles,
  };
}
