import type { ConversationRef, ConversationType } from './ids.ts';
import type { SyncErrorData } from './errors.ts';

/** Whose data this is. Accounts never mix: each has its own database, worker name and locks (ST5). */
export type Account = {
  /** The application's key, `org#app` at Easemob. */
  readonly appKey: string;
  readonly userId: string;
};

/**
 * A stored message: the service's own object with the fields Moorage needs named. Unknown fields are kept as they came.
 */
export type Message = {
  /** The service's id. Of a message not yet accepted by the service: its client id. */
  readonly id: string;
  /** Server time, ms since 1970. */
  readonly time: number;
  readonly from: string;
  readonly to: string;
  readonly chatType: ConversationType;
  /** `txt`, `img`, `audio`, `video`, `file`, `loc`, `custom`, `combine`, or what the service calls it. */
  readonly type: string;
  /** The text, of `txt`. */
  readonly msg?: string;
  /** How far an own message has come at the other side; in a group `read` means by somebody, see `readCount`. */
  readonly receipt?: 'delivered' | 'read';
  /** How many members of the group have acknowledged an own message that asked for it. */
  readonly readCount?: number;
  readonly reactions?: readonly Reaction[];
  /** Who pinned the message for the conversation, and when (server time, ms). */
  readonly pin?: { readonly by: string; readonly time: number };
  readonly [field: string]: unknown;
};

/** One reaction to a message, with everybody who gave it, as the SDK names it. */
export type Reaction = {
  readonly reaction: string;
  readonly count: number;
  readonly isAddedBySelf: boolean;
  /** The service may name only some of them. */
  readonly userList: readonly string[];
};

/** A conversation as tabs see it; a superset of the SDK's `ConversationItem`. */
export type Conversation = ConversationRef & {
  /** Exact, derived by rule UR1. At least 0. */
  readonly unReadCount: number;
  /** The newest message known, or null when there is none. */
  readonly lastMessage: Message | null;
  readonly isPinned: boolean;
  /** When it was pinned, ms since 1970; 0 when it is not. */
  readonly pinnedTime: number;
  /** The marks' numbers (0 to 19), ascending. */
  readonly marks: readonly number[];
  /** Unread messages that mention this user (`ext.em_at_list`), as far as they are stored. Part of `unReadCount`. */
  readonly mentions: number;
  /** Do not disturb, as the service's settings say: it counts, but not in the total of unmuted ones. */
  readonly isMuted: boolean;
  /** The user marked it as unread by hand; reading it takes that off. It changes no count. */
  readonly isMarkedUnread: boolean;
  /** What `setLocalConversationCustomField` stored. Local to this browser. */
  readonly customField?: { readonly [name: string]: unknown };
};

/**
 * How far an own message has come. Messages of others are always `received`.
 *
 * - `sending`: on its way; `progress` (0 to 1): how much of its file is uploaded.
 * - `unknown`: it may have arrived, and the answer was lost; it is looked up before it is sent again (OB3).
 * - `failed`: the service said no, or it could not be sent; it waits for `retry` or `discard`.
 */
export type MessageState =
  | { readonly type: 'received' }
  | { readonly type: 'queued' }
  | { readonly type: 'sending'; readonly progress?: number }
  | { readonly type: 'unknown' }
  | { readonly type: 'sent' }
  | { readonly type: 'delivered' }
  | { readonly type: 'read' }
  | { readonly type: 'failed'; readonly reason: SyncErrorData };

/**
 * What a timeline shows, oldest first.
 *
 * - `message`: `key` is stable from the moment it was queued: it does not change when the service gives it an id. Until then the
 *   message brings its `file`, to be shown; afterwards it says where that is (`url`).
 * - `hole`: messages are known to be missing here; `fill` and `loadOlder` close it (HB4). `error`: why filling failed last.
 */
export type TimelineItem =
  | { readonly type: 'message'; readonly key: string; readonly message: Message; readonly state: MessageState }
  | { readonly type: 'hole'; readonly key: string; readonly isLoading: boolean; readonly error: SyncErrorData | null };

/** Where a timeline stands with the messages before and after those it shows. */
export type TimelineState = {
  /** Whether older messages may exist, here or at the service. */
  readonly hasOlder: boolean;
  /** Whether newer messages exist that the window does not show: after a jump, or when it was widened far upwards. */
  readonly hasNewer: boolean;
  /** Whether a page is being fetched now. */
  readonly isLoading: boolean;
  /** Why the last load failed, or null. */
  readonly error: SyncErrorData | null;
};

