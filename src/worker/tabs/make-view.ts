import { takeWindow } from '../../protocol/conversation-window.ts';
import { conversationKey } from '../../protocol/ids.ts';
import type { Status } from '../../protocol/model.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import { createBackfillView, createConversationView, createHistoryView, createStatusView, createUnreadView } from './conversation-views.ts';
import type { HistorySource } from '../history/history-source.ts';
import { createListView } from './list-view.ts';
import type { MakeView } from './tab-feed.ts';
import { createOutboxView } from './outbox-view.ts';
import type { Sending } from './timeline-items.ts';
import { createTimelineView } from './timeline-view.ts';

/** @returns What makes the view of a query. */
export function createMakeView(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly settings: Pick<EngineOptions, 'headSize' | 'timelineWindow'>;
  readonly status: () => Status;
  readonly sending: () => Sending;
  readonly history: HistorySource;
}): MakeView {
  const { ledger, self, sending, history, settings } = options;
  const source = { ...ledger, headSize: settings.headSize };
  return (query, onPatch) => {
    switch (query.type) {
      case 'conversations':
        return { view: createListView(source, takeWindow(query)) };
      case 'conversation':
        return { view: createConversationView(source, query.conversation) };
      case 'timeline': {
        const timeline = createTimelineView({ ...query, key: conversationKey(query.conversation), self, ledger, sending, history, limit: settings.timelineWindow, onPatch });
        return { view: timeline, timeline };
      }
      case 'history':
        return { view: createHistoryView(query.conversation, history) };
      case 'backfill':
        return { view: createBackfillView(history.state) };
      case 'outbox':
        return { view: createOutboxView(ledger, sending) };
      case 'unread':
        return { view: createUnreadView(source, query.of) };
      case 'status':
        return { view: createStatusView(options.status) };
    }
  };
}
