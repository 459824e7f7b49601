import type { ConversationType } from './ids.ts';
import type { SdkMessage } from './sdk-message.ts';

/** Chat rooms are named by the SDK's types; Moorage keeps none and rejects with `unsupported`. */
export type SdkChatType = ConversationType | 'chatRoom';

export type HistoryOptions = {
  /** The other user's id, or the group's id. */
  targetId: string;
  /** The last page's `cursor`. From the start: left out, -1, null or `''`. */
  cursor?: number | string | null;
  /** 1 to 50; 20 unless said. */
  pageSize?: number;
  /** `singleChat` unless said. */
  chatType?: SdkChatType;
  /** `up`, unless said: newest to oldest. `down`: oldest to newest. */
  searchDirection?: 'up' | 'down';
  searchOptions?: {
    /** The sender's user id; for groups. */
    from?: string;
    msgTypes?: string[];
    /** ms since 1970. */
    startTime?: number;
    /** ms since 1970. */
    endTime?: number;
  };
  /** Called with what the promise resolves to. */
  readonly success?: (page: SdkHistoryPage) => void;
  /** Called with the SyncError the promise rejects with. */
  readonly fail?: (error: never) => void;
};

export type SdkHistoryPage = {
  /** For the next page; undefined after the last. */
  cursor?: string;
  /** In the order the direction says. */
  messages: SdkMessage[];
  isLast: boolean;
};

export type RemoveHistoryOptions = {
  targetId: string;
  chatType: SdkChatType;
  /** 1 to 50 ids. With ids, `beforeTimeStamp` says nothing. */
  messageIds?: string[];
  /** Removes what is older. ms since 1970. */
  beforeTimeStamp?: number;
};

export interface History {
  /**
   * Reads one page of the service's history, and stores it.
   *
   * @throws {SyncError} `invalid-argument`; `unsupported` for chat rooms; `offline`, `timeout`, `rate-limited`,
   *   `refused`, `bad-response`, `service-failed`
   */
  getHistoryMessages(options: HistoryOptions): Promise<SdkHistoryPage>;
  /** Removes messages for this user, at the service and here. @throws as above */
  removeHistoryMessages(options: RemoveHistoryOptions): Promise<void>;
}
