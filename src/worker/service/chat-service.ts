import type { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef, Position } from '../../protocol/ids.ts';
import type { Account, Message, OutgoingFile, OutgoingMessage, Reaction, ServiceNotice } from '../../protocol/model.ts';
import type { HistoryPage, HistoryRequest, OldListRow } from '../../protocol/worker-api.ts';

/** A conversation as the service lists it. */
export type ServiceConversation = ConversationRef & {
  /** The service's count for this user. Whole, at least 0. */
  readonly unReadCount: number;
  readonly lastMessage: Message | null;
  readonly isPinned: boolean;
  /** ms since 1970; 0 when not pinned. */
  readonly pinnedTime: number;
  readonly marks: readonly number[];
};

export type ServiceConversationPage = {
  readonly conversations: readonly ServiceConversation[];
  /** `''` after the last page, whatever the service calls it. */
  readonly cursor: string;
};

/** One reaction as it is now; a count of 0: nobody gives it any more. Without `isAddedBySelf` that is unchanged. */
export type ReactionChange = Omit<Reaction, 'isAddedBySelf'> & { readonly isAddedBySelf?: boolean };

/** What the service tells unasked. Delivery is at most once, may repeat and may come in any order. */
export type ServiceEvent =
  /** Logged in, and again after each reconnect the service made by itself. */
  | { readonly type: 'connected' }
  /** `willRetry`: the service reconnects by itself. Otherwise the engine calls `connect` again, later. */
  | { readonly type: 'disconnected'; readonly willRetry: boolean; readonly error: SyncError }
  /** The login is over and must not be retried: kicked, removed, password changed. */
  | { readonly type: 'ended'; readonly error: SyncError }
  /** Time for a new token, while the old one still works. */
  | { readonly type: 'token-expiring' }
  /** The token is dead; a `disconnected` or `ended` may follow. */
  | { readonly type: 'token-expired' }
  /** New messages: live, or kept for this device while it was away. Own messages from other devices included. */
  | { readonly type: 'messages'; readonly messages: readonly Message[] }
  | { readonly type: 'recalled'; readonly conversation: ConversationRef; readonly messageId: string }
  /**
   * `message` is the message as it is now; its id and time are the original's. A field it does not have is unchanged:
   * some services tell of an edited text without the application's own fields.
   */
  | { readonly type: 'edited'; readonly message: Message }
  /** An own message reached the other side, or was read there; `readCount` in a group, where the service counts. */
  | { readonly type: 'delivered'; readonly conversation: ConversationRef; readonly messageId: string }
  | { readonly type: 'read'; readonly conversation: ConversationRef; readonly messageId: string; readonly readCount?: number }
  /** All reactions to a message, as they are now. */
  | { readonly type: 'reactions'; readonly conversation: ConversationRef; readonly messageId: string; readonly reactions: readonly Reaction[] }
  /** Some reactions to a message changed; what is not named is as it was. */
  | { readonly type: 'reactions-changed'; readonly conversation: ConversationRef; readonly messageId: string; readonly changes: readonly ReactionChange[] }
  /** A message was pinned for everybody in the conversation, or is no longer (null). */
  | { readonly type: 'message-pinned'; readonly conversation: ConversationRef; readonly messageId: string; readonly pin: { readonly by: string; readonly time: number } | null }
  /** The user changed do-not-disturb for a conversation on another device. */
  | { readonly type: 'muted'; readonly conversation: ConversationRef; readonly isMuted: boolean }
  /** Anything else the application may want to hear of, command messages among it. It is passed on as it came and not stored. */
  | { readonly type: 'notice'; readonly notice: ServiceNotice }
  /** The other user has read the whole conversation. */
  | { readonly type: 'read-by-peer'; readonly conversation: ConversationRef }
  /**
   * This user has read the conversation on another device (UR7). `through`: where the acknowledgement stands among the messages, where
   * the service tells: those before it are read. Else everything is that is known here when this is told.
   */
  | { readonly type: 'read-elsewhere'; readonly conversation: ConversationRef; readonly through?: Position }
  | { readonly type: 'conversation-deleted'; readonly conversation: ConversationRef }
  /** History was removed on another device. Which messages is not told: what is stored must be compared again. */
  | { readonly type: 'history-removed'; readonly conversation: ConversationRef }
  | { readonly type: 'pinned'; readonly conversation: ConversationRef; readonly isPinned: boolean; readonly time: number }
  | { readonly type: 'marked'; readonly conversation: ConversationRef; readonly mark: number; readonly isMarked: boolean };

/** A file to be uploaded before its message is sent. */
export type UploadRequest = {
  /** What it belongs to. */
  readonly message: OutgoingMessage;
  /** Of a `combine` message the messages that it combines, as JSON. */
  readonly file: OutgoingFile;
  /** Told how much is uploaded, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Aborted when nobody waits for it any more: the upload ends. */
  readonly signal: AbortSignal;
};

/** What the message says of an uploaded file: where it is, and whatever else {@link ChatService.send} needs. */
export type UploadedFields = { readonly url: string; readonly [field: string]: unknown };

/**
 * The one interface to a chat backend. Everything above it knows no transport.
 *
 * Obligations of an implementation:
 * - every promise settles, within SERVICE_TIMEOUT_MS or a deadline of its own (TB3);
 * - it rejects with a {@link SyncError}: `offline`, `timeout`, `rate-limited`, `refused`, `unauthorized`,
 *   `bad-response`, `service-failed` or `unsupported`;
 * - it resolves with checked data only: ids are non-empty strings, times and counts finite numbers (ER3);
 * - it stores nothing, and logs neither tokens nor messages (ER4).
 */
