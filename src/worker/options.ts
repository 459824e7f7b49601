import { CONVERSATION_PAGE_SIZE, MAX_FILE_BYTES, SERVICE_TIMEOUT_MS } from '../protocol/limits.ts';
import type { RetryDelays } from './sync/retry-delay.ts';

/** What an application can set of the engine. Every field has a default. */
export type EngineOptions = {
  /** Conversations per list request of a round. 1 to 50. Default 50. */
  readonly listPageSize: number;
  /**
   * A stored cursor older than this is not gone on with: the round starts again (SY7). Unit: ms. Default 1 h.
   * A cursor older than the service remembers would be refused, which costs one request and ends the same.
   */
  readonly cursorMaxAgeMs: number;
  /**
   * The whole list is read again when it was last read whole longer ago than this; before that, its head is enough (SY9).
   * Unit: ms. Default 7 days: so long the service keeps what it could not deliver. What happened on other devices before
   * that, and brought no conversation to the head, nothing tells of any more. Tombstones are kept as long.
   */
  readonly fullRoundAfterMs: number;
  /**
   * How much the service's list may lag behind what is told live: a pin, a mark or a deletion that became known here
   * later than this before a list was asked for is not undone by it (SY6). Unit: ms. Default 10 s.
   */
  readonly listLagMs: number;
  /** Whether rounds read conversations without a message, too. Default false; they count towards the service's limit. */
  readonly includeEmptyConversations: boolean;
  /** Rounds an account may begin within {@link EngineOptions.roundWindowMs} (SY5). Default 5, the service's own limit. */
  readonly roundsPerWindow: number;
  /** Unit: ms. Default 60 s. */
  readonly roundWindowMs: number;
  /** After the last page, how often the head of the list is read again at most, while it brings something new (SY4). */
  readonly headReads: number;
  /** Conversations that are there before the whole list is read from storage. Default 30: a first screen. */
  readonly headSize: number;
  /** Waits between attempts to connect, to read the list and to send. Default 1 s, growing to 60 s. */
  readonly retry: RetryDelays;
  /** How long nothing more must be read in a conversation before the service is told that it was read (UR4). Unit: ms. Default 500. */
  readonly acknowledgeDelayMs: number;
  /**
   * How long after a lost answer its absence from history is believed, and a message is sent again (OB3). Unit: ms. Default 3 s.
   * Shorter than the service's history lags behind, messages are sent twice.
   */
  readonly lookUpDelayMs: number;
  /** How long one call of the service may take. Unit: ms. Default 20 s. */
  readonly serviceTimeoutMs: number;
  /** How long one tab may take to give a token before another is asked. Unit: ms. Default 8 s. */
  readonly tokenTimeoutMs: number;
  /**
   * How long a new engine waits for another one to let go of the account (TB1). Unit: ms. Default 8 s: shorter than a
   * tab waits for its welcome, so that the tab learns the reason.
   */
  readonly ownershipTimeoutMs: number;
  /** Messages a timeline shows at most; those at its far end are let go. Default 500. */
  readonly timelineWindow: number;
  /** Requests for history at a time, those of tabs included (HB6). Default 2. */
  readonly historyRequests: number;
  /** How much history is read by itself: of how many conversations, from the head of the list, how many messages. 0: none. Default 20, 50. */
  readonly backfill: { readonly conversations: number; readonly messages: number };
  /**
   * The largest file a message may bring; a larger one is refused at the door. Unit: bytes. Default 10 MiB, what the service documents.
   * Above what the service takes: where its refusal cannot be read by scripts, that looks like a lost connection, and is tried again.
   */
  readonly maxFileBytes: number;
};

/** @returns The options with the defaults in place of what was left out. */
export function withDefaults(options: Partial<EngineOptions>): EngineOptions {
  return {
    listPageSize: CONVERSATION_PAGE_SIZE,
    cursorMaxAgeMs: 3_600_000,
    fullRoundAfterMs: 7 * 86_400_000,
    listLagMs: 10_000,
    includeEmptyConversations: false,
    roundsPerWindow: 5,
    roundWindowMs: 60_000,
    headReads: 3,
    headSize: 30,
    retry: { firstMs: 1_000, longestMs: 60_000 },
    acknowledgeDelayMs: 500,
    lookUpDelayMs: 3_000,
    serviceTimeoutMs: SERVICE_TIMEOUT_MS,
    tokenTimeoutMs: 8_000,
    ownershipTimeoutMs: 8_000,
    timelineWindow: 500,
    historyRequests: 2,
    backfill: { conversations: 20, messages: 50 },
    maxFileBytes: MAX_FILE_BYTES,
    ...options,
  };
}
