import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { Commit, Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import type { Depth } from './depth.ts';
import type { HistoryActivity } from './history-activity.ts';
import { deepening, missedIn, type Known, type Work } from './next-work.ts';
import { isLoneLive } from './span.ts';
import type { SpanBook } from './span-book.ts';

/** Knows what is missing of history: what was missed, and what is wanted of the recent conversations (HB5, HB6). */
export interface Missing {
  /** Conversations to be read by themselves, to the configured depth. */
  inDepth(): readonly ConversationKey[];
  /** What is wanted of them; right when last read. */
  recent(): readonly Work[];
  readRecent(): Promise<void>;
  forgetRecent(): void;
  /** What is fetched in the background, the most urgent first. */
  works(): Iterable<Work>;
  /** Whether nothing is missing. */
  isNothing(): boolean;
  evaluate(key: ConversationKey): void;
  take(commit: Commit): void;
  /** All that is known is looked through. @param options.isListed The list was read: where messages came live the newest page is to be compared. */
  lookThrough(options: { readonly isListed: boolean }): void;
  /** @returns What to ask for where a tab looks: the newest page, where it brings the same and proves that nothing is missing above. */
  lookedAt(wanted: Omit<Work, 'rank'>): Work;
  /** The newest page was compared. */
  compared(key: ConversationKey): void;
}

/** @param options.isEvicted Whether there was no room for it, and nobody has asked since. */
export function createMissing(options: {
  readonly ledger: Pick<Ledger, 'directory'>;
  readonly settings: Pick<EngineOptions, 'backfill'>;
  readonly activity: Pick<HistoryActivity, 'isAsked'>;
  readonly book: SpanBook;
  readonly depth: Depth;
  readonly isEvicted: (key: ConversationKey) => boolean;
}): Missing {
  const { activity, book, depth } = options;
  const { directory } = options.ledger;
  const { conversations, messages } = options.settings.backfill;
  const behind = new Set<ConversationKey>();
  /** Where messages came live since the newest page was compared, and it is to be compared now. */
  const unproven = new Set<ConversationKey>();
  let recent: readonly Work[] = [];

  const known = (key: ConversationKey): Known => ({ row: directory.row(key), spans: book.of(key), isAsked: activity.isAsked(key) });

  const missed = (key: ConversationKey): string | null => (unproven.has(key) ? '' : missedIn(known(key)));

  const inDepth = (): readonly ConversationKey[] =>
    messages === 0 ? [] : directory.list(conversations).map(conversationKey).filter((key) => !options.isEvicted(key));

  const evaluate = (key: ConversationKey): void => {
    if (directory.row(key) !== undefined && missed(key) !== null) behind.add(key);
    else behind.delete(key);
  };

  return {
    inDepth,
    recent: () => recent,
    async readRecent() {
      const works: Work[] = [];
      for (const key of inDepth()) {
        const cursor = missed(key) ?? deepening(known(key), await depth.isReached(key, book.of(key)));
        if (cursor !== null) works.push({ key, cursor, rank: 'recent' });
      }
      recent = works;
    },
    forgetRecent: () => void (recent = []),
    *works() {
      for (const key of behind) {
        const cursor = missed(key);
        if (cursor !== null) yield { key, cursor, rank: 'behind' };
      }
      yield* recent;
    },
    isNothing: () => recent.length + behind.size === 0,
    evaluate,
    take(commit) {
      const { upserts, removes } = commit.conversations;
      const touched = new Set([...commit.spans.map(({ conversation }) => conversation), ...upserts.map(conversationKey), ...removes]);
      for (const key of touched) if (book.has(key)) evaluate(key);
    },
    lookThrough({ isListed }) {
      // In the order of the list: the conversations somebody is likely to open come first.
      for (const key of directory.list().map(conversationKey)) {
        if (isListed && book.of(key).at(-1)?.isLive === true) unproven.add(key);
        if (book.has(key)) evaluate(key);
      }
    },
    lookedAt({ key, cursor }) {
      const top = book.of(key).at(-1);
      const isNewest = top?.olderCursor === cursor && isLoneLive(top) && !activity.isAsked(key);
      return { key, cursor: isNewest ? '' : cursor, rank: 'looked-at' };
    },
    compared: (key) => void unproven.delete(key),
  };
}
