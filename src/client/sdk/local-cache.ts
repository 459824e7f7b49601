import type { ConversationType } from '../../protocol/ids.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { Remote } from '../connection/remote.ts';
import { check, checkCloneable, checkFlag, checkObject, checkRef, isRecord } from './check.ts';
import type { SdkMessage } from './sdk-message.ts';
import { sdkResult, type SdkResult } from './sdk-result.ts';

/** Names a conversation in the SDK's way. */
export type SessionParams = { conversationId: string; conversationType: ConversationType };

/** A stored conversation in the SDK's shape, with the pins and marks its own cache forgets. */
export type LocalConversation = SessionParams & {
  unReadCount: number;
  /** Missing when the conversation has no message. */
  lastMessage?: SdkMessage;
  customField?: { [name: string]: unknown };
  isPinned: boolean;
  /** ms since 1970; 0 when not pinned. */
  pinnedTime: number;
  marks: number[];
};

/**
 * The SDK's `localCache`, answered by the engine: every tab sees the same, and it works offline.
 *
 * Every method rejects with `invalid-argument` on bad input, before anything is stored or sent (ER2).
 */
export interface LocalCache {
  /** @returns All stored conversations: pinned ones first, then by the last message, latest first. */
  getLocalConversations(): Promise<SdkResult<LocalConversation[]>>;
  /** @returns `data` is undefined when the conversation is not stored. */
  getLocalConversation(params: SessionParams): Promise<SdkResult<LocalConversation | undefined>>;
  /** Stores the application's own fields, in the place of those stored before. */
  setLocalConversationCustomField(params: SessionParams & { customField?: { [name: string]: unknown } }): Promise<void>;
  /**
   * The unread count becomes 0 in every tab.
   *
   * - Unlike the SDK's: the service is told, and through it the user's other devices and, in a single chat, the other
   *   side. `localOnly: true` keeps it here.
   */
  clearConversationUnreadCount(params: SessionParams & { localOnly?: boolean }): Promise<void>;
  /** Takes the conversation out of the local list, with its messages unless `isRemoveLocalMessage` is false. */
  removeLocalConversation(params: SessionParams & { isRemoveLocalMessage?: boolean }): Promise<void>;
}

function toLocal({ lastMessage, ...row }: Conversation): LocalConversation {
  return { ...row, ...(lastMessage !== null && { lastMessage }) } as LocalConversation;
}

export function createLocalCache(call: Remote['call']): LocalCache {
  return {
    async getLocalConversations() {
      return sdkResult((await call('getLocalConversations', [])).map(toLocal));
    },

    async getLocalConversation(params) {
      const row = await call('getLocalConversation', [checkRef(params, 'params')]);
      return sdkResult(row && toLocal(row));
    },

    async setLocalConversationCustomField(params) {
      const ref = checkRef(params, 'params');
      const { customField } = params;
      check(isRecord(customField), 'customField', 'an object');
      checkCloneable(customField, 'customField');
      await call('setCustomField', [ref, customField]);
    },

    async clearConversationUnreadCount(params) {
      const ref = checkRef(params, 'params');
      await call('clearUnread', [ref, { localOnly: checkFlag(params.localOnly, 'localOnly') }]);
    },

    async removeLocalConversation(params) {
      const ref = checkRef(params, 'params');
      const { isRemoveLocalMessage = true } = checkObject(params, 'params');
      const removeMessages = checkFlag(isRemoveLocalMessage, 'isRemoveLocalMessage');
      await call('removeLocalConversation', [ref, { removeMessages }]);
    },
  };
}
