import { conversationKey, type ConversationKey, type ConversationRef } from '../../protocol/ids.ts';
import type { BackfillState, HistoryState, Status } from '../../protocol/model.ts';
import type { QueryValue, UnreadTotal } from '../../protocol/queries.ts';
import type { Directory } from '../ledger/directory.ts';
import { isSameData } from '../same-data.ts';
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
 * A query of one value, which is sent whole when it is another one.
 *
 * @param options.on What may change it.
 */
function createValueView<T extends 'conversation' | 'unread' | 'status' | 'history' | 'backfill'>(options: {
  readonly query: T;
  readonly on: readonly Change['type'][];
  /** Left out: it can be read at once. */
  readonly opened?: Promise<void>;
  readonly read: () => QueryValue[T];
}): LiveView {
  const { query, on, opened = Promise.resolve(), read } = options;
  let shown: QueryValue[T] | undefined;
  return {
    open: () => opened,
    snapshot: () => ({ query, value: (shown = read()) }) as SnapshotBody,
    take(change) {
      if (!on.includes(change.type)) return undefined;
      const before = shown;
      shown = read();
      return isSameData(shown, before) ? undefined : ({ query, patch: shown } as PatchBody);
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
  return createValueView({ query: 'status', on: ['status'], read: status });
}

/** What is stored of one conversation's history. */
export function createHistoryView(ref: ConversationRef, source: { readonly loaded: Promise<void>; readonly stateOf: (key: ConversationKey) => HistoryState }): LiveView {
  const key = conversationKey(ref);
  return createValueView({ query: 'history', on: ['commit', 'history', 'loaded'], opened: source.loaded, read: () => source.stateOf(key) });
}

/** How the background reading of history stands. */
export function createBackfillView(state: () => BackfillState): LiveView {
  return createValueView({ query: 'backfill', on: ['backfill'], read: state });
}
