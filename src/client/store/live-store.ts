import type { Query, QueryType, QueryValue } from '../../protocol/queries.ts';
import type { FromTab, Patch, Snapshot, TabSignal, ToTab } from '../../protocol/wire.ts';
import type { ClientEnvironment } from '../environment.ts';
import type { LiveQuery } from './live-query.ts';
import { createQueryModel } from './query-model.ts';

type QueryOf<T extends QueryType> = Extract<Query, { readonly type: T }>;

/** The live queries of a tab, across the deaths of workers. */
export interface LiveStore {
  /** Equal queries are one object and share one subscription. A query nobody subscribes to costs its few fields. */
  query<T extends QueryType>(query: QueryOf<T>): LiveQuery<QueryValue[T]>;
  /**
   * Subscribes without a listener.
   * @returns The number under which the worker knows the query, pending until the worker that is there now has answered
   *   it: what is said of the number before that could overtake the subscription; and the end.
   */
  hold(query: Query): { readonly subscription: Promise<number>; readonly release: () => void };
  /** Puts a value of the tab's own in the place of the worker's, until the worker sends one. */
  override<T extends QueryType>(query: QueryOf<T>, value: QueryValue[T]): void;
  /** Asks everything anew through this port; what is known stays until the answer. */
  attach(port: MessagePort): void;
  /** Takes leave and stops listening. What is known stays. */
  detach(): void;
  signal(signal: TabSignal): void;
}

type Listener = (value: unknown) => void;

type Entry = {
  readonly live: LiveQuery<unknown>;
  /** Asks the worker, which answers with a snapshot. */
  readonly ask: () => void;
  /** Lets patches pass unused until the next snapshot. */
  readonly doubt: () => void;
  readonly receive: (message: Snapshot | Patch) => void;
  readonly publish: (value: unknown) => void;
  /** Resolves with the number of the subscription, as soon as what is known is the present worker's word. */
  readonly answered: () => Promise<number>;
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
  /** The entries somebody subscribes to, by the number the worker knows them under. */
  const active = new Map<number, Entry>();
  let port: MessagePort | undefined;
  let lastSubscription = 0;
  let lastSeq = 0;
  let visibility: TabSignal = 'visible';

  const post = (message: FromTab): void => port?.postMessage(message);

  const tell = (listener: Listener, value: unknown): void => {
    try {
      listener(value);
    } catch (error) {
      environment.reportError(error);
    }
  };

  const createEntry = (query: Query): Entry => {
    /** Arrays, so that a function subscribed twice is called twice. */
    const subscribers = new Set<readonly [Listener]>();
    let model = createQueryModel(query.type);
    let subscription = 0;
    let isCurrent = false;
    const waiting: ((subscription: number) => void)[] = [];
    let value: unknown;

    const entry: Entry = {
      live: {
        get value() {
          return value;
        },
        subscribe(listener) {
          const subscriber = [listener] as const;
          subscribers.add(subscriber);
          if (!active.has(subscription)) {
            active.set((subscription = ++lastSubscription), entry);
            entry.ask();
          }
          if (value !== undefined) tell(listener, value);
          return () => {
            subscribers.delete(subscriber);
            // Later, because frameworks often end a subscription and make it again in one go.
            queueMicrotask(leaveIfUnused);
          };
        },
      },
      doubt() {
        isCurrent = false;
      },
      ask() {
        entry.doubt();
        const items = query.type === 'timeline' && (value as QueryValue['timeline'] | undefined)?.items.length;
        // What a reader had scrolled back to is not taken away by the death of a worker.
        post({ type: 'subscribe', subscription, query: items ? { ...query, atLeast: items } : query });
      },
      receive(message) {
        if (message.type === 'snapshot') {
          isCurrent = true;
          entry.publish(model.snapshot(message.value));
          for (const tell of waiting.splice(0)) tell(subscription);
        } else if (isCurrent) {
          entry.publish(model.patch(message.patch));
        }
      },
      publish(newValue) {
        if (Object.is(value, newValue)) return;
        value = newValue;
        for (const subscriber of [...subscribers]) {
          // One of them may have ended the subscription of another.
          if (subscribers.has(subscriber)) tell(subscriber[0], newValue);
        }
      },
      answered: () => new Promise((resolve) => (isCurrent ? resolve(subscription) : waiting.push(resolve))),
    };

    const leaveIfUnused = (): void => {
      if (subscribers.size > 0 || !active.delete(subscription)) return;
      post({ type: 'unsubscribe', subscription });
      value = undefined;
      model = createQueryModel(query.type);
    };
    return entry;
  };

  const find = (query: Query): Entry => {
    const key = JSON.stringify(query);
    const entry = entries.get(key) ?? createEntry(query);
    entries.set(key, entry);
    return entry;
  };

  const answerToken = async (request: number, asker: MessagePort): Promise<void> => {
    let answer: FromTab = { type: 'token-failed', request };
    try {
      answer = { type: 'token', request, token: await getToken() };
    } catch (error) {
      environment.reportError(error);
    }
    asker.postMessage(answer);
  };

  return {
    query: <T extends QueryType>(query: QueryOf<T>) => find(query).live as LiveQuery<QueryValue[T]>,
    hold(query) {
      const { live, answered } = find(query);
      const release = live.subscribe(() => undefined);
      return { subscription: answered(), release };
    },
    override: (query, value) => find(query).publish(value),
    attach(newPort) {
      port = newPort;
      lastSeq = 0;
      newPort.onmessage = ({ data: message }: MessageEvent<ToTab>) => {
        if (message.seq !== ++lastSeq) {
          lastSeq = message.seq;
          for (const { doubt } of active.values()) doubt();
          post({ type: 'resync' });
        }
        if (message.type === 'token-request') void answerToken(message.request, newPort);
        else if (message.type !== 'notice') active.get(message.subscription)?.receive(message);
      };
      post({ type: 'signal', signal: visibility });
      for (const { ask } of active.values()) ask();
    },
    detach() {
      post({ type: 'goodbye' });
      port = undefined;
      for (const { doubt } of active.values()) doubt();
    },
    signal(signal) {
      if (signal === 'visible' || signal === 'hidden') visibility = signal;
      post({ type: 'signal', signal });
    },
  };
}
