import { conversationKey } from '../../protocol/ids.ts';
import { PAGE_SIZE_RANGE, REMOVE_HISTORY_MAX_IDS } from '../../protocol/limits.ts';
import type { History, SdkHistoryPage } from '../../protocol/sdk-history.ts';
import { isName, isRecord, isWhole, take, type Test } from '../../protocol/take.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';
import type { AskCommand } from './ask-command.ts';
import { isListOf, takePage, takeTarget } from './check.ts';

const isTime = isWhole(1);
const isDirection = (value: unknown): value is 'up' | 'down' => value === 'up' || value === 'down';
const filterTests = { from: isName, msgTypes: isListOf(isName), startTime: isTime, endTime: isTime };

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
  readonly commands: { readonly ask: AskCommand };
  readonly history: { fetch(request: HistoryRequest): Promise<HistoryPage> };
}): History {
  return {
    async getHistoryMessages(given) {
      const conversation = takeTarget(given, 'targetId', 'singleChat');
      const filter = takeFilter(given);
      const page = await options.history.fetch({
        conversation,
        ...takePage(given.cursor === -1 ? { ...given, cursor: '' } : given, PAGE_SIZE_RANGE),
        direction: take(given, 'searchDirection', isDirection, 'up'),
        ...(filter && { filter }),
      });
      return page as unknown as SdkHistoryPage;
    },
    async removeHistoryMessages(given) {
      const conversation = takeTarget(given, 'targetId');
      const what = given.messageIds
        ? { messageIds: take(given, 'messageIds', isListOf(isName, REMOVE_HISTORY_MAX_IDS)) }
        : { beforeTimeStamp: take(given, 'beforeTimeStamp', isTime) };
      await options.commands.ask(conversationKey(conversation), { kind: 'remove-history', ...what });
    },
  };
}
