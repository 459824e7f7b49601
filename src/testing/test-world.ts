import { connect } from '../client/connect.ts';
import type { Chat } from '../client/chat.ts';
import type { ClientEnvironment } from '../client/environment.ts';
import type { Account } from '../protocol/model.ts';
import type { TabSignal } from '../protocol/wire.ts';
import type { Environment, Locks } from '../worker/environment.ts';
import type { EngineOptions } from '../worker/options.ts';
import { createReception, type Reception } from '../worker/reception.ts';
import { openStorage } from '../worker/storage/open-storage.ts';
import { createFakeClock, nextTurn, type FakeClock } from './fake-clock.ts';
import { createFakeLocks, type FakeLocks } from './fake-locks.ts';
import { createFakeService, type FakeService } from './fake-service.ts';
import type { FakeServer } from './fake-server.ts';

/** A tab of a test world. */
export interface TestTab {
  readonly chat: Chat;
  /** Tells the client what happens to its page. */
  signal(signal: TabSignal): void;
  /** The page is gone without a word: its locks are freed, its ports stay silent. */
  crash(): void;
}

/** A service, a database, a worker and its tabs, in one process and under the test's control. */
export interface TestWorld {
  readonly account: Account;
  readonly clock: FakeClock;
  readonly locks: FakeLocks;
  readonly service: FakeService;
  readonly server: FakeServer;
  /** A port to the worker host, as `new SharedWorker()` would give one. Starts the worker when there is none. */
  connectPort(): MessagePort;
  /** Errors of the application's own code that the clients reported, in order. */
  readonly reported: readonly unknown[];
  /** Opens a tab with the real client. */
  openTab(options?: { readonly token?: () => string | Promise<string> }): Promise<TestTab>;
  /** The worker's process dies: no goodbye, no answers, its locks are freed. The database stays. */
  killWorker(): void;
  /** The engine ends in an orderly way; the worker lives on and makes another when a tab asks. */
  endEngine(): Promise<void>;
  /** Another engine opens the account's database behind the back of the one that has it. */
  takeOverStorage(): Promise<void>;
  /** Waits until the condition holds: turns of the event loop, no real time. @throws when it never does */
  until(condition: () => boolean, what?: string): Promise<void>;
  /** Lets everything that is under way go on until it rests or waits for the clock. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Turns of the event loop after which a condition that does not hold is taken for one that never will. */
const PATIENCE_TURNS = 20_000;
/** Turns that are enough for an answer through ports, storage and service and back. */
const SETTLE_TURNS = 60;

/**
 * Makes a world. Nothing runs in it until a tab is opened.
 *
 * @param options.indexedDB An IndexedDB of its own, such as `new IDBFactory()` of fake-indexeddb.
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
  const tabs = new Set<TestTab>();
  const reported: unknown[] = [];
  const ports = new Set<MessagePort>();
  let ids = 0;
  let worker: { readonly reception: Reception; readonly kill: () => void } | undefined;

  const uniqueId = (): string => `id-${String((ids += 1)).padStart(6, '0')}`;
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

  const environmentOf = (own: Locks, isDead: () => boolean): Environment => ({
    now: () => clock.now(),
    setTimer: (callback, delayMs) => clock.setTimer(() => void (isDead() || callback()), delayMs),
    random: () => 0.5,
    uniqueId,
    locks: { request: (name, request, whileHeld) => (isDead() ? never() : own.request(name, request, whileHeld)) },
    indexedDB: options.indexedDB,
    keyRange: options.keyRange,
    isOnline: () => true,
  });

  const startWorker = (): { readonly reception: Reception; readonly kill: () => void } => {
    const owner = uniqueId();
    const own = locks.ownedBy(owner);
    let isDead = false;
    const environment = environmentOf(own, () => isDead);
    const reception = createReception({ service: service.factory, environment, ...(options.engine && { options: options.engine }) });
    return {
      reception,
      kill() {
        isDead = true;
        service.abandon();
        locks.kill(owner);
      },
    };
  };

  const connectPort = (): MessagePort => {
    const host = (worker ??= startWorker());
    const { port1, port2 } = new MessageChannel();
    ports.add(port2);
    port2.onmessage = ({ data }: MessageEvent<unknown>) => {
      for (const port of transferredIn(data)) ports.add(port);
      host.reception.receive(data, (reply) => port2.postMessage(reply));
    };
    return port1;
  };

  const until: TestWorld['until'] = async (condition, what = 'the condition') => {
    for (let turn = 0; turn < PATIENCE_TURNS; turn += 1) {
      if (condition()) return;
      await nextTurn();
    }
    throw new Error(`never: ${what}`);
  };

  return {
    account,
    clock,
    locks,
    service,
    server: service.server,
    reported,
    connectPort,
    async openTab({ token = () => service.token(account.userId) } = {}) {
      const owner = uniqueId();
      const listeners = new Set<(signal: TabSignal) => void>();
      const environment: ClientEnvironment = {
        setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
        random: () => 0.5,
        uniqueId,
        locks: locks.ownedBy(owner),
        watchPage(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
        reportError: (error) => void reported.push(error),
      };
      const chat = await connect({ account, token, environment, worker: connectPort });
      const tab: TestTab = {
        chat,
        signal: (signal) => listeners.forEach((listener) => listener(signal)),
        crash: () => locks.kill(owner),
      };
      tabs.add(tab);
      return tab;
    },
    killWorker() {
      for (const port of ports) port.close();
      ports.clear();
      worker?.kill();
      worker = undefined;
    },
    async endEngine() {
      await worker?.reception.close();
    },
    async takeOverStorage() {
      const environment = environmentOf(locks.ownedBy(uniqueId()), () => false);
      const storage = await openStorage({ account, environment, instanceId: uniqueId() });
      storage.close();
    },
    until,
    async settle() {
      for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await nextTurn();
    },
    async close() {
      for (const { chat } of tabs) chat.close();
      await worker?.reception.close();
      for (const port of ports) port.close();
    },
  };
}

/** The ports that came with a hello: they die with the worker. */
function transferredIn(data: unknown): readonly MessagePort[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.values(data).filter((value): value is MessagePort => value instanceof MessagePort);
}
