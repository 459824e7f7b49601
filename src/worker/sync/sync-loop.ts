import { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import type { RoundBudget } from './round-budget.ts';
import type { Round } from './round.ts';

/** How the reading of the list stands. */
export type SyncFacts = {
  /** Whether the list was read since the connection was made. */
  readonly isComplete: boolean;
  readonly done: number;
  /** Why the last attempt failed; null while none did. */
  readonly error: SyncError | null;
};

/** Keeps the conversation list read while there is a connection. */
export interface SyncLoop {
  /** There is a connection: a round begins, and is tried until it is complete. */
  start(): void;
  /** The connection is gone. The round goes on at the next start. */
  stop(): void;
  /**
   * Reads the list now. Everyone who asks while a round runs shares it (SY5).
   *
   * @throws {SyncError} `offline`; `rate-limited` with `details.retryAfterMs` when the budget of rounds is spent; what
   *   the service rejects with
   */
  refresh(): Promise<void>;
  /** What is known of the list cannot be trusted: the whole of it is read again as soon as the budget allows. */
  distrust(): void;
  facts(): SyncFacts;
  close(): void;
}

/**
 * @param options.onChange Called whenever {@link SyncLoop.facts} may have changed.
 * @param options.onComplete Called after each round that came to its end.
 */
export function createSyncLoop(options: {
  readonly round: Round;
  readonly budget: RoundBudget;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly retryDelayMs: (attempt: number, failure: SyncError | null) => number;
  readonly onChange: () => void;
  readonly onComplete: () => void;
}): SyncLoop {
  const { round, budget, environment, onChange } = options;
  let running: Promise<void> | undefined;
  let generation = 0;
  let isOnline = false;
  let isComplete = false;
  let isDistrusted = false;
  let error: SyncError | null = null;
  let failures = 0;
  let cancelTimer: CancelTimer = () => undefined;

  const runOnce = async (mine: number): Promise<void> => {
    const isWanted = (): boolean => isOnline && generation === mine;
    const isWhole = isDistrusted;
    isDistrusted = false;
    try {
      await round.read({ isWanted, isWhole });
      if (!isWanted()) throw new SyncError('offline', 'there is no connection');
      isComplete = !isDistrusted;
      error = null;
      failures = 0;
      options.onComplete();
    } catch (cause) {
      if (isWanted()) {
        error = SyncError.from(cause);
        failures += 1;
      }
      throw cause;
    } finally {
      onChange();
    }
  };

  /** One round at a time: whoever wants one while it runs gets that one. */
  const begin = (): Promise<void> => {
    if (running !== undefined) return running;
    budget.spend();
    const run = runOnce(generation).finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  };

  const keepTrying = (mine: number): void => {
    if (!isOnline || generation !== mine || isComplete) return;
    const waitMs = budget.waitMs();
    if (running === undefined && waitMs > 0) return later(mine, waitMs);
    begin().then(
      // A round shared with an earlier connection may have ended early.
      () => keepTrying(mine),
      () => {
        if (generation === mine && isOnline) later(mine, options.retryDelayMs(Math.max(failures, 1), error));
      },
    );
  };

  const later = (mine: number, delayMs: number): void => {
    cancelTimer = environment.setTimer(() => keepTrying(mine), delayMs);
  };

  const halt = (): void => {
    generation += 1;
    isOnline = false;
    isComplete = false;
    error = null;
    failures = 0;
    cancelTimer();
  };

  return {
    start() {
      halt();
      isOnline = true;
      keepTrying(generation);
      onChange();
    },
    stop() {
      halt();
      onChange();
    },
    async refresh() {
      if (!isOnline) throw new SyncError('offline', 'there is no connection');
      const waitMs = budget.waitMs();
      if (running === undefined && waitMs > 0) {
        throw new SyncError('rate-limited', 'too many rounds', { details: { retryAfterMs: waitMs } });
      }
      await begin();
    },
    distrust() {
      isDistrusted = true;
      isComplete = false;
      keepTrying(generation);
      onChange();
    },
    facts: () => ({ isComplete, done: round.done(), error }),
    close: halt,
  };
}
