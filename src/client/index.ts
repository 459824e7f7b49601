/**
 * `moorage`: what a page imports.
 */
export { connect, type ConnectOptions } from './connect.ts';
export type { Chat, Timeline } from './chat.ts';
export { browserEnvironment, type CancelTimer, type ClientEnvironment, type TabLocks } from './environment.ts';
export type { WorkerFactory } from './connection/open-worker.ts';
export type { WorkerHost } from './connection/shake-hands.ts';
export type { LiveQuery } from './store/live-query.ts';
export type {
  Contact,
  DeleteConversationOptions,
  ListOptions,
  MarkOptions,
  OldConversationList,
  OldListOptions,
  ServerConversation,
  ServerConversations,
} from './sdk/contact.ts';
export type { History, HistoryOptions, RemoveHistoryOptions, SdkChatType, SdkHistoryPage } from './sdk/history.ts';
export type { LocalCache, LocalConversation, SessionParams } from './sdk/local-cache.ts';
export type { SdkMessage } from './sdk/sdk-message.ts';
export type { OldCallbacks, SdkResult } from './sdk/sdk-result.ts';
export { SyncError, type SyncErrorCode, type SyncErrorData, type SyncErrorDetails } from '../protocol/errors.ts';
export {
  conversationKey,
  parseConversationKey,
  type ConversationKey,
  type ConversationRef,
  type ConversationType,
} from '../protocol/ids.ts';
export type {
  Account,
  Conversation,
  Message,
  MessageState,
  OutgoingMessage,
  Status,
  TimelineItem,
  TimelineState,
} from '../protocol/model.ts';
export type { QueryValue } from '../protocol/queries.ts';
