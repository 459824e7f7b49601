import type { ConversationType } from '../../protocol/ids.ts';
import { OLD_LIST_PAGE_SIZE_RANGE, PAGE_SIZE_RANGE } from '../../protocol/limits.ts';
import type { ConversationPage } from '../../protocol/worker-api.ts';
import type { Remote } from '../connection/remote.ts';
import { check, checkConversation, checkCursor, checkFlag, checkObject, checkPageSize, checkRef, checkWhole } from './check.ts';
import { createHistory, type History } from './history.ts';
import type { SessionParams } from './local-cache.ts';
import type { SdkMessage } from './sdk-message.ts';
import { sdkResult, tellCallbacks, type OldCallbacks, type SdkResult } from './sdk-result.ts';

export type ListOptions = {
  /** 1 to 50; 20 unless said. */
  pageSize?: number;
  /** The last page's `cursor`; `''` from the start. */
  cursor?: string;
  /** Whether conversations without a message are listed too; false unless said. */
  includeEmptyConversations?: boolean;
};

/** A conversation of the service's list in the SDK's shape. */
export type ServerConversation = SessionParams & {
  isPinned: boolean;
  /** ms since 1970; 0 when not pinned. */
  pinnedTime: number;
  lastMessage: SdkMessage | null;
  unReadCount: number;
  marks: number[];
};

export type ServerConversations = {
  conversations: ServerConversation[];
  /** `''` after the last page. */
  cursor: string;
};

/** A page of the service's old list. */
export type OldConversationList = {
  channel_infos: { channel_id: string; lastMessage: SdkMessage | Record<string, never>; unread_num: number }[];
};

export type OldListOptions = {
  /** From 1 on; 1 unless said. */
  pageNum?: number;
  /** 1 to 20; 20 unless said. */
  pageSize?: number;
} & OldCallbacks<SdkResult<OldConversationList>>;

export type DeleteConversationOptions = {
  /** The other user's id, or the group's id. */
  channel: string;
  /** `singleChat` unless said. */
  chatType?: ConversationType;
  /** Whether the service's history of it goes too. */
  deleteRoam: boolean;
} & OldCallbacks<SdkResult<{ result: 'ok' }>>;

export type MarkOptions = {
  conversations: SessionParams[];
  /** 0 to 19. */
  mark: number;
};

/**
 * The SDK's methods for the service's conversations and history, answered through the engine: what is read is stored,
 * what is deleted is deleted here too, and equal questions of several tabs are one request.
 *
 * Every method rejects with `invalid-argument` on bad input, before anything is stored or sent (ER2); otherwise with what
 * the service's answer was: `offline`, `timeout`, `rate-limited`, `refused`, `bad-response`, `service-failed`.
 */
export interface Contact extends History {
  /** One page of the conversation list, latest first. */
  getServerConversations(params?: ListOptions): Promise<SdkResult<ServerConversations>>;
  /** One page of the pinned conversations, latest pin first. */
  getServerPinnedConversations(params?: ListOptions): Promise<SdkResult<ServerConversations>>;
  /** One page of the service's old list; nothing of it is stored. */
  getConversationlist(params?: OldListOptions): Promise<SdkResult<OldConversationList>>;
  /** Deletes a conversation at the service and here, in every tab. */
  deleteConversation(params: DeleteConversationOptions): Promise<SdkResult<{ result: 'ok' }>>;
  pinConversation(params: SessionParams & { isPinned: boolean }): Promise<SdkResult<{ isPinned: boolean; pinnedTime: number }>>;
  addConversationMark(params: MarkOptions): Promise<void>;
  removeConversationMark(params: MarkOptions): Promise<void>;
}

const PAGE_NUMBER_RANGE = { min: 1, max: Infinity };
const MARK_RANGE = { min: 0, max: 19 };

function checkList(params: ListOptions = {}): Required<ListOptions> {
  const { pageSize, cursor, includeEmptyConversations } = checkObject(params, 'params');
  return {
    pageSize: checkPageSize(pageSize, PAGE_SIZE_RANGE),
    cursor: checkCursor(cursor),
    includeEmptyConversations: checkFlag(includeEmptyConversations, 'includeEmptyConversations'),
  };
}

function listResult({ conversations, cursor }: ConversationPage): SdkResult<ServerConversations> {
  return sdkResult({ conversations: conversations as unknown as ServerConversation[], cursor });
}

export function createContact(call: Remote['call']): Contact {
  const readOldList = async (params: OldListOptions = {}): Promise<SdkResult<OldConversationList>> => {
    const { pageNum = 1, pageSize } = checkObject(params, 'params');
    const rows = await call('getOldConversationList', [
      { pageNum: checkWhole(pageNum, 'pageNum', PAGE_NUMBER_RANGE), pageSize: checkPageSize(pageSize, OLD_LIST_PAGE_SIZE_RANGE) },
    ]);
    return sdkResult({ channel_infos: rows as OldConversationList['channel_infos'] });
  };

  const remove = async (params: DeleteConversationOptions): Promise<SdkResult<{ result: 'ok' }>> => {
    const { channel, chatType = 'singleChat', deleteRoam } = checkObject(params, 'params');
    const conversation = checkConversation(channel, chatType, { id: 'channel', type: 'chatType' });
    check(typeof deleteRoam === 'boolean', 'deleteRoam', 'true or false');
    await call('deleteConversation', [{ conversation, deleteRoam }]);
    return sdkResult({ result: 'ok' });
  };

  const mark = async (params: MarkOptions, isMarked: boolean): Promise<void> => {
    const { conversations, mark: number } = checkObject(params, 'params');
    check(Array.isArray(conversations) && conversations.length > 0, 'conversations', 'a list, not empty');
    const refs = conversations.map((ref) => checkRef(ref, 'conversations'));
    await call('markConversations', [{ conversations: refs, mark: checkWhole(number, 'mark', MARK_RANGE), isMarked }]);
  };

  return {
    ...createHistory(call),
    getServerConversations: async (params) => listResult(await call('getServerConversations', [checkList(params)])),
    getServerPinnedConversations: async (params) => {
      const { pageSize, cursor } = checkList(params);
      return listResult(await call('getServerPinnedConversations', [{ pageSize, cursor }]));
    },
    getConversationlist: (params) => tellCallbacks(readOldList(params), params ?? {}),
    deleteConversation: (params) => tellCallbacks(remove(params), params ?? {}),
    async pinConversation(params) {
      const conversation = checkRef(params, 'params');
      const { isPinned } = params;
      check(typeof isPinned === 'boolean', 'isPinned', 'true or false');
      const { pinnedTime } = await call('pinConversation', [{ conversation, isPinned }]);
      return sdkResult({ isPinned, pinnedTime });
    },
    addConversationMark: async (params) => mark(params, true),
    removeConversationMark: async (params) => mark(params, false),
  };
}
