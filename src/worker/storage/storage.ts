import type { ConversationKey, ConversationRef, Position } from '../../protocol/ids.ts';
import type { Message, OutgoingMessage } from '../../protocol/model.ts';
import type { SyncErrorData } from '../../protocol/errors.ts';

/**
 * From what a conversation's unread count is derived (UR1); the arithmetic is in unread/unread-count.ts.
 */
export type UnreadState = {
  /** The service's count as of `baselineAt`. */
  readonly baseline: number;
  /** The listed last message when the baseline was taken; the baseline counts nothing after it. */
  readonly baselineAt: Position | null;
  /** Everything up to here is read. */
  readonly readThrough: Position | null;
  /** Distinct stored messages of others after both positions. Cached; a recount of the messages gives the same. */
  readonly newer: number;
  /** Those stored after the read marker that mention this user. Cached. Left out: none. */
  readonly mentions?: number;
  /**
   * What is to be added to the service's count. Below 0: messages read here that it still counts, because it was not told
   * yet. Above 0: messages that it swept, though they are not read here. Left out: 0.
   */
  readonly correction?: number;
  /**
   * Id up to which an acknowledgement of ours set the service's count to 0: messages that had landed there before have
   * smaller ids. It counts them no more, read here or not (UR5).
   */
  readonly sweptThrough?: string;
};

/** A conversation as stored. */
export type ConversationRow = ConversationRef & {
  readonly key: ConversationKey;
  readonly lastMessage: Message | null;
  readonly unread: UnreadState;
  readonly isPinned: boolean;
  readonly pinnedTime: number;
  readonly marks: readonly number[];
  readonly customField?: { readonly [name: string]: unknown };
  readonly isMuted?: boolean;
  readonly isMarkedUnread?: boolean;
  /** Own messages up to here were read by the other user (single chats). */
  readonly readByPeer?: Position;
  /**
   * When it became known here that pin or marks had changed, or messages were removed, last; local clock, ms. A list that
   * was asked for too early knows nothing of it (SY6). `distrusted`: history was removed elsewhere, and no list that must
   * know of it has told of the conversation since.
   */
  readonly changedHere?: { readonly pin?: number; readonly marks?: number; readonly removed?: number; readonly distrusted?: number };
};

/**
 * A run of stored messages with nothing missing between them. Spans of a conversation do not overlap; what lies
 * between two of them is a hole (HB4).
 */
export type Span = {
  /** Both inclusive. */
  readonly oldest: Position;
  readonly newest: Position;
  /** Cursor of the next older page; null when the start of the conversation is reached. */
  readonly olderCursor: string | null;
  /** Read around a place that somebody jumped to: what lies above it is fetched when a tab asks for it, not by itself. */
  readonly isApart?: true;
  /** Its newest messages came live, and were not compared with a page of history since: what a lost or killed engine took with it may be missing. */
  readonly isLive?: true;
};

/**
 * A conversation that was deleted: a listed or delivered message revives it only when it lies after `after`.
 *
 * - Beside the conversation's row: it was to be deleted, and whether it was only the service knows. The next list that must tells.
 * - `at`: when it was learnt; local clock, ms. A list that was asked for too early knows nothing of it (SY6), and one that
 *   is old enough is forgotten. Left out: long ago.
 * - `isCounted`: the service was not told, for it had come back there: what was deleted is to be acknowledged when it is back here.
 */
export type Tombstone = { readonly key: ConversationKey; readonly after: Position | null; readonly at?: number; readonly isCounted?: true };

/**
 * What the service told of a message, kept because the message may come later, or again (HB7).
 *
 * - `recalled`: it never comes back. `patch`: fields that its stored form takes over when it comes.
 * - `removed`: nothing up to this position (inclusive) comes back; one of these at most.
 */
export type MessageEffect =
  | { readonly id: string; readonly type: 'recalled' }
  | { readonly id: string; readonly type: 'removed'; readonly time: number }
  | { readonly id: string; readonly type: 'patch'; readonly fields: { readonly [field: string]: unknown } };

/** All that is kept of one conversation's messages, oldest first. */
export type ConversationEffects = { readonly conversation: ConversationKey; readonly effects: readonly MessageEffect[] };

