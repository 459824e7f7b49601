import type { ConversationType } from './ids.ts';
import type { History } from './sdk-history.ts';
import type { SdkResult, SessionParams } from './sdk-local-cache.ts';
import type { SdkMessage } from './sdk-message.ts';
import type { MessageCommands } from './sdk-message-commands.ts';

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
 * Every method rejects with `invalid-argument` on bad input, before anything is stored or sent (ER2). What reads rejects otherwise with
 * what the service's answer was: `offline`, `timeout`, `rate-limited`, `refused`, `bad-response`, `service-failed`. What changes
 * something is done here at once: it settles with the service's answer where there is a connection, and resolves as soon as it is
 * durable where there is none; what the service refuses later is undone, and stays in the outbox as failed (OB5).
 */
export interface Contact extends History, MessageCommands {
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
