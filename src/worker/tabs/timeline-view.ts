import type { ConversationKey } from '../../protocol/ids.ts';
import { comparePositions, isAfter, toPosition } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { Message, TimelineState } from '../../protocol/model.ts';
import { compareTimelineItems } from '../../protocol/timeline-order.ts';
import type { HistoryPage } from '../../protocol/worker-api.ts';
import { olderCursorBelow, spanAt } from '../history/span.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, LiveView, PatchBody } from './live-view.ts';
import { createTimelineWindow, joined, NOTHING, type WindowChange } from './timeline-window.ts';

/** A conversation's messages from some point on, and what is known of those before. */
export interface TimelineView extends LiveView {
  readonly key: ConversationKey;
  /**
   * Shows up to 50 older messages: from storage where they follow on, else after one request for them. A hole in the
   * window is filled first.
   *
   * @throws {SyncError} what the service rejects with, when nothing older could be shown
   */
  loadOlder(): Promise<{ readonly added: number; readonly hasOlder: boolean }>;
  /** Fetches the newest page where the newest messages are missing, then mends. Failures are in the state. */
  freshen(): Promise<void>;
  /** Fetches one page for the newest hole in the window, once for each place where one appears. */
  mend(): Promise<void>;
}

/** Empty pages that are followed in one call: a stretch of history in which nothing can be decoded ends some time (HB3). */
const EMPTY_PAGES_FOLLOWED = 10;

/**
 * @param options.fetchBelow Fetches and stores the page below a cursor; its commit reaches this view like any other.
 * @param options.onPatch Called with patches that do not come from a change: the state of loading, a wider window.
 */