/** Where the reading of the conversation list stands. */
export type ListSync = {
  /** Cursor of the next page; null when the round is complete. */
  readonly cursor: string | null;
  /** Local clock, ms; only to tell that a stored cursor is too old. */
  readonly startedAt: number;
  /** When the list was last read whole; local clock, ms. Null while it is being read whole. */
  readonly completedAt: number | null;
  /** Conversations read in this round so far. */
  readonly done: number;
  /** The list contradicted what had just been changed here: it is read whole again once its lag must be over (SY6). */
  readonly isDoubted?: boolean;
  /** When the service refused to be asked for lists, and for how long (429). Unit: ms, local clock. A new engine keeps to it. */
  readonly refused?: { readonly at: number; readonly forMs: number };
  /** Somebody has paused the reading of history in the background. */
  readonly isPaused?: boolean;
};

/** What is known of the use of history, for when the disk is full (ST2). Of many conversations the latest only. */
export type HistoryUse = {
  /** Conversations whose timelines were opened, the latest last. */
  readonly opened: readonly ConversationKey[];
  /** Conversations whose history was let go and that were not opened since. */
  readonly evicted: readonly ConversationKey[];
};

/** What a command asks the service for; its conversation is the entry's. */
export type Command =
  | { readonly kind: 'recall'; readonly messageId: string }
  | { readonly kind: 'edit'; readonly messageId: string; readonly message: OutgoingMessage }
  | { readonly kind: 'reaction'; readonly messageId: string; readonly reaction: string; readonly isAdded: boolean }
  | { readonly kind: 'message-pin'; readonly messageId: string; readonly isPinned: boolean }
  | { readonly kind: 'read-receipt'; readonly messageId: string; readonly text?: string }
  | { readonly kind: 'delete-conversation'; readonly deleteRoam: boolean }
  | { readonly kind: 'remove-history'; readonly messageIds?: readonly string[]; readonly beforeTimeStamp?: number }
  | { readonly kind: 'pin'; readonly isPinned: boolean }
  /** The entry's conversation is the first of these. */
  | { readonly kind: 'mark'; readonly conversations: readonly ConversationRef[]; readonly mark: number; readonly isMarked: boolean };

/** What a command met here. `marked`: the conversations whose marks it changed. */
export type CommandBefore = { readonly message?: Message; readonly row?: ConversationRow; readonly marked?: readonly ConversationKey[] };

/**
 * What is known of an entry that is not being told just now.
 *
 * - `unknown`: the service may have it; it is looked up before it is told again (OB3).
 */
export type OutboxState = { readonly type: 'queued' } | { readonly type: 'unknown' } | { readonly type: 'failed'; readonly reason: SyncErrorData };

/** What waits to be told to the service. Kept in order of `seq`. */
export type OutboxEntry = {
  /** Given by the storage; grows. */
  readonly seq: number;
  readonly conversation: ConversationKey;
} & (
  | {
      readonly type: 'send';
      readonly clientId: string;
      /** With its file, where it brings one. */
      readonly message: OutgoingMessage;
      /** Local clock, ms; shown until the service gives the message its time. */
      readonly createdAt: number;
      /** The latest place known in the conversation when it was queued: it can only stand after that. Left out: none was. */
      readonly after?: Position;
      readonly state: OutboxState;
    }
  | {
      readonly type: 'command';
      readonly clientId: string;
      readonly command: Command;
      readonly createdAt: number;
      /** What was here before it was applied, for when the service refuses. Left out: it is not applied here. */
      readonly before?: CommandBefore;
      readonly state: OutboxState;
    }
  | { readonly type: 'acknowledge' }
);

export type NewOutboxEntry = OutboxEntry extends infer E ? (E extends OutboxEntry ? Omit<E, 'seq'> : never) : never;

/**
 * What becomes of a conversation's messages in one write: first what goes, then what comes.
 *
 * A message keeps its time: the same id put again with another time is another message.
 */
export type MessageChange = {
  readonly conversation: ConversationKey;
  /** Inserted, or replaced where the id is stored already. Any order; of an id given twice the last one counts. */
  readonly puts?: readonly Message[];
  readonly removes?: readonly string[];
  /** Removes every message before this server time (exclusive). */
  readonly removeBefore?: number;
  readonly removeAll?: boolean;
};

