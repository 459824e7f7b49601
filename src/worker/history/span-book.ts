import type { ConversationKey } from '../../protocol/ids.ts';
import type { Commit, Ledger } from '../ledger/ledger.ts';
import type { Spans } from './span.ts';

/** The spans of all conversations that have any, in memory: what is missing where can be told without reading. */
export interface SpanBook {
  /** Resolves when all that is stored is in here, or could not be read. */
  readonly loaded: Promise<void>;
  of(key: ConversationKey): Spans;
  has(key: ConversationKey): boolean;
  take(commit: Commit): void;
}

const NONE: Spans = [];

/** Begins to read the spans of an account once its ledger is loaded. */
export function createSpanBook(ledger: Pick<Ledger, 'loaded' | 'storage'>): SpanBook {
  const book = new Map<ConversationKey, Spans>();
  const load = async (): Promise<void> => {
    await ledger.loaded;
    // What a commit brought meanwhile is newer.
    for (const [key, spans] of await ledger.storage.loadAllSpans()) if (!book.has(key)) book.set(key, spans);
  };
  const of = (key: ConversationKey): Spans => book.get(key) ?? NONE;
  return {
    loaded: load().catch(() => undefined),
    of,
    has: (key) => of(key).length > 0,
    take: ({ spans: changes }) => changes.forEach(({ conversation, spans }) => book.set(conversation, spans)),
  };
}
