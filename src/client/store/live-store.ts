import type { Query, QueryType, QueryValue } from '../../protocol/queries.ts';
import type { FromTab, TabSignal, ToTab } from '../../protocol/wire.ts';
import type { ClientEnvironment } from '../environment.ts';
import type { LiveQuery } from './live-query.ts';
import { createQueryModel, type QueryModel } from './query-model.ts';

/** The live queries of a tab, across the deaths of workers. */
export interface LiveStore {
  /** Equal queries share one subscription, and one object while somebody is subscribed. */
  query<T extends QueryType>(query: Extract<Query, { readonly type: T }>): LiveQuery<QueryValue[T]>;
  /**
   * Subscribes without a listener.
   * @returns The number under which the worker knows the query, pending until the worker has answered it; and the end.
   */
  hold(query: Query): { readonly subscription: Promise<number>; readonly release: () => void };
  /** Puts a value of the tab's own in the place of the worker's, until the worker sends one. */
  override<T extends QueryType>(query: Extract<Query, { readonly type: T }>, value: QueryValue[T]): void;
  /** Asks everything anew through this port; what is known stays until the answer. */
  attach(port: MessagePort): void;
  /** Takes leave and stops listening. What is known stays. */
  detach(): void;
  signal(signal: TabSignal): void;
}

type Entry = {
  readonly subscription: number;
  readonly query: Query;
  readonly live: LiveQuery<unknown>;
  readonly model: QueryModel<QueryType>;
  /** Objects, so that a function subscribed twice is called twice. */
  readonly subscribers: Set<{ readonly listener: (value: unknown) => void }>;
  /** Whether a snapshot has come since the worker was asked: only then can patches be applied. */
  isCurrent: boolean;
  value?: unknown;
  /** Resolves at the next snapshot. */
  readonly waiters: (() => void)[];
};

/**
 * @param options.getToken Gives a fresh token for the worker. It never reaches storage or logs (ER4).
 */
export function createLiveStore(options: {
  readonly environment: Pick<ClientEnvironment, 'reportError'>;
  readonly getToken: () => Promise<string>;
}): LiveStore {
  const { environment, getToken } = options;
  const entries = new Map<string, Entry>();
  let port: MessagePort | undefined;
  let lastSubscription = 0;
  let lastSeq = 0;
  let visibility: TabSignal = 'visible';

  const post = (message: FromTab): void => port?.postMessage(message);
  const keyOf = (query: Query): string => JSON.stringify(query);

  const ask = (entry: Entry): void => {
    entry.isCurrent = false;
    const { query, subscription } = entry;
    const items = query.type === 'timeline' && (entry.value as QueryValue['timeline'] | undefined)?.items.length;
    // What a reader had scrolled back to is not taken away by the death of a worker.
    post({ type: 'subscribe', subscription, query: items ? { ...query, atLeast: items } : query });
  };

  const tell = ({ listener }: { readonly listener: (value: unknown) => void }, value: unknown): void => {
    try {
      listener(value);
    } catch (error) {
      environment.reportError(error);
    }
  };

  const publish = (entry: Entry, value: unknown): void => {
    if (Object.is(entry.value, value)) return;
    entry.value = value;
    for (const subscriber of [...entry.subscribers]) {
      // One of them may have ended the subscription of another, or changed the value.
      if (entry.subscribers.has(subscriber) && entry.value === value) tell(subscriber, value);
    }
  };

  const answerToken = async (request: number, asker: MessagePort): Promise<void> => {
    let answer: FromTab;
    try {
      answer = { type: 'token', request, token: await getToken() };
    } catch (error) {
      environment.reportError(error);
      answer = { type: 'token-failed', request };
    }
    asker.postMessage(answer);
  };

  const receive = (message: ToTab, from: MessagePort): void => {
    if (message.seq !== lastSeq + 1) {
      for (const entry of entries.values()) entry.isCurrent = false;
      post({ type: 'resync' });
    }
    lastSeq = message.seq;
    if (message.type === 'token-request') return void answerToken(message.request, from);
    const entry = [...entries.values()].find(({ subscription }) => subscription === message.subscription);
    if (entry === undefined) return;
    if (message.type === 'snapshot') {
      entry.isCurrent = true;
      publish(entry, entry.model.snapshot(message.value));
      for (const waiter of entry.waiters.splice(0)) waiter();
    } else if (entry.isCurrent) {
      publish(entry, entry.model.patch(message.patch));
    }
  };

  const enter = (query: Query, key: string, live: LiveQuery<unknown>): Entry => {
    const entry: Entry = {
      subscription: ++lastSubscription,
      query,
      live,
      model: createQueryModel(query.type),
      subscribers: new Set(),
      waiters: [],
      isCurrent: false,
    };
    entries.set(key, entry);
    ask(entry);
    return entry;
  };

  /** Later, because frameworks often end a subscription and make it again in one go. */
  const leaveIfUnused = (key: string, entry: Entry): void =>
    queueMicrotask(() => {
      if (entry.subscribers.size > 0 || entries.get(key) !== entry) return;
      entries.delete(key);
      post({ type: 'unsubscribe', subscription: entry.subscription });
    });

  const join = (live: LiveQuery<unknown>, query: Query, listener: (value: unknown) => void): { entry: Entry; leave: () => void } => {
    const key = keyOf(query);
    const entry = entries.get(key) ?? enter(query, key, live);
    const subscriber = { listener };
    entry.subscribers.add(subscriber);
    if (entry.value !== undefined) tell(subscriber, entry.value);
    const leave = (): void => {
      if (entry.subscribers.delete(subscriber)) leaveIfUnused(key, entry);
    };
    return { entry, leave };
  };

  const find = (query: Query): LiveQuery<unknown> => {
    const key = keyOf(query);
    const live: LiveQuery<unknown> = {
      get value() {
        return entries.get(key)?.value;
      },
      subscribe: (listener) => join(live, query, listener).leave,
    };
    return entries.get(key)?.live ?? live;
  };

  return {
    query: <T extends QueryType>(query: Extract<Query, { readonly type: T }>) => find(query) as LiveQuery<QueryValue[T]>,

    hold(query) {
      const { entry, leave } = join(find(query), query, () => undefined);
      const subscription = new Promise<number>((resolve) => {
        if (entry.isCurrent) resolve(entry.subscription);
        else entry.waiters.push(() => resolve(entry.subscription));
      });
      return { subscription, release: leave };
    },

    override(query, value) {
      const entry = entries.get(keyOf(query));
      if (entry !== undefined) publish(entry, value);
    },

    attach(newPort) {
      port = newPort;
      lastSeq = 0;
      port.onmessage = (event: MessageEvent<ToTab>) => receive(event.data, newPort);
      post({ type: 'signal', signal: visibility });
      entries.forEach(ask);
    },

    detach() {
      post({ type: 'goodbye' });
      if (port !== undefined) port.onmessage = null;
      port = undefined;
    },

    signal(signal) {
      if (signal === 'visible' || signal === 'hidden') visibility = signal;
      post({ type: 'signal', signal });
    },
  };
}