export interface ChatService {
  /** Types of messages that {@link ChatService.send} takes: others are refused before anything is stored. Left out: all that the model names. */
  readonly sendable?: ReadonlySet<string>;
  /** Logs in. Resolves once connected; rejects with `unauthorized` when the token is refused. */
  connect(options: { readonly token: string; readonly deviceId: string }): Promise<void>;
  /** Ends the connection, silently. Idempotent. */
  disconnect(): Promise<void>;
  /** Puts a fresh token in the place of the one that runs out. */
  renewToken(token: string): Promise<void>;
  /** Tells that the network came back or a tab became visible: a connection that only looks open should be checked. */
  wake(): void;
  /**
   * @param listener Must not throw. It may return a promise, which resolves when the event is stored or given up.
   * @returns Ends the subscription.
   */
  subscribe(listener: (event: ServiceEvent) => unknown): () => void;

  getConversations(options: {
    readonly cursor: string;
    readonly pageSize: number;
    readonly includeEmptyConversations: boolean;
  }): Promise<ServiceConversationPage>;
  getPinnedConversations(options: {
    readonly cursor: string;
    readonly pageSize: number;
    readonly includeEmptyConversations: boolean;
  }): Promise<ServiceConversationPage>;
  /** The old paged list, for applications that still use it. */
  getOldConversationList(options: { readonly pageNum: number; readonly pageSize: number }): Promise<readonly OldListRow[]>;
  getHistory(request: HistoryRequest): Promise<HistoryPage>;
  /** Removes messages for this user, by id (any number from 1 to 50) or before a time. */
  removeHistory(options: {
    readonly conversation: ConversationRef;
    readonly messageIds?: readonly string[];
    readonly beforeTimeStamp?: number;
  }): Promise<void>;
  deleteConversation(options: { readonly conversation: ConversationRef; readonly deleteRoam: boolean }): Promise<void>;
  pinConversation(options: { readonly conversation: ConversationRef; readonly isPinned: boolean }): Promise<{ readonly pinnedTime: number }>;
  markConversations(options: {
    readonly conversations: readonly ConversationRef[];
    readonly mark: number;
    readonly isMarked: boolean;
  }): Promise<void>;
  /**
   * Marks the whole conversation read at the service (the channel acknowledgement).
   *
   * @returns `through`: the id up to which the service's count was set to 0, where it tells: ids of messages that landed
   *   before compare smaller. The count is of messages after it from then on.
   */
  acknowledgeConversation(conversation: ConversationRef): Promise<{ readonly through?: string }>;
  /**
   * Takes an own message back, for everybody. Of a message that is not there any more: `refused` with the reason `already-so`.
   */
  recallMessage(options: { readonly conversation: ConversationRef; readonly messageId: string }): Promise<void>;
  /** Puts another content into an own message. @returns The message as it is now; its id is the original's. A field it lacks is unchanged. */
  editMessage(options: { readonly conversation: ConversationRef; readonly messageId: string; readonly message: OutgoingMessage }): Promise<Message>;
  /**
   * Gives a message a reaction, or takes it back. What is so already is `refused` with the reason `already-so`. All connections of
   * the user, this one included, are told of the reactions by an event.
   */
  reactToMessage(options: {
    readonly conversation: ConversationRef;
    readonly messageId: string;
    readonly reaction: string;
    readonly isAdded: boolean;
  }): Promise<void>;
  /** Pins a message for everybody in the conversation, or ends that; what is so already may be `refused` as `already-so`. */
  pinMessage(options: { readonly conversation: ConversationRef; readonly messageId: string; readonly isPinned: boolean }): Promise<void>;
  /** Tells the sender of one message that it was read. It changes no unread count. `text`: for a group's receipt, as the sender is shown it. */
  acknowledgeMessage(options: { readonly conversation: ConversationRef; readonly messageId: string; readonly text?: string }): Promise<void>;
  /** One page of the conversations that the user has muted. Rejects with `unsupported` where the service has no such setting. */
  getMutedConversations(options: { readonly cursor: string }): Promise<{ readonly conversations: readonly ConversationRef[]; readonly cursor: string }>;
  /**
   * Uploads a message's file; `send` then gets the message with these fields, and without the file. Left out: it takes no files.
   *
   * - Nothing of it is seen by others before the message is sent. It is uploaded again after a failure, or when the worker died
   *   before its end was stored; what is not sent is the service's to forget.
   * - It takes as long as it takes: an upload of which nothing is heard for the deadline of calls is ended.
   * - `offline`, `rate-limited`, `service-failed`, `bad-response` and `timeout` have it tried again; what else it rejects with is final.
   */
  uploadFile?(request: UploadRequest): Promise<UploadedFields>;
  /**
   * Calls a method of the service's own, by its name: `group.getGroupInfo`. Left out: it has none.
   *
   * @returns What the method answered, as it came. Rejects with `unsupported`, `details.method`, where there is no such method,
   *   or where calling it would have the engine's state go wrong.
   */
  call?(method: string, args: readonly unknown[]): Promise<unknown>;
  /**
   * Sends. `clientId` travels in the message's `ext.moorageClientId`, so that the echo and history can be matched.
   *
   * - `offline` and `rate-limited` promise that the message did not leave: it stays queued and is sent again. Whoever
   *   cannot tell rejects with `timeout`.
   *
   * @returns The message as the service accepted it, with its id and time.
   */
  send(message: OutgoingMessage, options: { readonly clientId: string }): Promise<Message>;
}

/** What `serve` and `createEngine` take: makes the service of one account. */
export type ChatServiceFactory = (account: Account) => ChatService;

