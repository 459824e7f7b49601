import type { SyncErrorData } from '../../protocol/errors.ts';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What is being fetched of history now, and what came of it on the present connection. Not stored. */
export interface HistoryActivity {
  isLoading(key: ConversationKey): boolean;
  /** How it stands with the page below a cursor: `error` tells why it could not be had last, null when nothing is wrong. */
  at(key: ConversationKey, cursor: string): { readonly isLoading: boolean; readonly error: SyncErrorData | null };
  /** Whether the newest page was fetched since the row's last message became what it is: asking again would bring nothing. */
  isAsked(key: ConversationKey): boolean;
  begin(key: ConversationKey, cursor: string): void;
  end(key: ConversationKey, cursor: string, error: SyncErrorData | null): void;
  /** What is known at the moment a page is asked for: later knowledge is not in it. */
  mark(key: ConversationKey): Mark;
  /** Whether what was stored has been thrown away since: a page from before would bring back what was removed. */
  isWiped(key: ConversationKey, mark: Mark): boolean;
  /**
   * The newest page, asked for at the mark, is stored. One that lags behind the row's last message may not be the newest: it is to be
   * asked for again, {@link LAGS_BELIEVED} times at most.
   */
  noteNewest(key: ConversationKey, mark: Mark, isLagging: boolean): void;
  /** Whether the newest page lagged, and is to be asked for again. */
  isLagging(key: ConversationKey): boolean;
}

/** A last message that history does not have so often is not in it. Unit: answers. More costs requests in vain, fewer a message in view. */
const LAGS_BELIEVED = 5;

/** A moment: the connection, the row's last message (`''`: none), and how often what was stored had been thrown away. */
export type Mark = { readonly session: number; readonly lastId: string; readonly wipes: number };

type Entry = {
  readonly loading: Set<string>;
  readonly errors: Map<string, SyncErrorData>;
  /** When the newest page that is stored was asked for. */
  asked?: Mark;
  /** Newest pages that lagged, one after the other. */
  lags: number;
  readonly session: number;
};

/**
 * @param options.session Names the present connection; what was noted on an earlier one counts no more.
 * @param options.onChange Called when something began or ended in a conversation.
 */
export function createHistoryActivity(options: {
  readonly ledger: Pick<Ledger, 'directory' | 'wipes'>;
  readonly session: () => number;
  readonly onChange: (key: ConversationKey) => void;
}): HistoryActivity {
  const { ledger } = options;
  const entries = new Map<ConversationKey, Entry>();

  const find = (key: ConversationKey): Entry | undefined => {
    const entry = entries.get(key);
    return entry?.session === options.session() ? entry : undefined;
  };
  const of = (key: ConversationKey): Entry => {
    const entry = find(key) ?? { session: options.session(), loading: new Set(entries.get(key)?.loading), errors: new Map(), lags: 0 };
    entries.set(key, entry);
    return entry;
  };
  const lastId = (key: ConversationKey): string => ledger.directory.row(key)?.lastMessage?.id ?? '';

  return {
    // What an earlier connection asked for is still under way until it has failed.
    isLoading: (key) => (entries.get(key)?.loading.size ?? 0) > 0,
    at: (key, cursor) => ({ isLoading: entries.get(key)?.loading.has(cursor) === true, error: find(key)?.errors.get(cursor) ?? null }),
    isAsked(key) {
      const asked = find(key)?.asked;
      return asked?.lastId === lastId(key) && asked.wipes === ledger.wipes(key);
    },
    begin(key, cursor) {
      of(key).loading.add(cursor);
      options.onChange(key);
    },
    end(key, cursor, error) {
      const { loading, errors } = of(key);
      loading.delete(cursor);
      if (error === null) errors.delete(cursor);
      else errors.set(cursor, error);
      options.onChange(key);
    },
    mark: (key) => ({ session: options.session(), lastId: lastId(key), wipes: ledger.wipes(key) }),
    isWiped: (key, mark) => ledger.wipes(key) !== mark.wipes,
    noteNewest(key, mark, isLagging) {
      if (mark.session !== options.session()) return;
      const entry = of(key);
      entry.lags = isLagging ? (entry.lags + 1) % LAGS_BELIEVED : 0;
      if (entry.lags === 0) entry.asked = mark;
    },
    isLagging: (key) => (find(key)?.lags ?? 0) > 0,
  };
}
