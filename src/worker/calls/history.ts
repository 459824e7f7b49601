import { SyncError } from '../../protocol/errors.ts';
import { conversationKey, type ConversationRef, type ConversationType } from '../../protocol/ids.ts';
import { PAGE_SIZE_RANGE, REMOVE_HISTORY_MAX_IDS } from '../../protocol/limits.ts';
import type { History, SdkHistoryPage } from '../../protocol/sdk-history.ts';
import { isName, isRecord, isWhole, take, takeRef, type Test } from '../../protocol/take.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';
import { removalBatch, removalBeforeBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService } from '../service/chat-service.ts';
import { isListOf, takePage } from './check.ts';

const isTime = isWhole(1);
const isDirection = (value: unknown): value is 'up' | 'down' => value === 'up' || value === 'down';
const filterTests = { from: isName, msgTypes: isListOf(isName), startTime: isTime, endTime: isTime };

function takeTarget(options: unknown, fallback?: ConversationType): ConversationRef {
  if (isRecord(options) && options['chatType'] === 'chatRoom') {
    throw new SyncError('unsupported', 'chatRoom', { details: { parameter: 'chatType' } });
  }
  return takeRef(options, 'targetId', 'chatType', fallback);
}

/** @returns The filter with the fields that say something, undefined when none does. */
function takeFilter(options: unknown): HistoryRequest['filter'] {
  const given = take(options, 'searchOptions', isRecord, {});
  const filter: { [name: string]: unknown } = {};
  for (const [name, isGood] of Object.entries(filterTests)) {
    const value = given[name];
    // As in the SDK, null, '' and [] filter nothing.
    if (value === undefined || value === null || (value as { length?: number }).length === 0) continue;
    filter[name] = take(given, name, isGood as Test<unknown>);
  }
  return Object.keys(filter).length > 0 ? filter : undefined;
}

/** The SDK's methods on the service's history: what is read is stored, what is removed there is removed here too. */
export function createHistory(options: {
  readonly ledger: Ledger;
  readonly service: Pick<ChatService, 'removeHistory'>;
  readonly self: string;
  readonly fetchHistory: (request: HistoryRequest) => Promise<HistoryPage>;
}): History {
  const { ledger, service, self } = options;
  return {
    async getHistoryMessages(given) {
      const conversation = takeTarget(given, 'singleChat');
      const filter = takeFilter(given);
      const page = await options.fetchHistory({
        conversation,
        ...takePage(given.cursor === -1 ? { ...given, cursor: '' } : given, PAGE_SIZE_RANGE),
        direction: take(given, 'searchDirection', isDirection, 'up'),
        ...(filter && { filter }),
      });
      return page as unknown as SdkHistoryPage;
    },
    async removeHistoryMessages(given) {
      const conversation = takeTarget(given);
      const context = { ledger, key: conversationKey(conversation), self };
      if (given.messageIds) {
        const messageIds = take(given, 'messageIds', isListOf(isName, REMOVE_HISTORY_MAX_IDS));
        await service.removeHistory({ conversation, messageIds });
        await ledger.write(() => removalBatch(context, messageIds));
      } else {
        const beforeTimeStamp = take(given, 'beforeTimeStamp', isTime);
        await service.removeHistory({ conversation, beforeTimeStamp });
        await ledger.write(() => removalBeforeBatch(context, beforeTimeStamp));
      }
    },
  };
}
