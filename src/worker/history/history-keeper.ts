import type { ConversationKey } from '../../protocol/ids.ts';
import type { HistoryState } from '../../protocol/model.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createBackfill } from './backfill.ts';
import { createDepth } from './depth.ts';
import { createHistoryActivity } from './history-activity.ts';
import type { HistorySource } from './history-source.ts';
import { createMissing } from './missing.ts';
import { historyState } from './next-work.ts';
import { createRequestGate } from './request-gate.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createSpanBook } from './span-book.ts';

/** All that fetches history: on demand and in the background, with one count of requests. */
export type HistoryKeeper = HistorySource & Scheduler;

type Parts = Parameters<typeof createBackfill>[0] & Parameters<typeof createMissing>[0] & Parameters<typeof createScheduler>[0];

/**
 * @param options.onActivity Fetching in a conversation began or ended.
 * @param options.onChange The state of the background reading became another one.
 */
export function createHistoryKeeper(
  options: Omit<Parts, 'gate' | 'activity' | 'book' | 'depth' | 'missing' | 'fetchBelow'> & {
    readonly ledger: Ledger;
    readonly onActivity: (key: ConversationKey) => void;
  },
): HistoryKeeper {
  const { ledger, settings } = options;
  const book = createSpanBook(ledger);
  const gate = createRequestGate({ ...options, limit: settings.historyRequests, onFree: () => scheduler.poke() });
  const activity = createHistoryActivity({ ledger, session: options.continuity.session, onChange: options.onActivity });
  const backfill = createBackfill({ ...options, gate, activity });
  const depth = createDepth({ storage: ledger.storage, messages: settings.backfill.messages });
  const missing = createMissing({ ...options, activity, book, depth });
  const scheduler = createScheduler({ ...options, gate, activity, book, missing, fetchBelow: backfill.fetchBelow });

  const stateOf = (key: ConversationKey): HistoryState =>
    historyState({ row: ledger.directory.row(key), spans: book.of(key), isAsked: activity.isAsked(key), isLoading: activity.isLoading(key) });

  const at: HistorySource['at'] = (key, cursor) => {
    const [below, asked] = [activity.at(key, cursor), activity.at(key, missing.lookedAt({ key, cursor }).cursor)];
    return { isLoading: below.isLoading || asked.isLoading, error: below.error ?? asked.error };
  };

  return { ...backfill, ...activity, ...scheduler, at, stateOf, loaded: book.loaded };
}

