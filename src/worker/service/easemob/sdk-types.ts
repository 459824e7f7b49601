/**
 * The part of `easemob-websdk` 4.21.1 that the adapter touches, as narrow types of our own.
 *
 * The SDK's declarations give the connection an index signature of `any` and need the DOM library; answers are
 * `unknown` here because the service decides what they hold, and `map-*.ts` checks them. Removal: when the SDK's
 * declarations name these members and compile for a worker.
 */

/** What the SDK calls back. Payloads are read by `events.ts`. */
export type SdkHandlers = { readonly [event: string]: (payload?: unknown) => void };

export type SdkChatType = 'singleChat' | 'groupChat';

/** A message as the SDK wants it for sending; made by {@link SdkConnection.Message}. */
export type SdkOutgoing = { readonly id: string; readonly [field: string]: unknown };

/** The contact plugin: lists, history, pins and marks, and what is done to messages. */
export interface SdkContact {
  getServerConversations(options: { pageSize: number; cursor: string; includeEmptyConversations: boolean }): Promise<unknown>;
  getServerPinnedConversations(options: { pageSize: number; cursor: string; includeEmptyConversations: boolean }): Promise<unknown>;
  getConversationlist(options: { pageNum: number; pageSize: number }): Promise<unknown>;
  getHistoryMessages(options: {
    targetId: string;
    chatType: SdkChatType;
    cursor: string | number;
    pageSize: number;
    searchDirection: 'up' | 'down';
    searchOptions?: { from?: string; msgTypes?: string[]; startTime?: number; endTime?: number };
  }): Promise<unknown>;
  removeHistoryMessages(options: {
    targetId: string;
    chatType: SdkChatType;
    messageIds?: string[];
    beforeTimeStamp?: number;
  }): Promise<unknown>;
  deleteConversation(options: { channel: string; chatType: SdkChatType; deleteRoam: boolean }): Promise<unknown>;
  pinConversation(options: { conversationId: string; conversationType: SdkChatType; isPinned: boolean }): Promise<unknown>;
  addConversationMark(options: SdkMarkOptions): Promise<unknown>;
  removeConversationMark(options: SdkMarkOptions): Promise<unknown>;
  recallMessage(options: { mid: string; to: string; chatType: SdkChatType }): Promise<unknown>;
  modifyMessage(options: { messageId: string; modifiedMessage: SdkOutgoing }): Promise<unknown>;
  addReaction(options: { messageId: string; reaction: string }): Promise<unknown>;
  deleteReaction(options: { messageId: string; reaction: string }): Promise<unknown>;
  pinMessage(options: SdkMessagePin): Promise<unknown>;
  unpinMessage(options: SdkMessagePin): Promise<unknown>;
}

export type SdkMessagePin = { conversationId: string; conversationType: SdkChatType; messageId: string };

/** The silent plugin: do not disturb. */
export interface SdkSilent {
  getSilentModeRemindTypeConversations(options: { pageSize: number; cursor: string }): Promise<unknown>;
}

export type SdkMarkOptions = {
  conversations: { conversationId: string; conversationType: SdkChatType }[];
  mark: number;
};

/** The SDK's table of frames. */
export type SdkRoot = { lookup(name: string): { decode(bytes: unknown): object } };

/** Members that the SDK does not document. Each says why it is used. */
export interface SdkPrivate {
  /** Queues still to be pulled. Not empty after a lost frame, and then the next notice is not acted on for a minute. */
  _queues: unknown[];
  /**
   * The last 101 messages and receipts that came, by id. The one place that says whether a recall or a channel
   * acknowledgement belongs to a group: the events themselves do not. What is noted here is not told again: see `unheard.ts`.
   */
  readonly _load_msg_cache: { readonly msgId: string; readonly isGroup: boolean }[];
  /** Counts reconnect attempts; the delay before the next one grows with it. Set to 1 when the network came back. */
  times: number;
  /** Attempts a reconnect soon. Replaced when an instance is retired: `close()` leaves its timer running. */
  reconnect(force?: boolean): void;
  /** Opens the socket. Wrapped, and replaced when an instance is retired: see `sdk-session.ts`. */
  connectMSync(...args: readonly unknown[]): Promise<unknown>;
  /** The token the next login frame carries; `renewToken` refuses to set it while the socket is down. */
  token: string;
  readonly context: { accessToken: string };
  /** How frames are encoded. Replaced for the tick in which a combined message is sent: see `combine.ts`. */
  root: SdkRoot;
  /** What a combined message's file holds of each message. */
  readonly mSync: { encodeChatMsg(message: object): Uint8Array };
  /** Forgets the timers of the old token, so that the next login's answer sets new ones. */
  clearTokenTimeout(): void;
}

/** One instance of the SDK: one login. */
export interface SdkConnection extends SdkPrivate {
  readonly contact: SdkContact;
  readonly silent: SdkSilent;
  readonly Message: { create(fields: { readonly [field: string]: unknown }): SdkOutgoing };
  readonly logger: { setLevel(level: 'SILENT', persist: false): unknown };
  readonly dataReport: { setIsCollectDt(collect: boolean): void; setIsReportDt(report: boolean): void };
  open(options: { username: string; accessToken: string }): Promise<unknown>;
  close(): void;
  isOpened(): boolean;
  /** Where the service takes and keeps files. */
  getChatFilesUrl(): string;
  renewToken(token: string): Promise<unknown>;
  /** Pings, and reconnects when no answer comes within 8 s. */
  onShow(): void;
  send(message: SdkOutgoing): Promise<unknown>;
  addEventHandler(id: string, handlers: SdkHandlers): void;
  removeEventHandler(id: string): void;
}

/** Constructor options that the adapter sets; an application's own are added to them. */
export type SdkOptions = {
  readonly appKey: string;
  readonly deviceId: string;
  readonly isFixedDeviceId: boolean;
  readonly isHttpDNS: boolean;
  readonly autoReconnectNumMax: number;
  readonly apiUrl?: string;
  readonly url?: string;
  readonly [option: string]: unknown;
};

/** Makes an SDK instance with the plugins in it. */
export type CreateSdk = (options: SdkOptions) => SdkConnection;
