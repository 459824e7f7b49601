import { SyncError } from '../../protocol/errors.ts';
import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { BackfillState } from '../../protocol/model.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import type { Commit, Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import type { Depth } from './depth.ts';
import type { HistoryActivity } from './history-activity.ts';
import { deepening, missedIn, nextWork, type Known, type Work } from './next-work.ts';
import type { RequestGate } from './request-gate.ts';
import type { SpanBook } from './span-book.ts';

/** Fetches what is missing of history, the most urgent first, as long as there is a connection (HB5, HB6). */
export interface Scheduler {
  /** There is a connection; `stop`: there is none. */
  start(): void;
  stop(): void;
  /** The conversation list was read: it is known what was missed. Where messages came live, before this engine too, the newest page is compared as well. */
  listed(): void;
  take(commit: Commit): void;
  /** Something may be wanted, or possible, that was not before. */
  poke(): void;
  pause(): void;
  resume(): void;
  state(): BackfillState;
}

type Parked = { readonly until: number; readonly attempts: number; readonly failure: SyncError };

/**
 * @param options.fetchBelow Fetches and stores a page.
 * @param options.lookedAt What open timelines want: the cursor of a page.
 * @param options.isEvicted Whether there was no room for it, and nobody has asked since.
 * @param options.onChange Called when {@link Scheduler.state} became another one.
 */
