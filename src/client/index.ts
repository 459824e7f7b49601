/**
 * `moorage`: what a page imports.
 */
export { connect, type ConnectOptions } from './connect.ts';
export type { Backfill, Chat, Timeline } from './chat.ts';
export type { CancelTimer, ClientEnvironment, PageSignal, TabLocks } from './environment.ts';
export type { MessageEndpoint, WorkerFactory, WorkerHost } from './connection/worker-host.ts';
export type { EventHandlers, Sdk } from './sdk-declarations.ts';
export type { LiveQuery } from './store/live-query.ts';
export type {
  Contact,
  DeleteConversationOptions,
  ListOptions,
  MarkOptions,
  OldCallbacks,
  OldConversationList,
  OldListOptions,
  ServerConversation,
  ServerConversations,
} from '../protocol/sdk-contact.ts';
export type { History, HistoryOptions, RemoveHistoryOptions, SdkChatType, SdkHistoryPage } from '../protocol/sdk-history.ts';
export type { LocalCache, LocalConversation, SdkResult, SessionParams } from '../protocol/sdk-local-cache.ts';
export type { SdkCommand, SdkMessage } from '../protocol/sdk-message.ts';
export type { ConversationFilter, ConversationWindow } from '../protocol/conversation-window.ts';
export { SyncError, type SyncErrorCode, type SyncErrorData, type SyncErrorDetails } from '../protocol/errors.ts';
export type { ConversationKey, ConversationRef, ConversationType } from '../protocol/ids.ts';
export type {
  Account,
  BackfillState,
  Conversation,
  HistoryState,
  JumpTarget,
  Message,
  MessageState,
  OutboxItem,
  OutboxKind,
  OutgoingFile,
  OutgoingMessage,
  Reaction,
  Status,
  TimelineItem,
  TimelineState,
} from '../protocol/model.ts';
export type { QueryValue, UnreadTotal } from '../protocol/queries.ts';
export type { LogOutOptions } from '../protocol/worker-api.ts';
