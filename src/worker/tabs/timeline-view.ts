import { SyncError } from '../../protocol/errors.ts';
import { conversationKey, isAfter, type ConversationKey } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { JumpTarget, TimelineState } from '../../protocol/model.ts';
import { compareTimelineItems } from '../../protocol/timeline-order.ts';
import type { Commit, Ledger } from '../ledger/ledger.ts';
import type { HistorySource } from '../history/history-source.ts';
import { isBehind } from '../history/next-work.ts';
import { isSameData } from '../same-data.ts';
import type { Change, LiveView, PatchBody } from './live-view.ts';
import { isNothing, joined, NOTHING, type Sending, type WindowChange } from './timeline-items.ts';
import { createTimelineLoads } from './timeline-loads.ts';
import { createTimelineWindow } from './timeline-window.ts';

/** A stretch of a conversation's messages, and what is known of those before and after. */
export interface TimelineView extends LiveView {
  readonly key: ConversationKey;
  /**
   * Shows up to 50 older messages: from storage where they follow on, else after one request for them. A hole in the
   * window is filled first.
   *
   * @throws {SyncError} what the service rejects with, when nothing older could be shown
   */
  loadOlder(): Promise<{ readonly added: number; readonly hasOlder: boolean }>;
  /** The same towards the newest, where the window does not reach. */
  loadNewer(): Promise<{ readonly added: number; readonly hasNewer: boolean }>;
  /** Fetches one page of a hole. @throws {SyncError} `not-found`; what the service rejects with */
  fill(hole: string): Promise<{ readonly added: number }>;
  /** Opens the window anew. @throws {SyncError} `not-found`; what the service rejects with */
  jumpTo(target: JumpTarget): Promise<void>;
  /** The cursor of the page that is missing in view: `''` for the newest, or that of the newest hole; null when none is. */
  wanted(): string | null;
}

/**
 * @param options.limit Messages shown at most.
 * @param options.atLeast Items to open with where storage has them, if more than a page: what a tab showed before its worker died.
 * @param options.at Where to open, if not at the newest; without asking the service.
 * @param options.onPatch Called with patches that do not come from a change: the state of loading, a window that moved.
 */
