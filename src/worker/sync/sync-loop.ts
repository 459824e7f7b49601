import { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import { standing } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import { tooEarly } from '../refusal.ts';
import type { RoundBudget } from './round-budget.ts';
import type { Round, RoundProgress } from './round.ts';

/** How the reading of the list stands. */
export type SyncFacts = RoundProgress & {
  /** Whether the list was read since the connection was made. */
  readonly isComplete: boolean;
  /** Why the last attempt failed, or must wait; null while nothing is wrong. */
  readonly error: SyncError | null;
};

/**
 * Each recheck on one connection makes the next wait twice as long, so often at most: from 10 s to 160 s. A service whose
 * list never agrees with its events costs no storm, and leaves most of the budget to others.
 */
const RECHECK_DOUBLINGS = 4;

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
  /** The list and what was changed here contradict each other: the list is read again when its lag must be over (SY6). */
  recheck(): void;
  facts(): SyncFacts;
  close(): void;
}

/**
 * @param options.isDoubted Whether a contradiction is still open.
 * @param options.onChange Called whenever {@link SyncLoop.facts} may have changed.
 * @param options.onComplete Called after each round that came to its end.
 */
export function createSyncLoop(options: {
  readonly round: Round;
  readonly budget: RoundBudget;
  readonly ledger: Pick<Ledger, 'listSync' | 'write'>;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly settings: Pick<EngineOptions, 'listLagMs'>;
  readonly isDoubted: () => boolean;
  readonly retryDelayMs: (attempt: number, failure: SyncError | null) => number;
  readonly onChange: () => void;
  readonly onComplete: () => void;
}): SyncLoop {
  const { round, budget, ledger, environment, onChange } = options;
  let running: { readonly generation: number; readonly done: Promise<void> } | undefined;
  let generation = 0;
  let isOnline = false;
  let isComplete = false;
  let isDistrusted = false;
  let error: SyncError | null = null;
  let failures = 0;
  let cancelTimer: CancelTimer = () => undefined;
  let cancelRecheck: CancelTimer | undefined;
  let rechecks = 0;

  /** An engine that is started again and again must not ask a service that said "later". */
  const keepRefusal = (): void => {
    const refused = budget.refusal();
    if (refused) ledger.write(() => (ledger.listSync()?.refused === refused ? {} : { listSync: standing(ledger, { refused }) })).catch(() => undefined);
  };

  const runOnce = async (mine: number): Promise<void> => {
    const isWanted = (): boolean => isOnline && generation === mine;
    const wasDistrusted = isDistrusted;
    isDistrusted = false;
    try {
      await round.read({ isWanted, isDistrusted: wasDistrusted });
      if (!isWanted()) throw new SyncError('offline', 'there is no connection');
      isComplete = !isDistrusted;
      error = null;
      failures = 0;
      options.onComplete();
    } catch (cause) {
      if (isWanted()) {
        error = SyncError.from(cause);
        failures += 1;
        if (error.code === 'rate-limited') keepRefusal();
      }
      throw cause;
    } finally {
      onChange();
    }
  };

  /** One round at a time: whoever wants one while it runs gets that one. */
  const begin = (): Promise<void> => {
    if (running !== undefined) return running.done;
    budget.spend();
    const done = runOnce(generation).finally(() => {
      running = undefined;
    });
    running = { generation, done };
    return done;
  };

  /** How long it takes until a round may begin; one that runs is shared at once. */
  const waitMs = (): number => (running === undefined ? budget.waitMs() : 0);

  const retryMs = (): number => options.retryDelayMs(Math.max(failures, 1), error);

  const keepTrying = (mine: number): void => {
    if (!isOnline || generation !== mine || isComplete) return;
    const beginMs = waitMs();
    if (failures === 0) error = beginMs > 0 ? tooEarly(beginMs) : null;
    onChange();
    if (beginMs > 0) return later(mine, beginMs);
    begin().then(
      // A round shared with an earlier connection may have ended early.
      () => keepTrying(mine),
      () => {
        if (generation === mine && isOnline) later(mine, retryMs());
      },
    );
  };

  const later = (mine: number, delayMs: number): void => {
    cancelTimer = environment.setTimer(() => keepTrying(mine), delayMs);
  };

  const recheckIn = (delayMs: number): void => {
    cancelRecheck ??= environment.setTimer(() => {
      cancelRecheck = undefined;
      // Where there is no connection, the next one begins with a round that knows of it.
      if (!isOnline || !options.isDoubted()) return;
      const beginMs = waitMs();
      if (beginMs > 0) return recheckIn(beginMs);
      rechecks = Math.min(rechecks + 1, RECHECK_DOUBLINGS);
      begin().catch(() => recheckIn(retryMs()));
    }, delayMs);
  };

  const halt = (): void => {
    generation += 1;
    isOnline = false;
    isComplete = false;
    error = null;
    failures = 0;
    rechecks = 0;
    cancelTimer();
    cancelRecheck?.();
    cancelRecheck = undefined;
  };

  return {
    start() {
      halt();
      isOnline = true;
      budget.restore(ledger.listSync()?.refused);
      keepTrying(generation);
    },
    stop() {
      halt();
      onChange();
    },
    async refresh() {
      // A round of the connection before ends without having read what is asked for.
      if (running !== undefined && running.generation !== generation) await running.done.catch(() => undefined);
      if (!isOnline) throw new SyncError('offline', 'there is no connection');
      const beginMs = waitMs();
      if (beginMs > 0) throw tooEarly(beginMs);
      await begin();
    },
    distrust() {
      isDistrusted = true;
      isComplete = false;
      keepTrying(generation);
    },
    recheck: () => recheckIn(options.settings.listLagMs * 2 ** rechecks),
    facts: () => ({ ...round.progress(), isComplete, error }),
    close: halt,
  };
}
