import type { SyncErrorData } from './errors.ts';
import type { ConversationRef } from './ids.ts';
import type { Conversation, Message, OutgoingMessage } from './model.ts';

/** How a call's result crosses the port: errors keep their code and details (ER1). */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SyncErrorData };

/** One page of the service's conversation list. `cursor` is `''` after the last page (SY2). */
export type ConversationPage = { readonly conversations: readonly Conversation[]; readonly cursor: string };

/** One row of the service's old paged list, as the SDK gives it. */
export type OldListRow = { readonly channel_id: string; readonly lastMessage: unknown; readonly unread_num: number };

/** One page of history, in the order the direction says. `cursor` is undefined after the last page. */
export type HistoryPage = {
  readonly messages: readonly Message[];
  readonly cursor: string | undefined;
  readonly isLast: boolean;
};

export type HistoryRequest = {
  readonly conversation: ConversationRef;
  /** Exclusive: the id of the last message of the page before. `''` starts at the newest (`up`) or oldest (`down`). */
  readonly cursor: string;
  /** 1 to 50. */
  readonly pageSize: number;
  /** `up`: newest to oldest. `down`: oldest to newest. */
  readonly direction: 'up' | 'down';
  /** Filters. A filtered page proves nothing about what lies between its messages, so it adds no span. */
  readonly filter?: {
    readonly from?: string;
    readonly msgTypes?: readonly string[];
    readonly startTime?: number;
    readonly endTime?: number;
  };
};

/**
 * The calls a tab can make. Arguments are checked here again (a tab is not trusted to have done it): bad ones reject
 * with `invalid-argument` and nothing stored or sent (ER2). Every call settles (TB3).
 */
export interface WorkerApi {
  // What is stored here.
  getLocalConversations(): Promise<readonly Conversation[]>;
  getLocalConversation(ref: ConversationRef): Promise<Conversation | undefined>;
  setCustomField(ref: ConversationRef, customField: { readonly [name: string]: unknown }): Promise<void>;
  /** Unread becomes 0 in every tab; the service is told once, unless `localOnly`. Unknown conversation: no effect. */
  clearUnread(ref: ConversationRef, options: { readonly localOnly: boolean }): Promise<void>;
  removeLocalConversation(ref: ConversationRef, options: { readonly removeMessages: boolean }): Promise<void>;

  // What the service has. Equal concurrent requests are one request (SY5).
  getServerConversations(options: {
    readonly pageSize: number;
    readonly cursor: string;
    readonly includeEmptyConversations: boolean;
  }): Promise<ConversationPage>;
  getServerPinnedConversations(options: { readonly pageSize: number; readonly cursor: string }): Promise<ConversationPage>;
  getOldConversationList(options: { readonly pageNum: number; readonly pageSize: number }): Promise<readonly OldListRow[]>;
  getHistoryMessages(request: HistoryRequest): Promise<HistoryPage>;
  removeHistoryMessages(options: {
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

  // Timelines and messages.
  /** Widens the window of a timeline subscription of this tab by up to 50 older messages, from storage or the service. */
  loadOlder(subscription: number): Promise<{ readonly added: number; readonly hasOlder: boolean }>;
  /** Resolves once the message is stored durably; the timeline shows what becomes of it. @returns Its client id. */
  send(message: OutgoingMessage): Promise<{ readonly clientId: string }>;
  /** Sends a failed message again. */
  retry(clientId: string): Promise<void>;
  /** Takes a failed or queued message out of the outbox. */
  discard(clientId: string): Promise<void>;

  /** Reads the head of the conversation list now, within the budget of rounds (SY5). */
  refresh(): Promise<void>;
  /** Ends the login and wipes the account's database; every tab of the account is signed out (ST5). */
  logOut(): Promise<void>;
}
