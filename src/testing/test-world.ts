import type { Account } from '../protocol/model.ts';
import type { Environment } from '../worker/environment.ts';
import type { EngineOptions } from '../worker/options.ts';
import { openStorage } from '../worker/storage/open-storage.ts';
import { checkAtRest } from './check-at-rest.ts';
import { createFakeClock, nextTurn, type FakeClock } from './fake-clock.ts';
import { createFakeDisk, type FakeDisk } from './fake-disk.ts';
import { createFakeLocks, type FakeLocks } from './fake-locks.ts';
import { createFakeProcess, type FakeProcess } from './fake-process.ts';
import { createFakeService, type FakeService } from './fake-service.ts';
import type { FakeServer } from './fake-server.ts';
import { openTestTab, type OpenTab, type TestTab } from './test-tab.ts';
import { startTestWorker, type TestWorker } from './test-worker.ts';

export type { TestTab } from './test-tab.ts';

/** What a world costs at this moment. */
export type WorldCost = {
  /** Timers that are set. */
  readonly timers: number;
  /** Timers that have fired so far, those of the worker and of the tabs. */
  readonly fired: { readonly worker: number; readonly tabs: number };
  /** Web Locks, held and waited for. */
  readonly locks: number;
  /** Ports of tabs that the worker has open; a connected tab has three. */
  readonly ports: number;
  /** Messages that have crossed a port of the worker so far, in both directions. */
  readonly messages: number;
};

/** A service, a database, a worker and its tabs, in one process and under the test's control. */
export interface TestWorld {
  readonly account: Account;
  readonly clock: FakeClock;
  readonly locks: FakeLocks;
  readonly service: FakeService;
  readonly server: FakeServer;
  /** What is under the database: it fills up, loses connections and data, and fails. */
  readonly disk: FakeDisk;
  /** A port to the worker host, as `new SharedWorker()` would give one. Starts the worker when there is none. */
  connectPort(): MessagePort;
  /** Errors of the application's own code that the clients reported, in order. */
  readonly reported: readonly unknown[];
  /** Opens a tab with the real client. */
  openTab(options?: { readonly token?: () => string | Promise<string> }): Promise<TestTab>;
  /** The worker's process dies: no goodbye, no answers, its locks are freed, what it had not committed is undone. The database stays. */
  killWorker(): void;
  /**
   * Kills the worker in the middle of the n-th step of its database from now on (1: the next), a step being a transaction's beginning
   * or completion: one test for each n kills it between any two operations. Undefined: not at all.
   */
  killWorkerAt(step: number | undefined): void;
  /**
   * The worker hangs: it answers nothing, hears nothing of service, tabs and clock, and holds its locks. What it has asked of its
   * database is still done.
   *
   * @returns Lets it go on; resolves when it has caught up. When it was killed meanwhile it does nothing.
   */
  freezeWorker(): () => Promise<void>;
  /** The network is gone: the service cannot be reached, its connections drop, and browsers say that they are offline. */
  goOffline(): void;
  /** The network is back: connections that wait are made, and browsers say so. */
  goOnline(): void;
  /** The engine ends in an orderly way; the worker lives on and makes another when a tab asks. */
  endEngine(): Promise<void>;
  /** Another engine opens the account's database behind the back of the one that has it. */
  takeOverStorage(): Promise<void>;
  /** Waits until the condition holds: turns of the event loop, no real time. @throws when it never does */
  until(condition: () => boolean, what?: string): Promise<void>;
  /** Lets everything that is under way go on until it rests or waits for the clock. */
  settle(): Promise<void>;
  /**
   * Brings the world to rest and checks what must hold then, whatever happened before:
   *
   * - every tab is live, shows the service's list in order, each unread count and their total (SY4, UR1, UR2);
   * - the timelines of every tab are in order, show nothing twice, and miss nothing without a hole (HB2, HB4, HB8);
   * - storage holds the same, nothing twice, nothing missing within spans, and unread equals a recount (HB2, UR1);
   * - nothing waits to be sent, and the service has each message once (OB1);
   * - no tab waits for anything: every call has settled (TB3).
   *
   * It has the list read once more, as after a reconnect, and lets up to two minutes pass on the clock. What was done on purpose to
   * this browser alone (`removeLocalConversation`, `localOnly`) differs, and is told as well.
   *
   * @throws {Error} that says what differs, in words, everything at once
   */
  checkAtRest(): Promise<void>;
  cost(): WorldCost;
  close(): Promise<void>;
}

/** Turns of the event loop after which a condition that does not hold is taken for one that never will. */
const PATIENCE_TURNS = 20_000;
/** Turns that are enough for an answer through ports, storage and service and back. */
const SETTLE_TURNS = 60;