export function createTimelineView(options: {
  readonly key: ConversationKey;
  readonly self: string;
  readonly ledger: Ledger;
  readonly sending: () => ReadonlySet<string>;
  readonly fetchBelow: (key: ConversationKey, cursor: string) => Promise<HistoryPage>;
  /** Items to open with where storage has them, if more than a page: what a tab showed before its worker died. */
  readonly atLeast?: number;
  readonly onPatch: (patch: PatchBody) => void;
}): TimelineView {
  const { key, ledger, fetchBelow } = options;
  const window = createTimelineWindow(options);
  let early: Change[] | undefined = [];
  let state: TimelineState = { hasOlder: true, hasNewer: false, isLoading: false, error: null };
  let loads = 0;
  /** The service said that there is nothing at all. Not stored: there is no span it could be noted in. */
  let isKnownEmpty = false;
  const tried = new Set<string>();

  const stateNow = async (): Promise<TimelineState> => {
    const spans = await ledger.spans(key);
    const floor = window.floor();
    const [oldest] = spans;
    const isAtStart =
      oldest === undefined ? isKnownEmpty : oldest.olderCursor === null && (floor === null || comparePositions(floor, oldest.oldest) <= 0);
    return { ...state, hasOlder: !isAtStart, isLoading: loads > 0 };
  };

  const show = async (change: WindowChange): Promise<void> => {
    state = await stateNow();
    options.onPatch({ query: 'timeline', patch: { ...change, state } });
  };

  const apply = (change: Change): WindowChange => {
    if (change.type === 'sending') {
      return change.conversation === key ? window.setWaiting(ledger.outbox(), options.sending()) : NOTHING;
    }
    if (change.type === 'loaded') return window.setWaiting(ledger.outbox(), options.sending());
    if (change.type !== 'commit') return NOTHING;
    const { messages, spans, outbox } = change.commit;
    const changes = [
      ...messages.filter(({ conversation }) => conversation === key).map(window.change),
      ...spans.filter(({ conversation }) => conversation === key).map((entry) => window.setSpans(entry.spans)),
      ...(outbox.has(key) ? [window.setWaiting(ledger.outbox(), options.sending())] : []),
    ];
    return changes.reduce(joined, NOTHING);
  };

  const widen = async (messages: readonly Message[]): Promise<number> => {
    await show(window.widen(messages));
    return messages.length;
  };

  const olderStored = (limit = HISTORY_BATCH_SIZE): Promise<readonly Message[]> =>
    ledger.storage.readMessages({ conversation: key, before: window.floor(), limit });

  /** Of the messages given, oldest first, those that follow on below the floor with nothing missing in between. */
  const following = async (read: () => Promise<readonly Message[]>): Promise<readonly Message[]> => {
    const spans = await ledger.spans(key);
    const floor = window.floor();
    const span = floor === null ? spans.at(-1) : spanAt(spans, floor);
    const isBottom = span === undefined || (floor !== null && comparePositions(span.oldest, floor) >= 0);
    if (isBottom) return [];
    return (await read()).filter((message) => (floor === null || isAfter(floor, message)) && !isAfter(span.oldest, message));
  };

  /** Widens by what is stored and follows on, or by what one request brings. */
  const goDown = async (): Promise<number> => {
    for (let page = 0; page < EMPTY_PAGES_FOLLOWED; page += 1) {
      const stored = await following(() => olderStored());
      if (stored.length > 0) return widen(stored);
      const floor = window.floor();
      const cursor = olderCursorBelow(await ledger.spans(key), floor);
      if (cursor === null || (cursor === '' && isKnownEmpty)) return widen(await olderStored());
      const before = window.items().length;
      let fetched: readonly Message[] = [];
      try {
        const { messages } = await fetchBelow(key, cursor);
        if (cursor === '' && messages.length === 0) isKnownEmpty = true;
        fetched = messages.toSorted(comparePositions);
      } catch (error) {
        // What lies below the hole is shown all the same, with the hole above it.
        const below = await olderStored();
        if (below.length > 0) return widen(below);
        throw error;
      }
      // Stored by now, and in hand: it need not be read again.
      const next = floor === null ? [] : await following(async () => fetched);
      if (next.length > 0) return widen(next);
      // A page into an empty window shows itself.
      if (floor === null && window.items().length > before) return window.items().length - before;
    }
    return 0;
  };

  /** @returns How many items the newest hole in the window gained; 0 when there is none to fill. */
  const fillHole = async (): Promise<number> => {
    const hole = window.holes().at(-1);
    if (hole === undefined) return 0;
    const before = window.items().length;
    await fetchBelow(key, hole.cursor);
    return Math.max(0, window.items().length - before);
  };

  const loading = async <T>(load: () => Promise<T>): Promise<T> => {
    loads += 1;
    await show(NOTHING);
    try {
      const result = await load();
      state = { ...state, error: null };
      return result;
    } catch (cause) {
      state = { ...state, error: SyncError.from(cause).toData() };
      throw cause;
    } finally {
      loads -= 1;
      await show(NOTHING);
    }
  };

  const lacksNewest = (newestStored: Message | undefined): boolean => {
    const last = ledger.directory.row(key)?.lastMessage ?? null;
    return newestStored === undefined ? !isKnownEmpty : last !== null && isAfter(last, toPosition(newestStored));
  };

  const mend = async (): Promise<void> => {
    const cursor = window.holes().at(-1)?.cursor;
    if (cursor === undefined || tried.has(cursor)) return;
    tried.add(cursor);
    await loading(fillHole).catch(() => tried.delete(cursor));
  };

  return {
    key,
    async open() {
      const [spans, newest] = await Promise.all([ledger.spans(key), olderStored(Math.max(HISTORY_BATCH_SIZE, options.atLeast ?? 0))]);
      window.widen(newest);
      window.setSpans(spans);
      window.setWaiting(ledger.outbox(), options.sending());
      const missed = early ?? [];
      early = undefined;
      missed.forEach(apply);
      state = await stateNow();
    },
    snapshot: () => ({ query: 'timeline', value: { items: [...window.items()].sort(compareTimelineItems), state } }),
    take(change) {
      if (early !== undefined) {
        early.push(change);
        return undefined;
      }
      const { upserts, removes } = apply(change);
      return upserts.length + removes.length === 0 ? undefined : { query: 'timeline', patch: { upserts, removes, state } };
    },
    loadOlder: () =>
      loading(async () => {
        const added = (await fillHole().catch(() => 0)) || (await goDown());
        return { added, hasOlder: (await stateNow()).hasOlder };
      }),
    async freshen() {
      const read = await ledger.storage.readMessages({ conversation: key, before: null, limit: 1 }).catch(() => undefined);
      // Storage that cannot be read shows in the status; nobody waits here to be told.
      if (read === undefined) return;
      if (lacksNewest(read[0])) {
        await loading(async () => {
          const { messages } = await fetchBelow(key, '');
          isKnownEmpty = messages.length === 0;
          // A live message may have come first and set the floor above the page.
          if (window.items().length < HISTORY_BATCH_SIZE) await widen(await following(() => olderStored()));
        }).catch(() => undefined);
      }
      await mend();
    },
    mend,
  };
}
