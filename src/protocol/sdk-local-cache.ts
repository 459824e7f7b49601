import type { ConversationType } from './ids.ts';
import type { SdkMessage } from './sdk-message.ts';

/** How the SDK answers: `type` 0 says that it went well; everything else is a rejection here. */
export type SdkResult<T> = { type: 0; data: T };

/** Names a conversation in the SDK's way. */
export type SessionParams = { conversationId: string; conversationType: ConversationType };

/** A stored conversation in the SDK's shape, with the pins and marks its own cache forgets. */
export type LocalConversation = SessionParams & {
  unReadCount: number;
  /** Undefined when the conversation has no message. */
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
  /** Stores the application's own fields, cloneable ones, in the place of those stored before. */
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
