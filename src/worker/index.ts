/** What the script of a worker imports: `moorage/worker`. */
export { serve } from './serve.ts';
export { createEngine, type Engine, type EngineDependencies } from './engine.ts';
export type { EngineOptions } from './options.ts';
export { browserEnvironment, type CancelTimer, type Environment, type Locks } from './environment.ts';
export type {
  ChatService,
  ChatServiceFactory,
  ServiceConversation,
  ServiceConversationPage,
  ServiceEvent,
  UploadedFields,
  UploadRequest,
} from './service/chat-service.ts';
export { SyncError, type SyncErrorCode, type SyncErrorData, type SyncErrorDetails } from '../protocol/errors.ts';
export type { ConversationRef, ConversationType, Position } from '../protocol/ids.ts';
export type { Account, Conversation, Message, OutgoingFile, OutgoingMessage, Reaction, ServiceNotice } from '../protocol/model.ts';
export type { HistoryPage, HistoryRequest, OldListRow } from '../protocol/worker-api.ts';
export type { Hello, HelloReply } from '../protocol/wire.ts';
