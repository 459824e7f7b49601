import type { SyncError } from '../../protocol/errors.ts';
import { askedWaitMs } from '../refusal.ts';

/** How long to wait before the next attempt. */
export type RetryDelays = {
  /** Upper bound of the first wait. Unit: ms. */
  readonly firstMs: number;
  /** Upper bound of every wait. Unit: ms. */
  readonly longestMs: number;
};

/**
 * Exponential backoff with full jitter: many clients that lost one service do not come back in step.
 *
 * @param attempt Failures so far, from 1 on.
 * @param options.random Uniform in [0, 1).
 * @param options.failure What the service said when it failed; a wait it asked for is kept.
 * @returns ms; at least a tenth of the bound, so that an unlucky draw is not a busy loop.
 */
export function retryDelayMs(
  attempt: number,
  { random, firstMs, longestMs, failure }: RetryDelays & { readonly random: number; readonly failure?: SyncError | null | undefined },
): number {
  const bound = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(Math.round(bound * (0.1 + 0.9 * random)), askedWaitMs(failure) ?? 0);
}
