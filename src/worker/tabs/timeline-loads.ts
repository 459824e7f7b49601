import { SyncError } from '../../protocol/errors.ts';
import { comparePositions, isAfter, parseConversationKey, toPosition, type ConversationKey, type Position } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { JumpTarget, Message } from '../../protocol/model.ts';
import { isWithin, olderCursorBelow, spanAt } from '../history/span.ts';
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

/** The edges of the window. */
type Edge = 'floor' | 'ceiling';

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

  const reads = {
    floor: (before: Position | null, limit = HISTORY_BATCH_SIZE): Promise<readonly Message[]> => storage.readMessages({ conversation: key, before, limit }),
    ceiling: (after: Position | null, limit = HISTORY_BATCH_SIZE): Promise<readonly Message[]> => storage.readMessagesAfter({ conversation: key, after, limit }),
  };

  /** The span in which the window's edge lies; the newest one for a window that shows nothing. */
  const spanAtEdge = (edge: Position | null): Span | undefined => (edge === null ? window.spans().at(-1) : spanAt(window.spans(), edge));

  /** Of the messages, those that follow on beyond an edge of the window with nothing missing in between. */
  const following = (edge: Edge, messages: readonly Message[]): readonly Message[] => {
    const at = window[edge]();
    const span = spanAtEdge(at);
    if (span === undefined) return [];
    return messages.filter((message) =>
      edge === 'floor' ? (at === null || isAfter(at, message)) && !isAfter(span.oldest, message) : isAfter(message, at) && !isAfter(message, span.newest),
    );
  };

  const putsOf = (changes: readonly MessageChange[]): readonly Message[] => changes.flatMap(({ puts = [] }) => puts).sort(comparePositions);

  /** Whether nothing that is known of lies beyond the last message shown. */
  const isNewest = (last: Position | null | undefined): boolean => !!last && !isAfter(window.spans().at(-1)?.newest ?? last, last) && !options.isBehind();

  const raise = (messages: readonly Message[]): WindowChange => window.raise(messages, { isNewest: isNewest(messages.at(-1) ?? window.ceiling()) });

  /**
   * Moves an edge of the window over what is stored beyond it.
   *
   * @param isStrict Only as far as nothing is missing; else that is left out, and shown as a hole.
   * @param fetch Has a page stored: into an empty window it shows itself; into any other it is in hand then, and need not be read.
   */
  const move = (edge: Edge, isStrict: boolean, fetch?: () => Promise<unknown>): Promise<number> => {
    const at = window[edge]();
    return noting<readonly Message[] | undefined>(
      () => (fetch ? fetch().then(() => undefined) : reads[edge](at)),
      (found, noted) => {
        const messages = found ?? putsOf(noted);
        // What was read next to an edge that has moved since is not next to it.
        const next = window[edge]()?.id !== at?.id ? [] : isStrict ? following(edge, messages) : messages;
        return edge === 'floor' ? window.lower(next.slice(-HISTORY_BATCH_SIZE)) : raise(next);
      },
    );
  };

  /** Moves an edge over a page that is fetched; where it cannot be had, over what is stored. */
  const fetched = async (edge: Edge, fetch: () => Promise<unknown>): Promise<number> => {
    try {
      return await move(edge, true, fetch);
    } catch (error) {
      const added = await move(edge, false);
      if (added === 0) throw error;
      return added;
    }
  };

  const lowered = async (): Promise<number> => {
    const floor = window.floor();
    const span = spanAtEdge(floor);
    const isBottom = span === undefined || (floor !== null && !isAfter(floor, span.oldest));
    return isBottom ? 0 : move('floor', true);
  };

  const older = async (): Promise<number> => {
    for (let page = 0; page < EMPTY_PAGES_FOLLOWED; page += 1) {
      const stored = await lowered();
      if (stored > 0) return stored;
      const cursor = olderCursorBelow(window.spans(), window.floor());
      if (cursor === null || (cursor === '' && history.isAsked(key) && window.spans().length === 0)) return move('floor', false);
      const added = await fetched('floor', () => history.fetchBelow(key, cursor));
      // Asked again at once, the newest page would be the same.
      if (added > 0 || cursor === '') return added;
    }
    return 0;
  };

  const newer = async (): Promise<number> => {
    const ceiling = window.ceiling();
    if (ceiling === null) return 0;
    const span = spanAtEdge(ceiling);
    if (span !== undefined && isAfter(span.newest, ceiling)) return move('ceiling', true);
    if (span !== undefined && isNewest(ceiling)) {
      show(raise([]));
      return 0;
    }
    const page = { conversation, cursor: ceiling.id, pageSize: HISTORY_BATCH_SIZE, direction: 'down' } as const;
    const added = (await fetched('ceiling', () => history.fetch(page))) || (await move('ceiling', false));
    if (added === 0) show(window.raise([], { isNewest: true }));
    return added;
  };

  /** The window around a position, as far as that is stored without a gap. */
  const openAt = (at: Position, isStrict: boolean, size = HISTORY_BATCH_SIZE): Promise<number> =>
    noting(
      async () => {
        const below = await reads.floor(at, size >> 1);
        return [...below, ...(await reads.ceiling(below.at(-1) ?? null, size - below.length))];
      },
      (found) => {
        const span = spanNear(at);
        const shown = isStrict ? found.filter((message) => span !== undefined && isWithin(message, span)) : found;
        return window.reset(shown, { isNewest: isNewest(shown.at(-1)) });
      },
    );

  const openNewest = async (size?: number): Promise<void> => {
    await noting(() => reads.floor(null, size), (found) => window.reset(found, { isNewest: true }));
  };

  /** The span with a position; also the oldest one, for what lies before the start of the conversation. */
  const spanNear = (at: Position): Span | undefined => {
    const [oldest] = window.spans();
    return spanAt(window.spans(), at) ?? (oldest?.olderCursor === null && isAfter(oldest.oldest, at) ? oldest : undefined);
  };

  /** Where the target lies, as far as that is known here; null: at the newest. */
  const placeOf = async (target: JumpTarget): Promise<Position | null | undefined> => {
    if (target === null) return null;
    if ('messageId' in target) {
      const message = await storage.findMessage(key, target.messageId);
      return message && toPosition(message);
    }
    const at: Position = { time: target.time, id: '' };
    return window.spans().length > 0 && isNewest(at) ? null : at;
  };

  /** Has the service tell of what lies around a message, unfiltered: older ones, then itself and newer ones. */
  const fetchAround = async (messageId: string): Promise<Message> => {
    const below = await history.fetchBelow(key, messageId);
    const start = [...below.messages].sort(comparePositions).at(-1);
    const page = await history.fetch({ conversation, cursor: start?.id ?? '', pageSize: HISTORY_BATCH_SIZE, direction: 'down' });
    const found = page.messages.find(({ id }) => id === messageId);
    if (found === undefined) throw new SyncError('not-found', 'no such message', { details: { messageId } });
    return found;
  };

  const firstFrom = async (startTime: number): Promise<Message | undefined> =>
    (await history.fetch({ conversation, cursor: '', pageSize: 1, direction: 'down', filter: { startTime } })).messages[0];

  const jump = async (target: JumpTarget): Promise<void> => {
    const place = await placeOf(target);
    if (target === null || place === null) return openNewest();
    if (place !== undefined && spanNear(place) !== undefined) return void (await openAt(place, true));
    try {
      const messageId = 'messageId' in target ? target.messageId : (await firstFrom(target.time))?.id;
      if (messageId === undefined) return await openNewest();
      await openAt(await fetchAround(messageId), true);
    } catch (error) {
      // It is stored, if not without gaps around it.
      if (place === undefined || !('messageId' in target)) throw error;
      await openAt(place, false);
    }
  };

  return {
    older,
    grow: lowered,
    newer,
    jump,
    async open(target, size) {
      const place = await placeOf(target);
      if (!place || spanNear(place) === undefined) await openNewest(size);
      else await openAt(place, true, size);
    },
    note(change) {
      for (const noted of notes) noted.push(change);
    },
  };
}