/**
 * Makes a world. Nothing runs in it until a tab is opened.
 *
 * @param options.indexedDB Such as `new IDBFactory()` of fake-indexeddb; shared at most with worlds of other accounts. Asked for once by each worker.
 * @param options.keyRange The `IDBKeyRange` that goes with it.
 */
export function createTestWorld(options: {
  readonly indexedDB: IDBFactory;
  readonly keyRange: typeof IDBKeyRange;
  readonly account?: Account;
  readonly engine?: Partial<EngineOptions>;
}): TestWorld {
  const account = options.account ?? { appKey: 'org#app', userId: 'alice' };
  const clock = createFakeClock();
  const locks = createFakeLocks();
  const service = createFakeService();
  const disk = createFakeDisk();
  const tabs = new Set<OpenTab>();
  const pages: FakeProcess[] = [];
  const workers: TestWorker[] = [];
  const reported: unknown[] = [];
  let ids = 0;
  let isOnline = true;
  /** The database as the last worker was given it. */
  let lastFactory: IDBFactory | undefined;

  const uniqueId = (): string => `id-${String((ids += 1)).padStart(6, '0')}`;
  const startProcess = (): FakeProcess => createFakeProcess({ name: uniqueId(), clock, locks });
  /** Who connects by hand is never frozen and never dies. */
  const byHand = startProcess();

  const environmentOf = (process: FakeProcess): Environment => {
    lastFactory = options.indexedDB;
    return {
      now: () => clock.now(),
      setTimer: process.setTimer,
      random: () => 0.5,
      uniqueId,
      locks: process.locks,
      indexedDB: disk.mount(lastFactory, process),
      keyRange: options.keyRange,
      isOnline: () => isOnline,
    };
  };

  const livingWorker = (): TestWorker | undefined => workers.find((worker) => !worker.process.isDead());

  const startWorker = (): TestWorker => {
    const process = startProcess();
    const worker = startTestWorker({ process, environment: environmentOf(process), service: service.factory, ...(options.engine && { engine: options.engine }) });
    workers.push(worker);
    return worker;
  };

  const connectAs = (page: FakeProcess): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    (livingWorker() ?? startWorker()).serve(port2, page);
    return port1;
  };

  const killWorker = (): void => {
    service.abandon();
    livingWorker()?.process.kill();
  };

  const tellAll = (signal: 'online' | 'offline'): void => {
    for (const { tab } of tabs) tab.signal(signal);
  };

  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

  return {
    account,
    clock,
    locks,
    service,
    server: service.server,
    disk,
    reported,
    connectPort: () => connectAs(byHand),
    async openTab({ token = () => service.token(account.userId) } = {}) {
      const process = startProcess();
      pages.push(process);
      const opened = await openTestTab({
        ...{ account, process, token, uniqueId },
        connectPort: () => connectAs(process),
        reportError: (error) => void reported.push(error),
        onGone: () => void tabs.delete(opened),
      });
      tabs.add(opened);
      return opened.tab;
    },
    killWorker,
    killWorkerAt: (step) => disk.atStep(step, killWorker),
    freezeWorker: () => (livingWorker() ?? startWorker()).process.freeze(),
    goOffline() {
      isOnline = false;
      service.setReachable(false);
      tellAll('offline');
    },
    goOnline() {
      isOnline = true;
      service.setReachable(true);
      tellAll('online');
    },
    async endEngine() {
      await livingWorker()?.endEngines();
    },
    async takeOverStorage() {
      const environment = environmentOf(startProcess());
      const storage = await openStorage({ account, environment, instanceId: uniqueId() });
      storage.close();
    },
    async until(condition, what = 'the condition') {
      for (let turn = 0; turn < PATIENCE_TURNS; turn += 1) {
        if (condition()) return;
        await nextTurn();
      }
      throw new Error(`never: ${what}`);
    },
    async settle() {
      for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await nextTurn();
    },
    checkAtRest: () =>
      checkAtRest({
        ...{ account, clock, disk, server: service.server, tabs },
        indexedDB: lastFactory,
        keyRange: options.keyRange,
        showsEmpty: options.engine?.includeEmptyConversations === true,
      }),
    cost() {
      const { held, pending } = locks.query();
      return {
        timers: clock.timers(),
        fired: { worker: sum(workers.map(({ process }) => process.fired())), tabs: sum(pages.map((page) => page.fired())) },
        locks: held.length + pending.length,
        ports: livingWorker()?.ports() ?? 0,
        messages: sum(workers.map((worker) => worker.messages())),
      };
    },
    async close() {
      for (const { tab } of tabs) tab.chat.close();
      await livingWorker()?.close();
    },
  };
}