export function createTimelineView(options: {
  readonly key: ConversationKey;
  readonly self: string;
  readonly ledger: Ledger;
  readonly history: HistorySource;
  readonly limit: number;
  readonly sending: () => Sending;
  readonly atLeast?: number;
  readonly at?: JumpTarget;
  readonly onPatch: (patch: PatchBody) => void;
}): TimelineView {
  const { key, ledger, history } = options;
  const window = createTimelineWindow({ ...options, at: (cursor) => history.at(key, cursor) });
  let hasSpans = false;
  let isOpen = false;
  let loads = 0;
  let error: TimelineState['error'] = null;
  let shown: TimelineState | undefined;

  const isBehindNow = (): boolean => isBehind({ row: ledger.directory.row(key), spans: window.spans() });

  const lacksNewest = (): boolean => window.spans().length === 0 || isBehindNow();

  const wanted = (): string | null => {
    if (!isOpen) return null;
    return window.ceiling() === null && lacksNewest() && !history.isAsked(key) ? '' : (window.holes().at(-1)?.cursor ?? null);
  };

  const stateNow = (): TimelineState => {
    const floor = window.floor();
    const [oldest] = window.spans();
    const isAtStart = oldest === undefined ? history.isAsked(key) : oldest.olderCursor === null && (floor === null || !isAfter(floor, oldest.oldest));
    return {
      hasOlder: !isAtStart,
      hasNewer: window.ceiling() !== null,
      isLoading: loads > 0 || history.isLoading(key),
      // Why the newest could not be fetched matters only for as long as they are lacking.
      error: error ?? (lacksNewest() ? history.at(key, '').error : null),
    };
  };

  /** @returns What to tell the tab; undefined when it is shown nothing else. */
  const patchOf = (change: WindowChange): PatchBody | undefined => {
    const state = stateNow();
    if (isNothing(change) && isSameData(state, shown)) return undefined;
    shown = state;
    return { query: 'timeline', patch: { ...change, state } };
  };

  const show = (change: WindowChange): void => {
    const patch = patchOf(change);
    if (patch !== undefined && isOpen) options.onPatch(patch);
  };

  const moves = createTimelineLoads({ ...options, window, isBehind: isBehindNow, show });

  const readWaiting = (): WindowChange => window.setWaiting(ledger.outbox(), options.sending());
  const readPeer = (): WindowChange => window.setReadByPeer(ledger.directory.row(key)?.readByPeer ?? null);

  const applyCommit = ({ messages, spans, outbox, conversations }: Commit): WindowChange => {
    const mine = messages.filter(({ conversation }) => conversation === key);
    const spansAfter = spans.find(({ conversation }) => conversation === key)?.spans;
    hasSpans ||= spansAfter !== undefined;
    mine.forEach(moves.note);
    return joined(
      ...mine.map(window.change),
      spansAfter === undefined ? NOTHING : window.setSpans(spansAfter),
      outbox.has(key) ? readWaiting() : NOTHING,
      conversations.upserts.some((row) => conversationKey(row) === key) ? readPeer() : NOTHING,
    );
  };

  const apply = (change: Change): WindowChange => {
    if (change.type === 'commit') return applyCommit(change.commit);
    if (change.type === 'loaded') return joined(readWaiting(), readPeer());
    if (change.type === 'sending' && change.conversations.has(key)) return readWaiting();
    return change.type === 'history' && change.conversation === key ? window.readHoles() : NOTHING;
  };

  /** A window that was opened short, for want of stored messages, grows to a page as they come. */
  const settle = async (): Promise<void> => {
    const isShort = isOpen && loads === 0 && window.size() < HISTORY_BATCH_SIZE && window.ceiling() === null;
    if (isShort && window.floor() !== null) await moves.grow();
  };

  const loading = async <T>(load: () => Promise<T>): Promise<T> => {
    loads += 1;
    show(NOTHING);
    try {
      const result = await load();
      error = null;
      return result;
    } catch (cause) {
      error = SyncError.from(cause).toData();
      throw cause;
    } finally {
      loads -= 1;
      show(NOTHING);
      history.poke();
    }
  };

  /** @returns How many messages the hole gained. */
  const fillHole = async (cursor: string): Promise<number> => {
    const before = window.taken();
    await history.fetchBelow(key, cursor);
    return window.taken() - before;
  };

  const fillNewest = async (): Promise<number> => {
    const hole = window.holes().at(-1);
    return hole === undefined ? 0 : fillHole(hole.cursor);
  };

  return {
    key,
    wanted,
    async open() {
      const spans = await ledger.spans(key);
      if (!hasSpans) window.setSpans(spans);
      await moves.open(options.at ?? null, Math.max(HISTORY_BATCH_SIZE, options.atLeast ?? 0));
      readWaiting();
      readPeer();
      isOpen = true;
    },
    snapshot() {
      shown = stateNow();
      return { query: 'timeline', value: { items: [...window.items()].sort(compareTimelineItems), state: shown } };
    },
    take(change) {
      const changed = apply(change);
      if (!isOpen) return undefined;
      void settle().catch(() => undefined);
      return patchOf(changed);
    },
    loadOlder: () =>
      loading(async () => {
        const added = (await fillNewest().catch(() => 0)) || (await moves.older());
        return { added, hasOlder: stateNow().hasOlder };
      }),
    loadNewer: () => loading(async () => ({ added: await moves.newer(), hasNewer: window.ceiling() !== null })),
    fill: (hole) =>
      loading(async () => {
        const item = window.holeAt(hole);
        if (item === undefined) throw new SyncError('not-found', 'no such hole', { details: { parameter: 'hole' } });
        return { added: await fillHole(item.cursor) };
      }),
    jumpTo: (target) => loading(() => moves.jump(target)),
  };
}
