import { SyncError } from '../../protocol/errors.ts';
import { comparePositions, isAfter, parseConversationKey, toPosition, type ConversationKey, type Position } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { JumpTarget, Message } from '../../protocol/model.ts';
import { olderCursorBelow, spanAt } from '../history/span.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MessageChange, Span } from '../storage/storage.ts';
import type { HistorySource } from '../history/history-source.ts';
import { joined, type WindowChange } from './timeline-items.ts';
import type { TimelineWindow } from './timeline-window.ts';

/** Moves a timeline's window, over what is stored and what the service has. */
export interface TimelineLoads {
  /** @returns How many older messages are shown: what is stored and follows on, else what one request brings. */
  older(): Promise<number>;
  /** Shows older messages as far as they are stored and follow on; asks nobody. */
  grow(): Promise<number>;
  /** The same as `older`, towards the newest. */
  newer(): Promise<number>;
  /** Opens the window anew. @throws {SyncError} `not-found`; what the service rejects with */
  jump(target: JumpTarget): Promise<void>;
  /** Opens the window without asking the service: at the target where that is stored, else at the newest. */
  open(target: JumpTarget, size: number): Promise<void>;
  /** Notes what is stored while something is being read, so that it is not undone by what was read before. */
  note(change: MessageChange): void;
}

/** Empty pages that are followed in one call: a stretch of history in which nothing can be decoded ends some time (HB3). */
const EMPTY_PAGES_FOLLOWED = 10;

/**
 * @param options.isBehind Whether the newest messages known of are not stored.
 * @param options.show Called with each change of the window.
 */
