import type { SyncErrorData } from './errors.ts';
import type { ConversationRef } from './ids.ts';
import type { JumpTarget, Message, OutgoingMessage } from './model.ts';
import type { Contact } from './sdk-contact.ts';
import type { LocalCache } from './sdk-local-cache.ts';

/** How a call's result crosses the port: errors keep their code and details (ER1). */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SyncErrorData };

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
 * How a login ends where messages or commands wait to be told to the service (OB4).
 *
 * - `queued`: `send` waits until they are told, and is refused when that takes too long; `keep` wipes all but them, and they
 *   are told when the same account signs in next; `discard` wipes them as well. Left out: refused where any waits.
 */
export type LogOutOptions = {
  readonly queued?: 'send' | 'keep' | 'discard';
  /** How long `send` waits. Unit: ms. 0 to 30,000; default 15,000. */
  readonly timeoutMs?: number;
};

/**
 * The calls a tab can make: the SDK's methods by their own names, and Moorage's.
 *
 * - Each takes one object, as the application gave it. The worker is the one that checks it: bad input rejects with
 *   `invalid-argument`, with nothing stored or sent (ER2). Callbacks among the SDK's options stay in the tab.
 * - Every call settles (TB3).
 */
export interface WorkerApi extends LocalCache, Contact {
  /** The SDK's methods by their names: `sdk.group.getGroupInfo`. An object is what the method is given, a list its arguments. */
  readonly [method: `sdk.${string}`]: (given?: unknown) => Promise<unknown>;
  /** Widens the window of a timeline subscription of this tab by up to 50 older messages, from storage or the service. */
  loadOlder(options: { readonly subscription: number }): Promise<{ readonly added: number; readonly hasOlder: boolean }>;
  /** Shows up to 50 newer messages below the window, from storage or the service. */
  loadNewer(options: { readonly subscription: number }): Promise<{ readonly added: number; readonly hasNewer: boolean }>;
  /** Fetches one page of a hole; `hole` is its item's key. @throws {SyncError} `not-found` when the timeline shows no such hole */
  fill(options: { readonly subscription: number; readonly hole: string }): Promise<{ readonly added: number }>;
  /**
   * Opens the timeline anew around a message or a time; null: at the newest.
   *
   * @throws {SyncError} `not-found` when the message is neither stored nor known to the service; what the service rejects with
   */
  jumpTo(options: { readonly subscription: number; readonly target: JumpTarget }): Promise<void>;
  /** Stops the background reading of history, until `resumeBackfill`; what tabs look at is fetched all the same. */
  pauseBackfill(): Promise<void>;
  resumeBackfill(): Promise<void>;
  /** Shows a conversation as unread until it is read; here and in every tab, not on other devices. */
  markConversationUnread(options: ConversationRef): Promise<void>;
  /** Resolves once the message is stored durably; the timeline shows what becomes of it. @returns Its client id. */
  send(message: OutgoingMessage): Promise<{ readonly clientId: string }>;
  /** Has something of the outbox that has failed, or is in doubt, tried again now. @throws {SyncError} `not-found` when nothing waits under this client id */
  retry(options: { readonly clientId: string }): Promise<void>;
  /**
   * Takes something out of the outbox. What is just being told is waited for, an upload is ended; doing it twice is doing it once.
   *
   * @throws {SyncError} `not-found` when nothing waits under this client id: the service has it
   */
  discard(options: { readonly clientId: string }): Promise<void>;

  /** Reads the head of the conversation list now, within the budget of rounds (SY5). */
  refresh(): Promise<void>;
  /**
   * Ends the login and wipes the account's database; every tab of the account is signed out (ST5, OB4).
   *
   * @throws {SyncError} `refused` with `details.reason` `outbox-not-empty` and `details.waiting`, how many; nothing has happened then
   */
  logOut(options?: LogOutOptions): Promise<void>;
}
