import { expose } from 'comlink';
import type { SyncErrorData } from '../../../src/protocol/errors.ts';
import type { QueryPatch, QueryType, QueryValue } from '../../../src/protocol/queries.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import type { FromTab, Hello, HelloReply, ToTab } from '../../../src/protocol/wire.ts';
import type { Outcome, WorkerApi } from '../../../src/protocol/worker-api.ts';
import type { FakeLocks } from './fake-locks.ts';

/** How the fake answers a hello. */
export type Manners = 'welcome' | 'silence' | 'other-build' | 'error-event' | SyncErrorData;

/** What the fake answers a call with; a promise that stays pending is an answer that never comes. */
export type Answer = (method: keyof WorkerApi, args: readonly unknown[]) => unknown;

/** One connection of a tab, as the worker sees it. */
export interface FakeTab {
  readonly hello: Hello;
  readonly instanceId: string;
  readonly received: readonly FromTab[];
  /** Posts on the live port with the next sequence number, or with the one given. */
  post(message: ToTab extends infer M ? (M extends ToTab ? Omit<M, 'seq'> : never) : never, seq?: number): void;
  /** The number of the tab's latest subscription to a query of this type. */
  subscription(type: QueryType): number;
  snapshot<T extends QueryType>(query: T, value: QueryValue[T]): void;
  patch<T extends QueryType>(query: T, patch: QueryPatch[T], seq?: number): void;
  /** Posts where the hello came from. */
  reply(message: HelloReply): void;
}

export interface FakeWorker {
  /** The names it was asked for. */
  readonly names: readonly string[];
  readonly tabs: readonly FakeTab[];
  /** The newest connection. */
  readonly tab: FakeTab;
  readonly calls: readonly { readonly method: keyof WorkerApi; readonly args: readonly unknown[] }[];
  manners: Manners;
  answer: Answer;
  readonly factory: (name: string) => MessagePort;
  /** Dies as a worker does: silently. Its lock is free, its ports lead nowhere. The next hello starts another one. */
  kill(): void;
  /** Closes what is open, so that the test process can end. */
  close(): void;
}

const fine = (value: unknown): Outcome<unknown> => ({ ok: true, value });

/** A worker that does what the test says, over real message ports. */
export function createFakeWorker(locks: FakeLocks): FakeWorker {
  const names: string[] = [];
  const tabs: (FakeTab & { readonly close: () => void })[] = [];
  const calls: { method: keyof WorkerApi; args: readonly unknown[] }[] = [];
  const hosts: MessagePort[] = [];
  let instance = 0;
  const lockName = (): string => `engine-${instance}`;

  const start = (): void => {
    instance += 1;
    void locks.request(lockName(), { signal: new AbortController().signal }, () => new Promise(() => undefined));
  };
  start();

  const acceptTab = (hello: Hello, host: MessagePort): void => {
    const received: FromTab[] = [];
    let seq = 0;
    hello.live.onmessage = (event: MessageEvent<FromTab>) => void received.push(event.data);
    const api = new Proxy(
      {},
      {
        get: (_, method: string) =>
          method in Object.prototype
            ? undefined
            : async (...args: unknown[]): Promise<unknown> => {
                calls.push({ method: method as keyof WorkerApi, args });
                return worker.answer(method as keyof WorkerApi, args);
              },
      },
    );
    expose(api, hello.calls);
    const tab: FakeTab & { close: () => void } = {
      hello,
      instanceId: lockName(),
      received,
      post(message, explicitSeq) {
        seq = explicitSeq ?? seq + 1;
        hello.live.postMessage({ ...message, seq });
      },
      subscription(type) {
        const found = received.findLast((message) => message.type === 'subscribe' && message.query.type === type);
        if (found?.type !== 'subscribe') throw new Error(`no subscription to ${type}`);
        return found.subscription;
      },
      snapshot(query, value) {
        tab.post({ type: 'snapshot', subscription: tab.subscription(query), query, value } as Parameters<FakeTab['post']>[0]);
      },
      patch(query, patch, explicitSeq) {
        const subscription = tab.subscription(query);
        tab.post({ type: 'patch', subscription, query, patch } as Parameters<FakeTab['post']>[0], explicitSeq);
      },
      reply: (message) => host.postMessage(message),
      close: () => {
        hello.calls.close();
        hello.live.close();
        host.close();
      },
    };
    tabs.push(tab);
  };

  const greet = (hello: Hello, host: MessagePort): void => {
    const { manners } = worker;
    if (manners === 'silence' || manners === 'error-event') return;
    if (typeof manners === 'object') {
      return host.postMessage({ moorage: 'refused', tabId: hello.tabId, error: manners } satisfies HelloReply);
    }
    acceptTab(hello, host);
    const protocol = manners === 'other-build' ? PROTOCOL_VERSION + 1 : PROTOCOL_VERSION;
    host.postMessage({
      moorage: 'welcome',
      protocol,
      tabId: hello.tabId,
      instanceId: lockName(),
      workerLock: lockName(),
    } satisfies HelloReply);
  };

  const worker: FakeWorker = {
    names,
    tabs,
    calls,
    manners: 'welcome',
    answer: () => fine(undefined),
    get tab() {
      const tab = tabs.at(-1);
      if (tab === undefined) throw new Error('no tab has connected');
      return tab;
    },
    factory(name) {
      names.push(name);
      const { port1, port2 } = new MessageChannel();
      hosts.push(port2);
      port2.postMessage({ moorage: 'restarted' } satisfies HelloReply);
      port2.onmessage = (event: MessageEvent<Hello>) => greet(event.data, port2);
      if (worker.manners === 'error-event') setTimeout(() => port1.dispatchEvent(new Event('error')));
      return port1;
    },
    kill() {
      for (const tab of tabs) tab.close();
      const died = lockName();
      start();
      locks.kill(died);
    },
    close() {
      for (const tab of tabs) tab.close();
      for (const host of hosts) host.close();
    },
  };
  return worker;
}
