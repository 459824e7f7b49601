import { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef, ConversationType } from '../../protocol/ids.ts';
import { PAGE_SIZE_RANGE, REMOVE_HISTORY_MAX_IDS } from '../../protocol/limits.ts';
import type { HistoryRequest } from '../../protocol/worker-api.ts';
import type { Remote } from '../connection/remote.ts';
import { isListOf, isName, isRecord, isWhole, take, takePage, takeRef, type Test } from './check.ts';
import type { SdkMessage } from './sdk-message.ts';
import { tellCallbacks } from './tell-callbacks.ts';

/** Chat rooms are named by the SDK's types; Moorage keeps none and rejects with `unsupported`. */
export type SdkChatType = ConversationType | 'chatRoom';

export type HistoryOptions = {
  /** The other user's id, or the group's id. */
  targetId: string;
  /** The last page's `cursor`. From the start: left out, -1, null or `''`. */
  cursor?: number | string | null;
  /** 1 to 50; 20 unless said. */
  pageSize?: number;
  /** `singleChat` unless said. */
  chatType?: SdkChatType;
  /** `up`, unless said: newest to oldest. `down`: oldest to newest. */
  searchDirection?: 'up' | 'down';
  searchOptions?: {
    /** The sender's user id; for groups. */
    from?: string;
    msgTypes?: string[];
    /** ms since 1970. */
    startTime?: number;
    /** ms since 1970. */
    endTime?: number;
  };
  /** Called with what the promise resolves to. */
  readonly success?: (page: SdkHistoryPage) => void;
  /** Called with the SyncError the promise rejects with. */
  readonly fail?: (error: never) => void;
};

export type SdkHistoryPage = {
  /** For the next page; undefined after the last. */
  cursor?: string;
  /** In the order the direction says. */
  messages: SdkMessage[];
  isLast: boolean;
};

export type RemoveHistoryOptions = {
  targetId: string;
  chatType: SdkChatType;
  /** 1 to 50 ids. With ids, `beforeTimeStamp` says nothing. */
  messageIds?: string[];
  /** Removes what is older. ms since 1970. */
  beforeTimeStamp?: number;
};

export interface History {
  /**
   * Reads one page of the service's history, and stores it.
   *
   * @throws {SyncError} `invalid-argument`; `unsupported` for chat rooms; `offline`, `timeout`, `rate-limited`,
   *   `refused`, `bad-response`, `service-failed`
   */
  getHistoryMessages(options: HistoryOptions): Promise<SdkHistoryPage>;
  /** Removes messages for this user, at the service and here. @throws as above */
  removeHistoryMessages(options: RemoveHistoryOptions): Promise<void>;
}

const isTime = isWhole(1);
const isDirection = (value: unknown): value is 'up' | 'down' => value === 'up' || value === 'down';
const filterTests = { from: isName, msgTypes: isListOf(isName), startTime: isTime, endTime: isTime };

function takeTarget(options: { readonly chatType?: unknown } | undefined, fallback?: ConversationType): ConversationRef {
  if (options?.chatType === 'chatRoom') {
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

export function createHistory(call: Remote['call']): History {
  const read = async (options: HistoryOptions): Promise<SdkHistoryPage> => {
    const conversation = takeTarget(options, 'singleChat');
    const filter = takeFilter(options);
    const page = await call('getHistoryMessages', [
      {
        conversation,
        ...takePage(options.cursor === -1 ? { ...options, cursor: '' } : options, PAGE_SIZE_RANGE),
        direction: take(options, 'searchDirection', isDirection, 'up'),
        ...(filter && { filter }),
      },
    ]);
    return page as unknown as SdkHistoryPage;
  };
  return {
    getHistoryMessages: (options) => tellCallbacks(read(options), options?.success, options?.fail),
    async removeHistoryMessages(options) {
      const conversation = takeTarget(options);
      const what = options.messageIds
        ? { messageIds: take(options, 'messageIds', isListOf(isName, REMOVE_HISTORY_MAX_IDS)) }
        : { beforeTimeStamp: take(options, 'beforeTimeStamp', isTime) };
      await call('removeHistoryMessages', [{ conversation, ...what }]);
    },
  };
}
