import { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef } from '../../protocol/ids.ts';
import { PAGE_SIZE_RANGE, REMOVE_HISTORY_MAX_IDS } from '../../protocol/limits.ts';
import type { HistoryRequest } from '../../protocol/worker-api.ts';
import type { Remote } from '../connection/remote.ts';
import { check, checkConversation, checkCursor, checkObject, checkPageSize, checkText, checkWhole, isRecord } from './check.ts';
import type { SdkMessage } from './sdk-message.ts';
import { tellCallbacks } from './sdk-result.ts';

/** Chat rooms are named by the SDK's types; Moorage keeps none and rejects with `unsupported`. */
export type SdkChatType = 'singleChat' | 'groupChat' | 'chatRoom';

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
  readonly success?: (page: SdkHistoryPage) => void;
  readonly fail?: (error: never) => void;
};

export type SdkHistoryPage = {
  /** For the next page; missing after the last. */
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

const TIME_RANGE = { min: 0, max: Number.MAX_SAFE_INTEGER };

function checkTarget(targetId: unknown, chatType: unknown): ConversationRef {
  if (chatType === 'chatRoom') {
    throw new SyncError('unsupported', 'chat rooms keep no conversation here', { details: { parameter: 'chatType' } });
  }
  return checkConversation(targetId, chatType, { id: 'targetId', type: 'chatType' });
}

function checkTime(value: unknown, parameter: string): number {
  return checkWhole(value, parameter, TIME_RANGE);
}

/** @returns The filter with the fields that were given, undefined when there are none. The SDK takes null for "none". */
function checkFilter(options: unknown): HistoryRequest['filter'] {
  if (options === undefined || options === null) return undefined;
  check(isRecord(options), 'searchOptions', 'an object');
  const { from, msgTypes, startTime, endTime } = options;
  const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
  const filter: { from?: string; msgTypes?: readonly string[]; startTime?: number; endTime?: number } = {};
  if (isGiven(from) && from !== '') filter.from = checkText(from, 'searchOptions.from');
  if (isGiven(msgTypes)) {
    const isGood = Array.isArray(msgTypes) && msgTypes.every((type) => typeof type === 'string' && type !== '');
    check(isGood, 'searchOptions.msgTypes', 'a list of message types');
    if (msgTypes.length > 0) filter.msgTypes = msgTypes as string[];
  }
  if (isGiven(startTime)) filter.startTime = checkTime(startTime, 'searchOptions.startTime');
  if (isGiven(endTime)) filter.endTime = checkTime(endTime, 'searchOptions.endTime');
  return Object.keys(filter).length > 0 ? filter : undefined;
}

function checkRequest(options: HistoryOptions): HistoryRequest {
  const { targetId, chatType = 'singleChat', cursor, pageSize, searchDirection, searchOptions } = checkObject(options, 'options');
  const direction = searchDirection ?? 'up';
  const conversation = checkTarget(targetId, chatType);
  check(direction === 'up' || direction === 'down', 'searchDirection', 'up or down');
  const filter = checkFilter(searchOptions);
  return {
    conversation,
    cursor: checkCursor(cursor === -1 ? '' : cursor),
    pageSize: checkPageSize(pageSize, PAGE_SIZE_RANGE),
    direction,
    ...(filter && { filter }),
  };
}

export function createHistory(call: Remote['call']): History {
  const read = async (options: HistoryOptions): Promise<SdkHistoryPage> => {
    const { cursor, messages, isLast } = await call('getHistoryMessages', [checkRequest(options)]);
    return { ...(cursor !== undefined && { cursor }), messages: messages as unknown as SdkMessage[], isLast };
  };
  return {
    getHistoryMessages: (options) => tellCallbacks(read(options), { success: options?.success, error: options?.fail }),

    async removeHistoryMessages(options) {
      const { targetId, chatType, messageIds, beforeTimeStamp } = checkObject(options, 'options');
      const conversation = checkTarget(targetId, chatType);
      if (messageIds === undefined) {
        await call('removeHistoryMessages', [{ conversation, beforeTimeStamp: checkTime(beforeTimeStamp, 'beforeTimeStamp') }]);
        return;
      }
      const isGood = Array.isArray(messageIds) && messageIds.length > 0 && messageIds.length <= REMOVE_HISTORY_MAX_IDS;
      check(isGood, 'messageIds', `a list of 1 to ${REMOVE_HISTORY_MAX_IDS} ids`);
      for (const id of messageIds) checkText(id, 'messageIds');
      await call('removeHistoryMessages', [{ conversation, messageIds: messageIds as string[] }]);
    },
  };
}
