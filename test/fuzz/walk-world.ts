import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { connect } from '../../src/client/connect.ts';
import type { Chat, Timeline } from '../../src/client/chat.ts';
import type { ClientEnvironment, PageSignal } from '../../src/client/environment.ts';
import { conversationKey, type ConversationKey, type ConversationRef } from '../../src/protocol/ids.ts';
import type { SyncError } from '../../src/protocol/errors.ts';
import { nextTurn } from '../../src/testing/fake-clock.ts';
import { createTestWorld, type TestWorld } from '../../src/testing/test-world.ts';
import type { EngineOptions } from '../../src/worker/options.ts';
import { GROUPS, PEERS, SELF } from './people.ts';

/** A tab that looks at everything, and dies as a whole. */
export interface WalkTab {
  readonly chat: Chat;
  /** Timelines it shows now. */
  readonly timelines: ReadonlyMap<ConversationKey, Timeline>;
  openTimeline(ref: ConversationRef): void;
  closeTimeline(key: ConversationKey): void;
  signal(signal: PageSignal): void;
  /** What it shows, as far as it is visible and has the focus. */
  present(ref: ConversationRef | null): void;
  presented(): ConversationRef | null;
  /** It closes in an orderly way. */
  close(): void;
  /** Its process dies: nothing it began goes on. */
  crash(): void;
}

/** A promise somebody was given. */
export type Pledge = { readonly what: string; readonly tab: WalkTab; outcome: 'open' | 'kept' | SyncError | Error };

/** A test world whose workers die as processes do, and the record of every promise that was made in it. */
export interface WalkWorld {
  readonly test: TestWorld;
  readonly indexedDB: IDBFactory;
  readonly tabs: ReadonlySet<WalkTab>;
  openTab(): Promise<WalkTab | undefined>;
  pledges(): readonly Pledge[];
  /** Notes a promise; what it is rejected with is judged when all is at rest. */
  pledge<T>(what: string, tab: WalkTab, promise: Promise<T>, onKept?: (value: T) => void): void;
  forgetSettled(): void;
  killWorker(): void;
  /** Kills the worker in the middle of the n-th database step from now on; undefined: not at all. */
  armKill(steps: number | undefined): void;
  /** How many workers have died or ended. */
  deaths(): number;
  noteDeath(): void;
  /** Lets the event loop turn until neither service nor database is asked anything for a while. */
  quiet(): Promise<void>;
  /** The same after some time, twice: what was due then may take as long again. Unit: ms. */
  quietAfter(ms: number): Promise<void>;
  turns(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Turns without a question to service or database that are taken for rest. */
const QUIET_TURNS = 25;

export function createWalkWorld(options: { readonly engine: Partial<EngineOptions> }): WalkWorld {
  const indexedDB = new IDBFactory();
  const test = createTestWorld({ indexedDB, keyRange: IDBKeyRange, engine: options.engine });
  for (const group of GROUPS) test.server.makeGroup(group, [SELF, ...PEERS]);
  const tabs = new Set<WalkTab>();
  let pledges: Pledge[] = [];
  let deaths = 0;
  let ids = 0;

  const killWorker = (): void => {
    deaths += 1;
    test.disk.atStep(undefined);
    test.killWorker();
  };

  const openTab = async (): Promise<WalkTab | undefined> => {
    const owner = `tab-${(ids += 1)}`;
    const locks = test.locks.ownedBy(owner);
    const listeners = new Set<(signal: PageSignal) => void>();
    let shown: ConversationRef | null = null;
    const timelines = new Map<ConversationKey, { readonly timeline: Timeline; readonly end: () => void }>();
    let isDead = false;
    const environment: ClientEnvironment = {
      setTimer: (callback, delayMs) => test.clock.setTimer(() => void (isDead || callback()), delayMs),
      random: () => 0.5,
      uniqueId: () => `${owner}-${(ids += 1)}`,
      locks: { request: (name, request, whileHeld) => (isDead ? new Promise<never>(() => undefined) : locks.request(name, request, whileHeld)) },
      watchPage(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      reportError: (error) => (test.reported as unknown[]).push(error),
    };
    const token = (): string | Promise<string> => (isDead ? new Promise<never>(() => undefined) : test.service.token(SELF));
    const chat = await connect({ account: test.account, token, environment, worker: test.connectPort }).catch(() => undefined);
    if (chat === undefined) return undefined;
    for (const query of [chat.conversations(), chat.unread, chat.status, chat.outbox]) query.subscribe(() => undefined);
    const leave = (): void => {
      tabs.delete(tab);
      listeners.clear();
    };
    const tab: WalkTab = {
      chat,
      get timelines() {
        return new Map([...timelines].map(([key, { timeline }]) => [key, timeline]));
      },
      openTimeline(ref) {
        const key = conversationKey(ref);
        if (timelines.has(key)) return;
        const timeline = chat.timeline(ref);
        timelines.set(key, { timeline, end: timeline.subscribe(() => undefined) });
      },
      closeTimeline(key) {
        timelines.get(key)?.end();
        timelines.delete(key);
      },
      present(ref) {
        shown = ref;
        chat.present(ref);
      },
      presented: () => shown,
      signal: (signal) => listeners.forEach((listener) => listener(signal)),
      close() {
        leave();
        chat.close();
      },
      crash() {
        isDead = true;
        leave();
        pledges = pledges.filter((pledge) => pledge.tab !== tab);
        test.locks.kill(owner);
      },
    };
    tabs.add(tab);
    return tab;
  };

  const quiet = async (): Promise<void> => {
    const count = (): number => test.server.faults.calls.length + test.disk.steps();
    let before = count();
    for (let still = 0, turn = 0; still < QUIET_TURNS && turn < 2_000; turn += 1) {
      await nextTurn();
      still = count() === before ? still + 1 : 0;
      before = count();
    }
  };

  return {
    test,
    indexedDB,
    tabs,
    openTab,
    pledges: () => pledges,
    pledge(what, tab, promise, onKept) {
      const pledge: Pledge = { what, tab, outcome: 'open' };
      pledges.push(pledge);
      promise.then(
        (value) => {
          pledge.outcome = 'kept';
          onKept?.(value);
        },
        (error: unknown) => {
          pledge.outcome = error instanceof Error ? error : new Error(String(error));
        },
      );
    },
    forgetSettled() {
      pledges = pledges.filter(({ outcome }) => outcome === 'open');
    },
    killWorker,
    armKill: (steps) => test.disk.atStep(steps, killWorker),
    deaths: () => deaths,
    noteDeath: () => void (deaths += 1),
    quiet,
    async quietAfter(ms) {
      for (let round = 0; round < 2; round += 1) {
        await test.clock.advance(ms);
        await quiet();
      }
    },
    async turns(count) {
      for (let turn = 0; turn < count; turn += 1) await nextTurn();
    },
    async close() {
      for (const tab of [...tabs]) tab.close();
      await test.close();
    },
  };
}
