import type { ConversationWindow } from '../protocol/conversation-window.ts';
import type { ConversationRef } from '../protocol/ids.ts';
import type { Account, BackfillState, Conversation, HistoryState, JumpTarget, OutgoingMessage, Status } from '../protocol/model.ts';
import type { QueryValue } from '../protocol/queries.ts';
import type { LocalCache } from '../protocol/sdk-local-cache.ts';
import type { LogOutOptions } from '../protocol/worker-api.ts';
import type { ContactMethods, EventHandlers, Sdk } from './sdk-declarations.ts';
import type { LiveQuery } from './store/live-query.ts';

/**
 * A window on a conversation's messages, moved by its reader. It opens at the newest ones and follows them.
 *
 * - Concurrent calls that ask for the same are one.
 * - Each rejects with what the service was asked for and did not give: `offline`, `timeout`, `rate-limited`, `refused`,
 *   `bad-response`, `cursor-expired`, `service-failed`; or `worker-lost`: call again.
 * - The death of a worker does not move it.
 */
export interface Timeline extends LiveQuery<QueryValue['timeline']> {
  /**
   * Widens the window by up to 50 older messages, from storage or the service.
   *
   * @returns How many were added, and whether there may be more. Added 0 with more: the service answered with an empty page.
   */
  readonly loadOlder: () => Promise<{ readonly added: number; readonly hasOlder: boolean }>;
  /** The same for newer messages, after a jump. Without newer ones it does nothing. */
  readonly loadNewer: () => Promise<{ readonly added: number; readonly hasNewer: boolean }>;
  /**
   * Opens the window anew around a message or a time; null: at the newest messages.
   *
   * @throws {SyncError} `not-found` when the message is neither stored nor known to the service
   */
  readonly jumpTo: (target: JumpTarget) => Promise<void>;
  /**
   * Fetches one page of a hole (HB4).
   *
   * @param hole The key of the hole's item.
   * @throws {SyncError} `not-found` when the window shows no such hole
   */
  readonly fill: (hole: string) => Promise<{ readonly added: number }>;
}

/** The background reading of history (HB6): its progress, and its brake. The brake is the account's, not the tab's. */
export interface Backfill extends LiveQuery<BackfillState> {
  /** Stops it until `resume`; what tabs look at is fetched all the same. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
}

/**
 * A tab's connection to the one engine of its account. What it shows is the same in every tab, online or off.
 *
 * Every promise settles: answered, or rejected with a SyncError, whatever dies (TB3). After `close` all reject with `closed`.
 */
export interface Chat {
  readonly account: Account;

  /**
   * The conversation list: pinned ones first, then by the last message, latest first. All of it, or a window on those that a
   * filter and a search by name let through; `total` says how many these are.
   *
   * - A tab is sent the rows of its window when they change, and nothing else.
   *
   * @throws {SyncError} `invalid-argument`, at once
   */
  conversations(options?: ConversationWindow): LiveQuery<QueryValue['conversations']>;
  /** One conversation; null when it is not stored. @throws {SyncError} `invalid-argument`, at once */
  conversation(ref: ConversationRef): LiveQuery<Conversation | null>;
  /** Messages of a conversation, oldest first. @throws {SyncError} `invalid-argument`, at once */
  timeline(ref: ConversationRef): Timeline;
  /** How much of a conversation's history is stored. @throws {SyncError} `invalid-argument`, at once */
  history(ref: ConversationRef): LiveQuery<HistoryState>;
  readonly backfill: Backfill;
  /** The total of all unread counts. */
  readonly unread: LiveQuery<number>;
  /** The total without conversations that are muted (do not disturb). */
  readonly unmutedUnread: LiveQuery<number>;
  /** How many unread messages mention this user. */
  readonly mentions: LiveQuery<number>;
  /** What waits to be told to the service, in the order it was asked for. */
  readonly outbox: LiveQuery<QueryValue['outbox']>;
  /** Where things stand, in honest words. Known from the first answer of the worker on, subscribed to or not. */
  readonly status: LiveQuery<Status>;

  /**
   * Says which conversation this tab shows; null: none. As long as the page is visible and has the focus, which is
   * followed from here on, what comes into that conversation is read, in every tab (UR4).
   *
   * - It holds until the next call, also for later workers. A tab that closes or dies shows nothing.
   *
   * @returns Takes it back, unless something else has been presented since: a view that goes may do so after the next has come.
   * @throws {SyncError} `invalid-argument`, at once
   */
  present(ref: ConversationRef | null): () => void;
  /** Shows a conversation as unread, in every tab of this browser, until it is read. It changes no count. */
  markUnread(ref: ConversationRef): Promise<void>;

  /**
   * Sends a message.
   *
   * - It resolves once the message is stored durably, offline too; the timeline shows what becomes of it.
   * - A command (`cmd`) is kept nowhere: it resolves once it is sent, and rejects where it cannot be sent now.
   *
   * @returns The message's client id, which `retry` and `discard` take.
   */
  send(message: OutgoingMessage): Promise<{ readonly clientId: string }>;
  /** Has something of the outbox that has failed, or is in doubt, tried again now. @throws {SyncError} `not-found` when nothing waits under this client id */
  retry(clientId: string): Promise<void>;
  /**
   * Takes something out of the outbox. What is just being told is waited for, an upload is ended; doing it twice is doing it once.
   *
   * @throws {SyncError} `not-found` when nothing waits under this client id: the service has it
   */
  discard(clientId: string): Promise<void>;
  /** Reads the head of the conversation list now, within the budget of rounds (SY5). */
  refresh(): Promise<void>;

  /**
   * Hears what the service tells, in the SDK's way: handlers by the names of its events. The same id again replaces them.
   *
   * - An event comes when what it means is stored, and in the SDK's order; live ones only: what a tab has missed, or what was
   *   fetched first, the live queries show. `onConnected` is told to whoever asks for it later, too.
   * - A payload is the SDK's own, without what cannot cross a port.
   * - A handler that throws disturbs nobody; its error is reported like an uncaught one.
   *
   * @throws {SyncError} `invalid-argument`, at once
   */
  addEventHandler(id: string, handlers: EventHandlers): void;
  removeEventHandler(id: string): void;

  /** The SDK's methods on what is stored here. */
  readonly localCache: LocalCache;
  /** The SDK's methods on what the service has: all of its contact plugin, see docs/sdk-methods.md. */
  readonly contact: ContactMethods;
  readonly sdk: Sdk;

  /**
   * Ends the login and wipes the account's data in this browser; every tab of the account is signed out (ST5).
   *
   * - Where messages or commands wait to be sent, `queued` says what becomes of them: `send` them first, for as long as
   *   `timeoutMs`, `keep` them for the next login of this account, or `discard` them (OB4).
   *
   * @throws {SyncError} `refused`, nothing done, when something waits and `queued` is left out, or could not be sent:
   *   `details.reason` is `outbox-not-empty`, `details.waiting` how many.
   */
  logOut(options?: LogOutOptions): Promise<void>;
  /** Ends this tab's connection. Calls in flight, and later ones, reject with `closed`. Idempotent. */
  close(): void;
}
