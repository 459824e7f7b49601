import { conversationKey, type ConversationKey, type ConversationRef } from '../../protocol/ids.ts';
import type { BackfillState, Conversation, HistoryState, Status } from '../../protocol/model.ts';
import type { QueryValue, UnreadTotal } from '../../protocol/queries.ts';
import type { Directory } from '../ledger/directory.ts';
import type { Change, LiveView, PatchBody, SnapshotBody } from './live-view.ts';

/** Where the views take conversations from. */
export type DirectorySource = {
  readonly directory: Directory;
  /** Conversations that are in the directory before all are. */
  readonly headSize: number;
  readonly headLoaded: Promise<void>;
  readonly loaded: Promise<void>;
};

/**
 * The conversation list, or its first rows.
 *
 * - A whole list is patched with the rows that changed, whatever its length. A limited one compares its own rows.
 */
export function createListView(source: DirectorySource, limit: number | undefined): LiveView {
  const { directory } = source;
  const isShort = limit !== undefined;
  let shown = new Map<ConversationKey, Conversation>();

  const readShown = (): Map<ConversationKey, Conversation> =>
    new Map(directory.list(limit).map((conversation) => [conversationKey(conversation), conversation]));

  return {
    open: () => (isShort && limit <= source.headSize ? source.headLoaded : source.loaded),
    snapshot() {
      const rows = directory.list(limit);
      if (isShort) shown = readShown();
      return { query: 'conversations', value: { rows, total: directory.total() } };
    },
    take(change) {
      if (change.type !== 'commit' && change.type !== 'loaded') return undefined;
      const total = directory.total();
      if (!isShort) {
        if (change.type === 'loaded') return undefined;
        const { upserts, removes } = change.commit.conversations;
        return upserts.length + removes.length === 0 ? undefined : { query: 'conversations', patch: { upserts, removes, total } };
      }
      if (change.type === 'commit' && isUntouched(change.commit.conversations)) return undefined;
      const before = shown;
      shown = readShown();
      const upserts = [...shown].flatMap(([key, view]) => (before.get(key) === view ? [] : [view]));
      const removes = [...before.keys()].filter((key) => !shown.has(key));
      return { query: 'conversations', patch: { upserts, removes, total } };
    },
  };
}

function isUntouched(change: { readonly upserts: readonly unknown[]; readonly removes: readonly unknown[] }): boolean {
  return change.upserts.length + change.removes.length === 0;
}

/**
 * A query of one value, which is sent whole when it is another one.
 *
 * @param options.on What may change it.
 * @param options.isSame Whether two values say the same, where they are not one object.
 */
function createValueView<T extends 'conversation' | 'unread' | 'status' | 'history' | 'backfill'>(options: {
  readonly query: T;
  readonly on: readonly Change['type'][];
  readonly opened: Promise<void>;
  readonly read: () => QueryValue[T];
  readonly isSame?: (a: QueryValue[T], b: QueryValue[T] | undefined) => boolean;
}): LiveView {
  const { query, on, opened, read, isSame = () => false } = options;
  let shown: QueryValue[T] | undefined;
  return {
    open: () => opened,
    snapshot: () => ({ query, value: (shown = read()) }) as SnapshotBody,
    take(change) {
      if (!on.includes(change.type)) return undefined;
      const before = shown;
      shown = read();
      return shown === before || isSame(shown, before) ? undefined : ({ query, patch: shown } as PatchBody);
    },
  };
}

/** One conversation; null while there is none. */
export function createConversationView({ directory, loaded }: DirectorySource, ref: ConversationRef): LiveView {
  const key = conversationKey(ref);
  return createValueView({ query: 'conversation', on: ['commit'], opened: loaded, read: () => directory.view(key) ?? null });
}

/** A total of unread counts. */
export function createUnreadView({ directory, loaded }: DirectorySource, of: UnreadTotal): LiveView {
  return createValueView({ query: 'unread', on: ['commit'], opened: loaded, read: () => directory.unread(of) });
}

/** How things stand. */
export function createStatusView(status: () => Status): LiveView {
  return createValueView({ query: 'status', on: ['status'], opened: Promise.resolve(), read: status });
}

/** What is stored of one conversation's history. */
export function createHistoryView(ref: ConversationRef, source: { readonly loaded: Promise<void>; readonly stateOf: (key: ConversationKey) => HistoryState }): LiveView {
  const key = conversationKey(ref);
  return createValueView({ query: 'history', on: ['commit', 'history', 'loaded'], opened: source.loaded, read: () => source.stateOf(key), isSame: (a, b) => a.type === b?.type });
}

/** How the background reading of history stands. */
export function createBackfillView(state: () => BackfillState): LiveView {
  return createValueView({ query: 'backfill', on: ['backfill'], opened: Promise.resolve(), read: state });
}
