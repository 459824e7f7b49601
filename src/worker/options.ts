import { CONVERSATION_PAGE_SIZE, SERVICE_TIMEOUT_MS } from '../protocol/limits.ts';
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
  /** How long one call of the service may take. Unit: ms. Default 20 s. */
  readonly serviceTimeoutMs: number;
  /** How long one tab may take to give a token before another is asked. Unit: ms. Default 8 s. */
  readonly tokenTimeoutMs: number;
  /**
   * How long a new engine waits for another one to let go of the account (TB1). Unit: ms. Default 8 s: shorter than a
   * tab waits for its welcome, so that the tab learns the reason.
   */
  readonly ownershipTimeoutMs: number;
};

/** @returns The options with the defaults in place of what was left out. */
export function withDefaults(options: Partial<EngineOptions>): EngineOptions {
  return {
    listPageSize: CONVERSATION_PAGE_SIZE,
    cursorMaxAgeMs: 3_600_000,
    roundsPerWindow: 5,
    roundWindowMs: 60_000,
    headReads: 3,
    headSize: 30,
    retry: { firstMs: 1_000, longestMs: 60_000 },
    serviceTimeoutMs: SERVICE_TIMEOUT_MS,
    tokenTimeoutMs: 8_000,
    ownershipTimeoutMs: 8_000,
    ...options,
  };
}
