import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { Status } from '../../protocol/model.ts';
import type { HistoryPage } from '../../protocol/worker-api.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import { createConversationView, createListView, createStatusView, createUnreadView } from './conversation-views.ts';
import type { MakeView } from './tab-feed.ts';
import { createTimelineView } from './timeline-view.ts';

/** @returns What makes the view of a query. */
export function createMakeView(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly settings: Pick<EngineOptions, 'headSize'>;
  readonly status: () => Status;
  readonly sending: () => ReadonlySet<string>;
  readonly fetchBelow: (key: ConversationKey, cursor: string) => Promise<HistoryPage>;
}): MakeView {
  const { ledger, self, sending, fetchBelow } = options;
  const source = { ...ledger, headSize: options.settings.headSize };
  return (query, onPatch) => {
    switch (query.type) {
      case 'conversations':
        return { view: createListView(source, query.limit) };
      case 'conversation':
        return { view: createConversationView(source, query.conversation) };
      case 'timeline': {
        const timeline = createTimelineView({ ...query, key: conversationKey(query.conversation), self, ledger, sending, fetchBelow, onPatch });
        return { view: timeline, timeline };
      }
      case 'unread':
        return { view: createUnreadView(source, query.of) };
      case 'status':
        return { view: createStatusView(options.status) };
    }
  };
}
