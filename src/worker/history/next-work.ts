import { isAfter, type ConversationKey } from '../../protocol/ids.ts';
import type { HistoryState } from '../../protocol/model.ts';
import type { ConversationRow } from '../storage/storage.ts';
import { holes, wantedHole, type Spans } from './span.ts';

/** A page that should be fetched: the one below a cursor, `''` for the newest. */
export type Work = {
  readonly key: ConversationKey;
  readonly cursor: string;
  /** In order of urgency: a tab shows where it is missing; it is known to be missing; it would be good to have. */
  readonly rank: 'looked-at' | 'behind' | 'recent';
};

/** What is known of one conversation. */
export type Known = {
  readonly row: ConversationRow | undefined;
  readonly spans: Spans;
  /** The newest page was fetched, and the row has told of nothing newer since. */
  readonly isAsked: boolean;
};

/** @returns Whether the row's last message lies above everything that is stored without a gap (HB5). */
export function isBehind({ row, spans }: Pick<Known, 'row' | 'spans'>): boolean {
  const last = row?.lastMessage ?? null;
  return last !== null && isAfter(last, spans.at(-1)?.newest ?? null);
}

/** @returns The cursor of what a conversation with stored history has missed; null when nothing is known to be missing. */
export function missedIn(known: Known): string | null {
  if (known.spans.length === 0) return null;
  if (isBehind(known) && !known.isAsked) return '';
  return wantedHole(known.spans)?.cursor ?? null;
}

/**
 * @param isDeep Whether the newest span holds as many messages as are wanted of the conversation.
 * @returns The cursor of the next page on the way there; null when that is reached, or the start of the conversation.
 */
export function deepening({ spans, isAsked }: Known, isDeep: boolean): string | null {
  const top = spans.at(-1);
  if (top === undefined) return isAsked ? null : '';
  return isDeep ? null : top.olderCursor;
}

/**
 * Chooses what to fetch next (HB6).
 *
 * - One page of a conversation at a time, and none of one that failed before its time has come again.
 * - What no tab shows waits for the list to be read, for the end of a pause, and for the end of a failure's wait.
 *
 * @param works In order of urgency.
 */
export function nextWork(
  works: Iterable<Work>,
  state: {
    readonly isBackgroundOpen: boolean;
    readonly running: ReadonlySet<ConversationKey>;
    /** When a conversation may be asked for again, ms; Infinity: not on this connection. */
    readonly parked: ReadonlyMap<ConversationKey, { readonly until: number }>;
    readonly now: number;
  },
): Work | undefined {
  for (const work of works) {
    const isOpen = work.rank === 'looked-at' || state.isBackgroundOpen;
    const isParked = (state.parked.get(work.key)?.until ?? 0) > state.now;
    if (isOpen && !isParked && !state.running.has(work.key)) return work;
  }
  return undefined;
}

/** @returns The honest word for what is stored of a conversation. */
export function historyState(known: Known & { readonly isLoading: boolean }): HistoryState {
  const { spans, isLoading, isAsked } = known;
  if (isLoading) return { type: 'loading' };
  if (spans.length > 0 && (isBehind(known) || holes(spans).length > 0)) return { type: 'has-holes' };
  const isWhole = spans.length === 0 ? isAsked : spans[0]?.olderCursor === null;
  return { type: isWhole ? 'complete' : 'partial' };
}
