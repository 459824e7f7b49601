import { compareConversations } from '../../protocol/conversation-order.ts';
import type { ConversationWindow } from '../../protocol/conversation-window.ts';
import { conversationKey } from '../../protocol/ids.ts';
import { createListPatcher } from '../../protocol/list-patcher.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { QueryPatch, QueryValue } from '../../protocol/queries.ts';
import type { Directory, DirectoryChange } from '../ledger/directory.ts';
import { createFilter } from './conversation-filter.ts';
import type { DirectorySource } from './conversation-views.ts';
import type { LiveView } from './live-view.ts';
import { isNothing } from './timeline-items.ts';

type ListPatch = QueryPatch['conversations'];

/** Conversations in list order, of which a view shows a part. */
type Rows = {
  list(limit: number | undefined, offset: number): readonly Conversation[];
  total(): number;
  /** @returns What of a change of the directory changes these. */
  narrow(change: DirectoryChange): ListPatch;
};

/**
 * The conversation list, or a part of it.
 *
 * - A whole list is patched with the rows that changed, whatever its length. A window compares its own rows.
 * - A filter reads all conversations once, when the view opens. After that a commit costs with what it changes.
 * - What changes nothing for the tab is not sent.
 */
export function createListView({ directory, headSize, headLoaded, loaded }: DirectorySource, window: ConversationWindow): LiveView {
  const { limit, offset = 0 } = window;
  const filter = createFilter(window);
  const isWhole = limit === undefined && offset === 0;
  let rows: Rows = { ...directory, narrow: (change) => change };
  let shown: readonly Conversation[] = [];
  let total = 0;

  const look = (): QueryValue['conversations'] => {
    const list = rows.list(limit, offset);
    shown = isWhole ? [] : list;
    total = rows.total();
    return { rows: list, total };
  };

  /** What the window shows now against what it showed. */
  const compare = (): ListPatch => {
    const before = new Set(shown);
    look();
    const now = new Set(shown.map(conversationKey));
    return { upserts: shown.filter((row) => !before.has(row)), removes: [...before].map(conversationKey).filter((key) => !now.has(key)), total };
  };

  return {
    open: () => (limit !== undefined && offset + limit <= headSize && !filter ? headLoaded : loaded),
    snapshot() {
      if (filter) rows = filtered(directory, filter);
      return { query: 'conversations', value: look() };
    },
    take(change) {
      const totalBefore = total;
      let patch: ListPatch;
      if (change.type === 'commit') {
        patch = rows.narrow(change.commit.conversations);
        if (isNothing(patch)) return undefined;
        if (!isWhole) patch = compare();
      } else if (change.type === 'loaded' && !isWhole && !filter) patch = compare();
      else return undefined;
      return isNothing(patch) && total === totalBefore ? undefined : { query: 'conversations', patch };
    },
  };
}

/** The conversations that a filter lets through now, and after each change it is told of. */
function filtered(directory: Directory, isLetThrough: (conversation: Conversation) => boolean): Rows {
  let rows: readonly Conversation[] = directory.list().filter(isLetThrough);
  const keys = new Set(rows.map(conversationKey));
  const patch = createListPatcher({ rows }, 'rows', compareConversations, conversationKey);

  return {
    list: (limit, offset) => rows.slice(offset, limit && offset + limit),
    total: () => rows.length,
    narrow(change) {
      const upserts = change.upserts.filter(isLetThrough);
      const gone = change.upserts.filter((row) => !isLetThrough(row)).map(conversationKey);
      const removes = [...change.removes, ...gone].filter((key) => keys.delete(key));
      for (const row of upserts) keys.add(conversationKey(row));
      if (!isNothing({ upserts, removes })) ({ rows } = patch({ upserts, removes }) as { readonly rows: readonly Conversation[] });
      return { upserts, removes, total: rows.length };
    },
  };
}