export function createTimelineLoads(options: {
  readonly key: ConversationKey;
  readonly ledger: Ledger;
  readonly window: TimelineWindow;
  readonly history: HistorySource;
  readonly isBehind: () => boolean;
  readonly show: (change: WindowChange) => void;
}): TimelineLoads {
  const { key, window, history, show } = options;
  const { storage } = options.ledger;
  const conversation = parseConversationKey(key);
  const notes = new Set<MessageChange[]>();

  /** Reads, and hands over what was read together with what was stored meanwhile. @returns How many messages came into the window. */
  const noting = async <T>(read: () => Promise<T>, use: (found: T, noted: readonly MessageChange[]) => WindowChange): Promise<number> => {
    const noted: MessageChange[] = [];
    notes.add(noted);
    const before = window.taken();
    try {
      const found = await read();
      show(joined(use(found, noted), ...noted.map(window.change)));
      return window.taken() - before;
    } finally {
      notes.delete(noted);
    }
  };

  const readBefore = (before: Position | null, limit = HISTORY_BATCH_SIZE): Promise<readonly Message[]> => storage.readMessages({ conversation: key, before, limit });
  const readAfter = (after: Position | null, limit = HISTORY_BATCH_SIZE): Promise<readonly Message[]> => storage.readMessagesAfter({ conversation: key, after, limit });

  /** The span in which the window's edge lies; the newest one for a window that shows nothing. */
  const spanAtEdge = (edge: Position | null): Span | undefined => (edge === null ? window.spans().at(-1) : spanAt(window.spans(), edge));

  const isBelow = (message: Position, edge: Position | null): boolean => edge === null || isAfter(edge, message);

  /** What was read next to an edge of a window that has moved since is not next to it. */
  const nextTo = (edge: 'floor' | 'ceiling', before: Position | null, messages: readonly Message[]): readonly Message[] => (window[edge]()?.id === before?.id ? messages : []);

  /** Of the messages, those that follow on below the window with nothing missing in between. */
  const followingBelow = (messages: readonly Message[]): readonly Message[] => {
    const span = spanAtEdge(window.floor());
    return span === undefined ? [] : messages.filter((message) => isBelow(message, window.floor()) && !isAfter(span.oldest, message));
  };

  const followingAbove = (messages: readonly Message[]): readonly Message[] => {
    const ceiling = window.ceiling();
    const span = spanAtEdge(ceiling);
    return span === undefined ? [] : messages.filter((message) => isAfter(message, ceiling) && !isAfter(message, span.newest));
  };

  const putsOf = (changes: readonly MessageChange[]): readonly Message[] => changes.flatMap(({ puts = [] }) => puts).sort(comparePositions);

  const raise = (messages: readonly Message[]): WindowChange => {
    const last = messages.at(-1) ?? window.ceiling();
    const isNewest = last !== null && !isAfter(window.spans().at(-1)?.newest ?? last, last) && !options.isBehind();
    return window.raise(messages, { isNewest });
  };

  const lowered = async (): Promise<number> => {
    const span = spanAtEdge(window.floor());
    const floor = window.floor();
    const isBottom = span === undefined || (floor !== null && !isBelow(span.oldest, floor));
    return isBottom ? 0 : noting(() => readBefore(floor), (found) => window.lower(followingBelow(nextTo('floor', floor, found))));
  };

  /** With what is missing in between left out, and shown as a hole. */
  const loweredAcross = (floor = window.floor()): Promise<number> => noting(() => readBefore(floor), (found) => window.lower(nextTo('floor', floor, found)));
  const raisedAcross = (ceiling = window.ceiling()): Promise<number> => noting(() => readAfter(ceiling), (found) => raise(nextTo('ceiling', ceiling, found)));

  const older = async (): Promise<number> => {
    for (let page = 0; page < EMPTY_PAGES_FOLLOWED; page += 1) {
      const stored = await lowered();
      if (stored > 0) return stored;
      const cursor = olderCursorBelow(window.spans(), window.floor());
      if (cursor === null || (cursor === '' && history.isAsked(key) && window.spans().length === 0)) return loweredAcross();
      const floor = window.floor();
      let added = 0;
      try {
        // A page into an empty window shows itself; any other is stored by now, and in hand.
        added = await noting(
          () => history.fetchBelow(key, cursor),
          (_page, noted) => window.lower(followingBelow(nextTo('floor', floor, putsOf(noted))).slice(-HISTORY_BATCH_SIZE)),
        );
      } catch (error) {
        added = await loweredAcross();
        if (added === 0) throw error;
      }
      // Asked again at once, the newest page would be the same.
      if (added > 0 || cursor === '') return added;
    }
    return 0;
  };

  const newer = async (): Promise<number> => {
    const ceiling = window.ceiling();
    if (ceiling === null) return 0;
    const span = spanAtEdge(ceiling);
    if (span !== undefined && isAfter(span.newest, ceiling)) return noting(() => readAfter(ceiling), (found) => raise(followingAbove(nextTo('ceiling', ceiling, found))));
    const isTop = span !== undefined && span === window.spans().at(-1);
    if (isTop && !options.isBehind()) {
      show(raise([]));
      return 0;
    }
    try {
      const added = await noting(
        () => history.fetch({ conversation, cursor: ceiling.id, pageSize: HISTORY_BATCH_SIZE, direction: 'down' }),
        (_page, noted) => raise(followingAbove(nextTo('ceiling', ceiling, putsOf(noted)))),
      );
      if (added > 0) return added;
    } catch (error) {
      const added = await raisedAcross();
      if (added === 0) throw error;
      return added;
    }
    const added = await raisedAcross();
    if (added === 0) show(window.raise([], { isNewest: true }));
    return added;
  };

  /** The window around a position, as far as that is stored without a gap. */
  const openAt = (at: Position, size: number, isStrict: boolean): Promise<number> =>
    noting(
      async () => {
        const below = await readBefore(at, size >> 1);
        return [...below, ...(await readAfter(below.at(-1) ?? null, size - below.length))];
      },
      (found) => {
        const span = spanNear(at);
        const shown = found.filter((message) => !isStrict || (span !== undefined && !isAfter(span.oldest, message) && !isAfter(message, span.newest)));
        const isNewest = span !== undefined && span === window.spans().at(-1) && !isAfter(span.newest, shown.at(-1) ?? span.newest) && !options.isBehind();
        return window.reset(shown, { isNewest });
      },
    );

  const openNewest = async (size: number): Promise<void> => {
    await noting(() => readBefore(null, size), (found) => window.reset(found, { isNewest: true }));
  };

  /** The span with a position; also the oldest one, for what lies before the start of the conversation. */
  const spanNear = (at: Position): Span | undefined => {
    const [oldest] = window.spans();
    return spanAt(window.spans(), at) ?? (oldest?.olderCursor === null && isAfter(oldest.oldest, at) ? oldest : undefined);
  };

  /** Where the target lies, as far as that is known here; null: at the newest. */
  const placeOf = async (target: NonNullable<JumpTarget>): Promise<Position | null | undefined> => {
    if ('messageId' in target) {
      const message = await storage.findMessage(key, target.messageId);
      return message && toPosition(message);
    }
    const at: Position = { time: target.time, id: '' };
    const top = window.spans().at(-1);
    return top !== undefined && isAfter(at, top.newest) && !options.isBehind() ? null : at;
  };

  /** Has the service tell of what lies around a message, unfiltered: older ones, then itself and newer ones. */
  const fetchAround = async (messageId: string): Promise<Message> => {
    const below = await history.fetchBelow(key, messageId);
    const start = below.messages.reduce<Message | undefined>((a, b) => (a === undefined || isAfter(b, a) ? b : a), undefined);
    const page = await history.fetch({ conversation, cursor: start?.id ?? '', pageSize: HISTORY_BATCH_SIZE, direction: 'down' });
    const found = page.messages.find(({ id }) => id === messageId);
    if (found === undefined) throw new SyncError('not-found', 'no such message', { details: { messageId } });
    return found;
  };

  const firstFrom = async (startTime: number): Promise<Message | undefined> =>
    (await history.fetch({ conversation, cursor: '', pageSize: 1, direction: 'down', filter: { startTime } })).messages[0];

  const jump = async (target: JumpTarget): Promise<void> => {
    if (target === null) return openNewest(HISTORY_BATCH_SIZE);
    const place = await placeOf(target);
    if (place === null) return openNewest(HISTORY_BATCH_SIZE);
    if (place !== undefined && spanNear(place) !== undefined) return void (await openAt(place, HISTORY_BATCH_SIZE, true));
    try {
      const messageId = 'messageId' in target ? target.messageId : (await firstFrom(target.time))?.id;
      if (messageId === undefined) return await openNewest(HISTORY_BATCH_SIZE);
      await openAt(await fetchAround(messageId), HISTORY_BATCH_SIZE, true);
    } catch (error) {
      // It is stored, if not without gaps around it.
      if (place === undefined || !('messageId' in target)) throw error;
      await openAt(place, HISTORY_BATCH_SIZE, false);
    }
  };

  return {
    older,
    grow: lowered,
    newer,
    jump,
    async open(target, size) {
      const place = target === null ? null : await placeOf(target);
      if (place === null || place === undefined || spanNear(place) === undefined) await openNewest(size);
      else await openAt(place, size, true);
    },
    note(change) {
      for (const noted of notes) noted.push(change);
    },
  };
}
