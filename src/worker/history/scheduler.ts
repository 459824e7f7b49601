import type { ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { BackfillState } from '../../protocol/model.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import { standing } from '../ledger/batches.ts';
import type { Commit, Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import { isSameData } from '../same-data.ts';
import type { HistoryActivity } from './history-activity.ts';
import type { Missing } from './missing.ts';
import { nextWork, type Work } from './next-work.ts';
import { createParking } from './parking.ts';
import type { RequestGate } from './request-gate.ts';
import type { SpanBook } from './span-book.ts';

/** Fetches what is missing of history, the most urgent first, as long as there is a connection (HB5, HB6). */
export interface Scheduler {
  /** There is a connection; `stop`: there is none. */
  start(): void;
  stop(): void;
  /** The conversation list was read: it is known what was missed. Where messages came live, before this engine too, the newest page is compared as well. */
  listed(): void;
  /** Takes note of a commit; {@link Scheduler.poke} then fetches what it asks for. */
  take(commit: Commit): void;
  /** Something may be wanted, or possible, that was not before. */
  poke(): void;
  /** Until `resume`, whatever worker there is then. Both resolve when that is stored, or could not be. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  state(): BackfillState;
}

/**
 * @param options.missing What it looks for in the background.
 * @param options.fetchBelow Fetches and stores a page.
 * @param options.lookedAt What open timelines want: the cursor of a page.
 * @param options.onChange Called when {@link Scheduler.state} became another one.
 */
export function createScheduler(options: {
  readonly ledger: Pick<Ledger, 'listSync' | 'write'>;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly settings: Pick<EngineOptions, 'historyRequests'>;
  readonly retryDelayMs: (attempt: number, failure: SyncError | null) => number;
  readonly gate: RequestGate;
  readonly activity: Pick<HistoryActivity, 'isLoading' | 'isLagging'>;
  readonly book: SpanBook;
  readonly missing: Missing;
  readonly fetchBelow: (key: ConversationKey, cursor: string) => Promise<unknown>;
  readonly lookedAt: () => readonly Omit<Work, 'rank'>[];
  /** Called with why nothing could be fetched last, null since it can; a refusal of one conversation is no such trouble. */
  readonly onTrouble: (error: SyncError | null) => void;
  /** Whether many messages are being sent: they go before what is read in the background. Its end is to be told by a poke. */
  readonly isRush: () => boolean;
  readonly onChange: () => void;
}): Scheduler {
  const { ledger, environment, settings, gate, activity, book, missing } = options;
  const parking = createParking(options);
  const running = new Set<ConversationKey>();
  /** Pages that were fetched on this connection: a service that sends round in circles is not followed. */
  const fetched = new Set<string>();
  let generation = 0;
  let isOnline = false;
  let isListed = false;
  let isKnown = false;
  /** What was asked of this engine; it may not be stored yet. */
  let pausing: boolean | undefined;
  let isPumping = false;
  let isDirty = false;
  let shown: BackfillState | undefined;
  let cancelTimer: CancelTimer = () => undefined;

  const isPaused = (): boolean => pausing ?? ledger.listSync()?.isPaused === true;

  function* works(): Generator<Work> {
    for (const wanted of options.lookedAt()) yield missing.lookedAt(wanted);
    yield* missing.works();
  }

  function* notFetched(): Generator<Work> {
    for (const work of works()) if (work.cursor === '' || !fetched.has(`${work.key} ${work.cursor}`)) yield work;
  }

  const next = (): Work | undefined => {
    const isBackgroundOpen = isListed && isKnown && !isPaused() && parking.isOpen() && !options.isRush();
    return isOnline && running.size < settings.historyRequests && gate.free() > 0
      ? nextWork(notFetched(), { isBackgroundOpen, running, parked: parking.parked, now: environment.now() })
      : undefined;
  };

  const run = async (work: Work): Promise<void> => {
    const { key, cursor } = work;
    const mine = generation;
    running.add(key);
    try {
      await options.fetchBelow(key, cursor);
      if (mine !== generation) return;
      fetched.add(`${key} ${cursor}`);
      const isLagging = cursor === '' && activity.isLagging(key);
      if (isLagging) parking.park(work, null);
      else parking.release(key);
      // One that was asked for before the failure does not end its wait.
      if (parking.isOpen() && gate.waitMs() === 0) parking.calm();
      if (cursor === '' && !isLagging) missing.compared(key);
    } catch (cause) {
      if (mine === generation) parking.park(work, SyncError.from(cause));
    } finally {
      running.delete(key);
      missing.evaluate(key);
      poke();
    }
  };

  const pump = async (): Promise<void> => {
    do {
      isDirty = false;
      // A message that cannot be counted does no harm: the next commit counts again.
      if (isListed && isKnown) await missing.readRecent().catch(missing.forgetRecent);
      else missing.forgetRecent();
      for (let work = next(); work !== undefined; work = next()) void run(work);
    } while (isDirty);
    isPumping = false;
    // What could not be fetched is not missed any more: its conversation is gone, or somebody else fetched it. Paused, nothing is tried.
    if (isPaused() || typeNow() === 'done') parking.calm();
    sleep();
    tell();
  };

  const poke = (): void => {
    isDirty = true;
    if (isPumping) return;
    isPumping = true;
    void pump();
  };

  /** Wakes when the next of the waits is over. */
  const sleep = (): void => {
    cancelTimer();
    const now = environment.now();
    const waits = [now + gate.waitMs(), ...parking.ends()].filter((at) => at > now && at < Infinity);
    if (isOnline && waits.length > 0) cancelTimer = environment.setTimer(poke, Math.min(...waits) - now);
  };

  const left = (): number => new Set([...missing.recent().map(({ key }) => key), ...missing.inDepth().filter((key) => running.has(key))]).size;

  const typeNow = (): BackfillState['type'] => {
    if (isPaused()) return 'paused';
    if (!isOnline || !isListed || !isKnown) return 'waiting';
    if (running.size > 0) return 'running';
    return missing.isNothing() ? 'done' : 'waiting';
  };

  const state = (): BackfillState => {
    const total = isListed || (ledger.listSync()?.completedAt ?? null) !== null ? missing.inDepth().length : null;
    const done = isListed && isKnown && total !== null ? total - left() : 0;
    return { type: typeNow(), done, total, error: [...parking.parked.values()].at(-1)?.failure?.toData() ?? null };
  };

  const tell = (): void => {
    const now = state();
    if (isSameData(now, shown)) return;
    shown = now;
    options.onTrouble(parking.trouble());
    options.onChange();
  };

  const halt = (): void => {
    generation += 1;
    isListed = false;
    parking.clear();
    fetched.clear();
    cancelTimer();
  };

  const setPaused = async (isPausedNow: boolean): Promise<void> => {
    pausing = isPausedNow;
    poke();
    await ledger.write(() => (isPausedNow === (ledger.listSync()?.isPaused ?? false) ? {} : { listSync: standing(ledger, { isPaused: isPausedNow }) })).catch(() => undefined);
  };

  const lookThrough = (): void => {
    missing.lookThrough({ isListed });
    poke();
  };

  void book.loaded.then(() => {
    isKnown = true;
    lookThrough();
  });

  return {
    start() {
      halt();
      isOnline = true;
      poke();
    },
    stop() {
      halt();
      isOnline = false;
      poke();
    },
    listed() {
      isListed = true;
      lookThrough();
    },
    take(commit) {
      book.take(commit);
      for (const { conversation, spans } of commit.spans) {
        // Somebody else had more luck with it.
        if (activity.isLoading(conversation)) parking.release(conversation);
        if (spans.length === 0) fetched.clear();
      }
      missing.take(commit);
    },
    poke,
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    state,
  };
}
