import type { ConversationType } from '../../protocol/ids.ts';
import { OLD_LIST_PAGE_SIZE_RANGE, PAGE_SIZE_RANGE } from '../../protocol/limits.ts';
import type { Remote } from '../connection/remote.ts';
import { isFlag, isListOf, isRecord, isWhole, take, takePage, takeRef } from './check.ts';
import { createHistory, type History } from './history.ts';
import type { SdkResult, SessionParams } from './local-cache.ts';
import type { SdkMessage } from './sdk-message.ts';
import { tellCallbacks } from './tell-callbacks.ts';

/** The callbacks that the SDK's older methods take besides giving a promise. */
export type OldCallbacks<T> = {
  /** Called with what the promise resolves to. */
  readonly success?: (result: T) => void;
  /** Called with the SyncError the promise rejects with. */
  readonly error?: (error: never) => void;
};

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

export function createContact(call: Remote['call']): Contact {
  const readOldList = async (params?: OldListOptions): Promise<SdkResult<OldConversationList>> => {
    const pageNum = take(params, 'pageNum', isWhole(1), 1);
    const { pageSize } = takePage(params, OLD_LIST_PAGE_SIZE_RANGE);
    const rows = await call('getOldConversationList', [{ pageNum, pageSize }]);
    return { type: 0, data: { channel_infos: rows as OldConversationList['channel_infos'] } };
  };

  const remove = async (params: DeleteConversationOptions): Promise<SdkResult<{ result: 'ok' }>> => {
    const conversation = takeRef(params, 'channel', 'chatType', 'singleChat');
    await call('deleteConversation', [{ conversation, deleteRoam: take(params, 'deleteRoam', isFlag) }]);
    return { type: 0, data: { result: 'ok' } };
  };

  const list = (method: 'getServerConversations' | 'getServerPinnedConversations') => async (params?: ListOptions) => {
    const includeEmptyConversations = take(params, 'includeEmptyConversations', isFlag, false);
    const data = await call(method, [{ ...takePage(params, PAGE_SIZE_RANGE), includeEmptyConversations }]);
    return { type: 0, data } as unknown as SdkResult<ServerConversations>;
  };

  const mark = (isMarked: boolean) => async (params: MarkOptions) => {
    const conversations = take(params, 'conversations', isListOf(isRecord)).map((ref) => takeRef(ref));
    await call('markConversations', [{ conversations, mark: take(params, 'mark', isWhole(0, 19)), isMarked }]);
  };

  return {
    ...createHistory(call),
    getServerConversations: list('getServerConversations'),
    getServerPinnedConversations: list('getServerPinnedConversations'),
    getConversationlist: (params) => tellCallbacks(readOldList(params), params?.success, params?.error),
    deleteConversation: (params) => tellCallbacks(remove(params), params?.success, params?.error),
    async pinConversation(params) {
      const isPinned = take(params, 'isPinned', isFlag);
      const { pinnedTime } = await call('pinConversation', [{ conversation: takeRef(params), isPinned }]);
      return { type: 0, data: { isPinned, pinnedTime } };
    },
    addConversationMark: mark(true),
    removeConversationMark: mark(false),
  };
}