/** One transaction (SY1, HB2): all of it is stored, or nothing. */
export type WriteBatch = {
  readonly conversations?: readonly ConversationRow[];
  readonly removedConversations?: readonly ConversationKey[];
  readonly tombstones?: readonly Tombstone[];
  readonly removedTombstones?: readonly ConversationKey[];
  readonly messages?: readonly MessageChange[];
  /** The conversation's whole list of spans, oldest first; empty removes it. */
  readonly spans?: readonly { readonly conversation: ConversationKey; readonly spans: readonly Span[] }[];
  /** The conversation's whole list of effects; empty removes it. */
  readonly effects?: readonly ConversationEffects[];
  readonly listSync?: ListSync;
  readonly historyUse?: HistoryUse;
  /** Nothing but removes: a full disk takes it. */
  readonly isRoom?: true;
  readonly outboxAdds?: readonly NewOutboxEntry[];
  readonly outboxUpdates?: readonly OutboxEntry[];
  readonly outboxRemoves?: readonly number[];
};

/** `strict`: on the disk when the write resolves, not only with the operating system. */
export type Durability = 'strict' | 'relaxed';

/**
 * The account's database. One writer: the engine serialises its writes, decides in memory what to store, and hands
 * over whole batches; reads may run at any time.
 *
 * - `write` resolves when the transaction has completed, never earlier (ST1). Rejects with `storage-full`,
 *   `storage-failed`, `storage-unavailable` or `fenced`; then nothing of the batch is stored.
 * - Every write transaction first checks the fencing epoch (TB1).
 * - Rows and messages handed in are kept in memory as they are: nobody may change them afterwards.
 */
export interface Storage {
  /** Stable id of this browser for the account, made at first use. */
  readonly deviceId: string;
  /** This opening's fencing epoch: one more than the opening before. */
  readonly epoch: number;
  write(batch: WriteBatch, options?: { readonly durability?: Durability }): Promise<{ readonly outboxSeqs: readonly number[] }>;

  /** All rows, in no particular order. */
  loadConversations(): Promise<readonly ConversationRow[]>;
  /** The first rows in list order (pinned first, then by last message); up to 32 are one small read however many there are. */
  loadConversationHead(limit: number): Promise<readonly ConversationRow[]>;
  loadTombstones(): Promise<readonly Tombstone[]>;
  loadEffects(): Promise<readonly ConversationEffects[]>;
  loadListSync(): Promise<ListSync | undefined>;
  loadHistoryUse(): Promise<HistoryUse | undefined>;
  /** In order of `seq`. */
  loadOutbox(): Promise<readonly OutboxEntry[]>;

  /** Up to `limit` messages before a position (exclusive; null: from the newest), oldest first. */
  readMessages(options: { readonly conversation: ConversationKey; readonly before: Position | null; readonly limit: number }): Promise<readonly Message[]>;
  /** Messages after a position (exclusive; null: from the start), oldest first; at most `limit` of them where one is given. */
  readMessagesAfter(options: { readonly conversation: ConversationKey; readonly after: Position | null; readonly limit?: number }): Promise<readonly Message[]>;
  /** The messages of the list that are not stored, in their order. Cheap for messages newer than all that is stored. */
  selectUnstored(conversation: ConversationKey, messages: readonly Message[]): Promise<readonly Message[]>;
  findMessage(conversation: ConversationKey, id: string): Promise<Message | undefined>;
  /** How much is stored of each conversation that has messages. Unit: blocks, of up to a page or two. Reads no message. */
  countMessageBlocks(): Promise<ReadonlyMap<ConversationKey, number>>;
  /** Oldest first. */
  loadSpans(conversation: ConversationKey): Promise<readonly Span[]>;
  /** The spans of all conversations that have any. */
  loadAllSpans(): Promise<ReadonlyMap<ConversationKey, readonly Span[]>>;

  /**
   * Called once when the connection is lost for good (given up, or another build upgrades the database) or the database
   * was deleted under it (ST3, ST4). Every later call rejects with `storage-unavailable`; open the storage again.
   */
  onLost(listener: (reason: 'deleted' | 'closed') => void): () => void;
  /** Idempotent. */
  close(): void;
  /**
   * Closes, and deletes the whole database.
   *
   * @param options.keepsOutbox Leaves the messages and commands that wait to be told, and who this device is.
   */
  destroy(options?: { readonly keepsOutbox?: boolean }): Promise<void>;
}
