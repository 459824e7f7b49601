import type { EngineOptions } from '../options.ts';
import type { ListSync } from '../storage/storage.ts';

/** What a round has to read. */
export type RoundPlan =
  /** The whole list, from a cursor on; `from` is undefined at its start. */
  | { readonly type: 'whole'; readonly from?: ListSync & { readonly cursor: string } }
  /** Every page is stored: what completes a whole reading is missing. */
  | { readonly type: 'complete' }
  /** The head, until a page brings nothing new. */
  | { readonly type: 'head' };

/**
 * Decides what a round has to read (SY7, SY9).
 *
 * - The whole list the first time, when the last whole reading is too long ago, and when it is not to be trusted.
 * - A round that was stopped goes on from its cursor, unless the service may have forgotten that.
 * - A clock that was set tells nothing of how long ago something was: far off counts as long ago, either way.
 */
export function planRound(options: {
  readonly stored: ListSync | undefined;
  readonly isDistrusted: boolean;
  readonly now: number;
  readonly settings: Pick<EngineOptions, 'cursorMaxAgeMs' | 'fullRoundAfterMs'>;
}): RoundPlan {
  const { stored, isDistrusted, now, settings } = options;
  if (stored === undefined || isDistrusted) return { type: 'whole' };
  const { cursor, startedAt, completedAt } = stored;
  if (cursor !== null) {
    const ageMs = now - startedAt;
    return ageMs < 0 || ageMs > settings.cursorMaxAgeMs ? { type: 'whole' } : { type: 'whole', from: { ...stored, cursor } };
  }
  if (completedAt === null) return { type: 'complete' };
  const isLongAgo = Math.abs(now - completedAt) > settings.fullRoundAfterMs;
  return { type: isLongAgo || stored.isDoubted === true ? 'whole' : 'head' };
}
