import type { ConversationRef } from '../protocol/ids.ts';
import type { Account, Conversation, OutgoingMessage, Status } from '../protocol/model.ts';
import type { QueryValue } from '../protocol/queries.ts';
import type { LiveQuery } from './store/live-query.ts';
import type { Contact } from '../protocol/sdk-contact.ts';
import type { LocalCache } from '../protocol/sdk-local-cache.ts';

/** A timeline that can be read further back. */
export interface Timeline extends LiveQuery<QueryValue['timeline']> {
  /**
   * Widens the timeline by up to 50 older messages, from storage or the service. Concurrent calls are one.
   *
   * @returns How many were added, and whether there may be more. Added 0 with more: the service answered with an empty page.
   * @throws {SyncError} `offline`, `timeout`, `bad-response`, `cursor-expired`, `service-failed`; `worker-lost`: call again
   */
  readonly loadOlder: () => Promise<{ readonly added: number; readonly hasOlder: boolean }>;
}

/**
 * A tab's connection to the one engine of its account. What it shows is the same in every tab, online or off.
 *
 * Every promise settles: answered, or rejected with a SyncError, whatever dies (TB3). After `close` all reject with `closed`.
 */
export interface Chat {
  readonly account: Account;

  /**
   * The conversation list: pinned ones first, then by the last message, latest first.
   *
   * @param options.limit How many rows, from 1 on; all of them unless said.
   * @throws {SyncError} `invalid-argument`, at once
   */
  conversations(options?: { readonly limit?: number }): LiveQuery<QueryValue['conversations']>;
  /** One conversation; null when it is not stored. @throws {SyncError} `invalid-argument`, at once */
  conversation(ref: ConversationRef): LiveQuery<Conversation | null>;
  /** The newest messages of a conversation, oldest first. @throws {SyncError} `invalid-argument`, at once */
  timeline(ref: ConversationRef): Timeline;
  /** The total of all unread counts. */
  readonly unread: LiveQuery<number>;
  /** The total without conversations that are muted (do not disturb). */
  readonly unmutedUnread: LiveQuery<number>;
  /** How many unread messages mention this user. */
  readonly mentions: LiveQuery<number>;
  /** Where things stand, in honest words. Known from the first answer of the worker on, subscribed to or not. */
  readonly status: LiveQuery<Status>;

  /**
   * Sends a message.
   *
   * - It resolves once the message is stored durably, offline too; the timeline shows what becomes of it.
   *
   * @returns The message's client id, which `retry` and `discard` take.
   */
  send(message: OutgoingMessage): Promise<{ readonly clientId: string }>;
  /** Sends a failed message again. */
  retry(clientId: string): Promise<void>;
  /** Takes a failed or queued message out of the outbox. */
  discard(clientId: string): Promise<void>;
  /** Reads the head of the conversation list now, within the budget of rounds (SY5). */
  refresh(): Promise<void>;

  /** The SDK's methods on what is stored here. */
  readonly localCache: LocalCache;
  /** The SDK's methods on what the service has. */
  readonly contact: Contact;

  /** Ends the login and wipes the account's data in this browser; every tab of the account is signed out (ST5). */
  logOut(): Promise<void>;
  /** Ends this tab's connection. Calls in flight, and later ones, reject with `closed`. Idempotent. */
  close(): void;
}