/** Where a timeline is opened anew: at a message, or at the first one from a server time (ms) on; null: at the newest. */
export type JumpTarget = { readonly messageId: string } | { readonly time: number } | null;

/**
 * What is stored of a conversation's history.
 *
 * - `complete`: all of it, from the first message the service keeps to the newest known.
 * - `partial`: without a gap, but older messages may exist at the service.
 * - `has-holes`: messages between stored ones, or the newest, are known to be missing.
 * - `loading`: a page of it is being fetched now.
 */
export type HistoryState = { readonly type: 'complete' | 'partial' | 'has-holes' | 'loading' };

/**
 * The background reading of history (HB6).
 *
 * - `done`, `total`: conversations, of those within the configured depth; `total` is null until the list was read.
 * - `waiting`: without a connection, or after a failure (`error`), until the next attempt.
 */
export type BackfillState = {
  readonly type: 'running' | 'paused' | 'waiting' | 'done';
  readonly done: number;
  readonly total: number | null;
  readonly error: SyncErrorData | null;
};

/** What the service told that is not stored: a command message, for one. `name` and `data` are the service's own. */
export type ServiceNotice = { readonly name: string; readonly data: unknown };

/**
 * The honest state of the engine, one value a page can show.
 *
 * - `from-cache`: what you see comes from this browser's storage; the service was not reached since the worker started.
 * - `connecting`: a first connection is being made; what is stored is shown.
 * - `syncing`: connected, the conversation list is being read; `done` conversations so far, `total` null while unknown.
 * - `live`: connected and up to date.
 * - `stale`: the connection was lost; up to date until `since` (ms since 1970, local clock, for display only).
 * - `offline`: the browser says there is no network; `since` as above, null when never connected.
 * - `degraded`: it works, less well; `reason` says why.
 * - `signed-out`: the login ended and is not retried; `reason` says why.
 */
export type Status =
  | { readonly type: 'from-cache' }
  | { readonly type: 'connecting' }
  | { readonly type: 'syncing'; readonly done: number; readonly total: number | null }
  | { readonly type: 'live' }
  | { readonly type: 'stale'; readonly since: number }
  | { readonly type: 'offline'; readonly since: number | null }
  | { readonly type: 'degraded'; readonly reason: SyncErrorData }
  | { readonly type: 'signed-out'; readonly reason: SyncErrorData };

/** What a person asked for and the service has not taken yet: a message, or a command. (That a conversation was read is told by itself, and not listed.) */
export type OutboxKind =
  | 'message'
  | 'recall'
  | 'edit'
  | 'reaction'
  | 'message-pin'
  | 'read-receipt'
  | 'delete-conversation'
  | 'remove-history'
  | 'pin'
  | 'mark';

/** One thing that waits in the outbox, in the order it was asked for. */
export type OutboxItem = {
  /** Names it for `retry` and `discard`: the client id, of a message and of a command. */
  readonly clientId: string;
  readonly kind: OutboxKind;
  readonly conversation: ConversationRef;
  /** Local clock, ms since 1970. */
  readonly createdAt: number;
  readonly state: Extract<MessageState, { readonly type: 'queued' | 'sending' | 'unknown' | 'failed' }>;
};

/** A file that a message brings. It is kept with the message until the service has it. */
export type OutgoingFile = {
  readonly data: Blob;
  /** Its name as the other side is shown it; that of a `File` unless said. */
  readonly filename?: string;
  /** Its media type; that of the Blob unless said. */
  readonly filetype?: string;
};

/** What `send` takes: where to, and the message in the service's own words (`type`, `msg`, `ext`, …). */
export type OutgoingMessage = {
  readonly conversation: ConversationRef;
  /** `txt` for text; other types as the service names them. */
  readonly type: string;
  /** The text, for `txt`. */
  readonly msg?: string;
  /**
   * For `img`, `audio`, `video` and `file`: the file itself; or leave it out and give the `url` of one that is uploaded.
   * `combine` brings the messages themselves (`messageList`, 1 to 300), or the `url` of one that came: they become its file.
   */
  readonly file?: OutgoingFile;
  /** The application's own fields. Cloneable. */
  readonly ext?: { readonly [name: string]: unknown };
  readonly [field: string]: unknown;
};