export function createScheduler(options: {
  readonly ledger: Pick<Ledger, 'directory' | 'listSync'>;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly settings: Pick<EngineOptions, 'backfill' | 'historyRequests'>;
  readonly retryDelayMs: (attempt: number, failure: SyncError) => number;
  readonly gate: RequestGate;
  readonly activity: HistoryActivity;
  readonly book: SpanBook;
  readonly depth: Depth;
  readonly fetchBelow: (key: ConversationKey, cursor: string) => Promise<unknown>;
  readonly lookedAt: () => readonly Omit<Work, 'rank'>[];
  readonly isEvicted: (key: ConversationKey) => boolean;
  /** Called with why nothing could be fetched last, null since it can; a refusal of one conversation is no such trouble. */
  readonly onTrouble: (error: SyncError | null) => void;
  readonly onChange: () => void;
}): Scheduler {
  const { ledger, environment, settings, gate, activity, book, depth } = options;
  const running = new Set<ConversationKey>();
  const behind = new Set<ConversationKey>();
  /** Where messages came live since the newest page was compared, and it is to be compared now. */
  const unproven = new Set<ConversationKey>();
  /** Conversations that failed on this connection. */
  const parked = new Map<ConversationKey, Parked>();
  /** Pages that were fetched on this connection: a service that sends round in circles is not followed. */
  const fetched = new Set<string>();
  let recent: readonly Work[] = [];
  let failures = 0;
  let resumeAt = 0;
  let trouble: SyncError | null = null;
  let generation = 0;
  let isOnline = false;
  let isListed = false;
  let isKnown = false;
  let isPaused = false;
  let isPumping = false;
  let isDirty = false;
  let shown = '';
  let cancelTimer: CancelTimer = () => undefined;

  const known = (key: ConversationKey): Known => ({ row: ledger.directory.row(key), spans: book.of(key), isAsked: activity.isAsked(key) });

  const missed = (key: ConversationKey): string | null => (unproven.has(key) ? '' : missedIn(known(key)));

  const evaluate = (key: ConversationKey): void => {
    if (ledger.directory.row(key) !== undefined && missed(key) !== null) behind.add(key);
    else behind.delete(key);
  };

  const inDepth = (): readonly ConversationKey[] =>
    settings.backfill.messages === 0
      ? []
      : ledger.directory.list(settings.backfill.conversations).map(conversationKey).filter((key) => !options.isEvicted(key));

  const readRecent = async (): Promise<readonly Work[]> => {
    const works: Work[] = [];
    for (const key of inDepth()) {
      const cursor = missed(key) ?? deepening(known(key), await depth.isReached(key, book.of(key)));
      if (cursor !== null) works.push({ key, cursor, rank: 'recent' });
    }
    return works;
  };

  function* works(): Generator<Work> {
    for (const wanted of options.lookedAt()) yield { ...wanted, rank: 'looked-at' };
    for (const key of behind) {
      const cursor = missed(key);
      if (cursor !== null) yield { key, cursor, rank: 'behind' };
    }
    yield* recent;
  }

  function* notFetched(): Generator<Work> {
    for (const work of works()) if (work.cursor === '' || !fetched.has(`${work.key} ${work.cursor}`)) yield work;
  }

  const next = (): Work | undefined => {
    const now = environment.now();
    const isBackgroundOpen = isListed && isKnown && !isPaused && resumeAt <= now;
    return isOnline && running.size < settings.historyRequests && gate.free() > 0
      ? nextWork(notFetched(), { isBackgroundOpen, running, parked, now })
      : undefined;
  };

  const run = async ({ key, cursor, rank }: Work): Promise<void> => {
    const mine = generation;
    running.add(key);
    try {
      await options.fetchBelow(key, cursor);
      if (mine !== generation) return;
      fetched.add(`${key} ${cursor}`);
      parked.delete(key);
      // One that was asked for before the failure does not end its wait.
      if (resumeAt <= environment.now() && gate.waitMs() === 0) {
        failures = 0;
        trouble = null;
      }
      if (cursor === '') unproven.delete(key);
    } catch (cause) {
      if (mine === generation) park(key, rank, SyncError.from(cause));
    } finally {
      running.delete(key);
      evaluate(key);
      poke();
    }
  };

  /** A refusal is for this connection, and for this conversation only; anything else is tried again, later each time (HB6). */
  const park = (key: ConversationKey, rank: Work['rank'], failure: SyncError): void => {
    const now = environment.now();
    const attempts = (parked.get(key)?.attempts ?? 0) + 1;
    parked.set(key, { attempts, failure, until: failure.retryable ? now + options.retryDelayMs(attempts, failure) : Infinity });
    if (!failure.retryable || rank === 'looked-at') return;
    failures += 1;
    trouble = failure;
    resumeAt = now + options.retryDelayMs(failures, failure);
  };

  const pump = async (): Promise<void> => {
    do {
      isDirty = false;
      // A message that cannot be counted does no harm: the next commit counts again.
      recent = isListed && isKnown ? await readRecent().catch(() => []) : [];
      for (let work = next(); work !== undefined; work = next()) void run(work);
    } while (isDirty);
    isPumping = false;
    // What could not be fetched is not missed any more: its conversation is gone, or somebody else fetched it.
    if (typeNow() === 'done') trouble = null;
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
    const waits = [resumeAt, now + gate.waitMs(), ...[...parked.values()].map(({ until }) => until)].filter((at) => at > now && at < Infinity);
    if (isOnline && waits.length > 0) cancelTimer = environment.setTimer(poke, Math.min(...waits) - now);
  };

  const left = (): number => new Set([...recent.map(({ key }) => key), ...inDepth().filter((key) => running.has(key))]).size;

  const typeNow = (): BackfillState['type'] => {
    if (isPaused) return 'paused';
    if (!isOnline || !isListed || !isKnown) return 'waiting';
    if (running.size > 0) return 'running';
    return recent.length + behind.size === 0 ? 'done' : 'waiting';
  };

  const state = (): BackfillState => {
    const total = isListed || (ledger.listSync()?.completedAt ?? null) !== null ? inDepth().length : null;
    const done = isListed && isKnown && total !== null ? total - left() : 0;
    return { type: typeNow(), done, total, error: [...parked.values()].at(-1)?.failure.toData() ?? null };
  };

  const tell = (): void => {
    const now = JSON.stringify(state());
    if (now === shown) return;
    shown = now;
    options.onTrouble(trouble);
    options.onChange();
  };

  const halt = (): void => {
    generation += 1;
    isListed = false;
    parked.clear();
    fetched.clear();
    failures = 0;
    resumeAt = 0;
    trouble = null;
    cancelTimer();
  };

  /** In the order of the list: the conversations somebody is likely to open come first. */
  const evaluateAll = (): void => {
    for (const key of ledger.directory.list().map(conversationKey)) if (book.has(key)) evaluate(key);
    poke();
  };

  const doubtLive = (): void => {
    const keys = isListed ? ledger.directory.list().map(conversationKey) : [];
    for (const key of keys) if (book.of(key).at(-1)?.isLive === true) unproven.add(key);
    evaluateAll();
  };

  void book.loaded.then(() => {
    isKnown = true;
    doubtLive();
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
      doubtLive();
    },
    take(commit) {
      book.take(commit);
      for (const { conversation, spans } of commit.spans) {
        // Somebody else had more luck with it.
        if (activity.isLoading(conversation)) parked.delete(conversation);
        if (spans.length === 0) fetched.clear();
      }
      const touched = new Set([...commit.spans.map(({ conversation }) => conversation), ...commit.conversations.upserts.map(conversationKey), ...commit.conversations.removes]);
      for (const key of touched) if (book.has(key)) evaluate(key);
      poke();
    },
    poke,
    pause() {
      isPaused = true;
      poke();
    },
    resume() {
      isPaused = false;
      poke();
    },
    state,
  };
}
