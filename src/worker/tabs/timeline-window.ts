import { comparePositions, isAfter, parseConversationKey, toPosition, type ConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message, MessageState, TimelineItem } from '../../protocol/model.ts';
import { holeKey } from '../../protocol/timeline-order.ts';
import { clientIdOf } from '../client-id.ts';
import { holes, type Hole } from '../history/span.ts';
import type { MessageChange, OutboxEntry, Span } from '../storage/storage.ts';

/** What changed in a window: items to put, keys to take out. */
export type WindowChange = { readonly upserts: readonly TimelineItem[]; readonly removes: readonly string[] };

/**
 * The part of a conversation that one timeline shows: from its floor to the newest message.
 *
 * - Every method answers with what it changed and nothing else.
 * - A message below the floor is not shown until the window is widened down to it.
 */
export interface TimelineWindow {
  items(): readonly TimelineItem[];
  /** The oldest position shown, inclusive; null while nothing is: then everything belongs in the window. */
  floor(): Position | null;
  /** Holes within the window, newest last. */
  holes(): readonly Hole[];
  /** Takes in messages older than the floor. */
  widen(messages: readonly Message[]): WindowChange;
  /** Takes over a stored change. */
  change(change: MessageChange): WindowChange;
  /** Takes over the conversation's spans: holes appear and go. */
  setSpans(spans: readonly Span[]): WindowChange;
  /** Takes over what waits to be sent. */
  setWaiting(entries: readonly OutboxEntry[], sending: ReadonlySet<string>): WindowChange;
}

/** @param options.self The user whose messages are own ones. */
export function createTimelineWindow(options: { readonly key: ConversationKey; readonly self: string }): TimelineWindow {
  const { key: conversation, self } = options;
  const items = new Map<string, TimelineItem>();
  /** Message id to item key: an own message keeps the key it was queued with. */
  const keys = new Map<string, string>();
  let waitingKeys: ReadonlySet<string> = new Set();
  let shownHoles = new Map<string, Hole>();
  let spans: readonly Span[] = [];
  let floor: Position | null = null;

  const put = (message: Message): TimelineItem => {
    const key = keys.get(message.id) ?? freeKey(message);
    keys.set(message.id, key);
    const state: MessageState = { type: message.from === self ? 'sent' : 'received' };
    const item: TimelineItem = { type: 'message', key, message, state };
    items.set(key, item);
    return item;
  };

  /** The client id, unless another accepted message has it: a message that was sent twice is shown twice. */
  const freeKey = (message: Message): string => {
    const clientId = clientIdOf(message, self);
    if (clientId === undefined) return message.id;
    const holder = items.get(clientId);
    const isFree = holder === undefined || waitingKeys.has(clientId);
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

  const removedBy = ({ removes = [], removeBefore, removeAll = false }: MessageChange): readonly string[] => {
    const ids = removeAll || removeBefore !== undefined ? accepted().filter(({ time }) => removeAll || time < (removeBefore ?? 0)) : [];
    return [...removes, ...ids.map(({ id }) => id)].flatMap(takeOut);
  };

  const readHoles = (): WindowChange => {
    const before = shownHoles;
    const bottom = floor;
    const inside = bottom === null ? [] : holes(spans).filter(({ below }) => isAfter(below, bottom));
    shownHoles = new Map(inside.map((hole) => [holeKey(hole.below), hole]));
    const added = [...shownHoles.keys()].filter((key) => !before.has(key)).map((key): TimelineItem => ({ type: 'hole', key, isLoading: false, error: null }));
    const removed = [...before.keys()].filter((key) => !shownHoles.has(key));
    for (const item of added) items.set(item.key, item);
    for (const key of removed) items.delete(key);
    return { upserts: added, removes: removed };
  };

  const lower = (messages: readonly Message[]): void => {
    for (const message of messages) {
      if (floor === null || isAfter(floor, message)) floor = toPosition(message);
    }
  };

  return {
    items: () => [...items.values()],
    floor: () => floor,
    holes: () => [...shownHoles.values()].sort((a, b) => comparePositions(a.below, b.below)),
    widen(messages) {
      lower(messages);
      return joined({ upserts: messages.map(put), removes: [] }, readHoles());
    },
    change(change) {
      const removes = removedBy(change);
      const bottom = floor;
      const shown = (change.puts ?? []).filter((message) => bottom === null || comparePositions(message, bottom) >= 0 || keys.has(message.id));
      if (bottom === null) lower(shown);
      const upserts = shown.map(put);
      const kept = new Set(upserts.map(({ key }) => key));
      return joined({ upserts, removes: removes.filter((key) => !kept.has(key)) }, bottom === null ? readHoles() : NOTHING);
    },
    setSpans(next) {
      spans = next;
      return readHoles();
    },
    setWaiting(entries, sending) {
      const before = waitingKeys;
      const waiting = entries.flatMap((entry) => (entry.type === 'send' && entry.conversation === conversation ? [waitingItem(entry, sending, self)] : []));
      waitingKeys = new Set(waiting.map(({ key }) => key));
      const upserts = waiting.filter((item) => !isSameState(items.get(item.key), item));
      const acceptedKeys = new Set(keys.values());
      const removes = [...before].filter((key) => !waitingKeys.has(key) && !acceptedKeys.has(key));
      for (const item of upserts) items.set(item.key, item);
      for (const key of removes) items.delete(key);
      return { upserts, removes };
    },
  };
}

/** No change. */
export const NOTHING: WindowChange = { upserts: [], removes: [] };

/** @returns Both changes, the second after the first. */
export function joined(a: WindowChange, b: WindowChange): WindowChange {
  if (b.upserts.length + b.removes.length === 0) return a;
  const later = new Set([...b.upserts.map(({ key }) => key), ...b.removes]);
  return {
    upserts: [...a.upserts.filter(({ key }) => !later.has(key)), ...b.upserts],
    removes: [...a.removes.filter((key) => !later.has(key)), ...b.removes],
  };
}

function waitingItem(entry: Extract<OutboxEntry, { readonly type: 'send' }>, sending: ReadonlySet<string>, self: string): TimelineItem {
  const { conversation: _ref, ...fields } = entry.message;
  const { conversationId, conversationType } = parseConversationKey(entry.conversation);
  const message: Message = { ...fields, id: entry.clientId, time: entry.createdAt, from: self, to: conversationId, chatType: conversationType };
  const state: MessageState = sending.has(entry.clientId) && entry.state.type === 'queued' ? { type: 'sending' } : entry.state;
  return { type: 'message', key: entry.clientId, message, state };
}

function isSameState(before: TimelineItem | undefined, after: TimelineItem): boolean {
  return before?.type === 'message' && after.type === 'message' && before.state.type === after.state.type && before.message.id === after.message.id;
}
