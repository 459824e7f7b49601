import type { Query, QueryType, QueryValue } from '../../protocol/queries.ts';
import type { FromTab, Patch, Snapshot, ToTab } from '../../protocol/wire.ts';
import type { ClientEnvironment } from '../environment.ts';
import { createPatcher, type Patcher } from './create-patcher.ts';
import { createHandlerRegistry, type HandlerRegistry } from './event-handlers.ts';
import type { LiveQuery } from './live-query.ts';
import { createPresence, type Presence } from './presence.ts';
import { windowOf } from './window-of.ts';

export type Listener = (value: unknown) => void;
type QueryOf<T extends QueryType> = Extract<Query, { readonly type: T }>;

/** How the parts of a tab speak to the worker it has now, and to the application. */
export interface Line {
  /** What nobody is there to hear is lost. */
  post(message: FromTab): void;
  /** Posts a message unless it repeats the last one of its type, and posts it again to every later worker. */
  keep(message: FromTab): void;
  /** Calls the application. What it throws is reported, and disturbs nobody. */
  tell(listener: Listener, value: unknown): void;
}

/** A query that is subscribed to without a listener. */
export type Held<T> = {
  /**
   * The number under which the worker knows the query, pending until the worker that is there now has answered it: what
   * is said of the number before that could overtake the subscription.
   */
  readonly subscription: Promise<number>;
  readonly release: () => void;
  /** Puts a value of the tab's own in the place of the worker's, until the worker sends one. */
  readonly publish: (value: T) => void;
};

/** What a tab and its worker tell each other over the live port, across the deaths of workers. */
export interface LiveStore {
  readonly presence: Presence;
  readonly handlers: HandlerRegistry;
  /** Equal queries are one object, for as long as anybody has it, and share one subscription. One that nobody has costs nothing. */
  query<T extends QueryType>(query: QueryOf<T>): LiveQuery<QueryValue[T]>;
  /** Subscribes without a listener. */
  hold<T extends QueryType>(query: QueryOf<T>): Held<QueryValue[T]>;
  /** Asks everything anew through this port; what is known stays until the answer. */
  attach(port: MessagePort): void;
  /** Takes leave and stops listening. What is known stays. */
  detach(): void;
}

/**
 * How long a query is kept up to date after its last subscriber has left. Unit: ms. A page that goes from one view to the
 * next, or loads the next one's code first, finds its data there; longer would only have the worker send what nobody sees.
 */
const LINGER_MS = 1_000;

/** A live query, and how the store keeps it up to date. */
type Entry = {
  readonly live: LiveQuery<unknown>;
  /** Asks the worker, which answers with a snapshot; patches before that pass unused. */
  readonly ask: () => void;
  readonly receive: (message: Snapshot | Patch) => void;
  readonly publish: (value: unknown) => void;
  readonly hold: () => Held<unknown>;
};

/**
 * @param getToken Gives a fresh token for the worker. It never reaches storage or logs (ER4).
 */
export function createLiveStore(
  environment: Pick<ClientEnvironment, 'reportError' | 'setTimer'>,
  getToken: () => Promise<string>,
): LiveStore {
  /** By the query as JSON. Weak: of a query that nobody has or subscribes to, such as one letter of a search, nothing stays. */
  const entries = new Map<string, WeakRef<Entry>>();
  const forgotten = new FinalizationRegistry<string>((key) => entries.get(key)?.deref() ?? entries.delete(key));
  /** The entries somebody subscribes to, by the number the worker knows them under. */
  const active = new Map<number, Entry>();
  const kept = new Map<string, FromTab>();
  let port: MessagePort | undefined;
  let lastSubscription = 0;
  let lastSeq = 0;
  /** Raised when something was missed, so that what is known waits for its next snapshot. */
  let generation = 1;

  const line: Line = {
    post: (message) => port?.postMessage(message),
    keep(message) {
      const { type } = message;
      if (JSON.stringify(kept.get(type)) === JSON.stringify(message)) return;
      kept.set(type, message);
      line.post(message);
    },
    tell(listener, value) {
      try {
        listener(value);
      } catch (error) {
        environment.reportError(error);
      }
    },
  };

  const handlers = createHandlerRegistry(line);

  const createEntry = (query: Query): Entry => {
    /** Arrays, so that a function subscribed twice is called twice. */
    const subscribers = new Set<readonly [Listener]>();
    const waiting: ((subscription: number) => void)[] = [];
    let applyPatch: Patcher;
    let subscription = 0;
    /** The generation of the last snapshot. */
    let known = 0;
    let value: unknown;
    let stopLingering = (): void => undefined;

    const leaveIfUnused = (): void => {
      if (subscribers.size > 0 || !active.delete(subscription)) return;
      line.post({ type: 'unsubscribe', subscription });
      value = undefined;
      applyPatch = () => undefined;
    };

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
          if (value !== undefined) line.tell(listener, value);
          return () => {
            if (!subscribers.delete(subscriber) || subscribers.size > 0) return;
            stopLingering();
            stopLingering = environment.setTimer(leaveIfUnused, LINGER_MS);
          };
        },
      },
      ask() {
        known = 0;
        line.post({
          type: 'subscribe',
          subscription,
          query: query.type === 'timeline' && value ? { ...query, ...windowOf(value as QueryValue['timeline']) } : query,
        });
      },
      receive(message) {
        if (message.type === 'snapshot') {
          known = generation;
          applyPatch = createPatcher(message);
          entry.publish(message.value);
          for (const resolve of waiting.splice(0)) resolve(subscription);
        } else if (known === generation) {
          entry.publish(applyPatch(message.patch as never));
        }
      },
      publish(newValue) {
        if (value === newValue) return;
        value = newValue;
        for (const subscriber of [...subscribers]) {
          // One of them may have ended the subscription of another.
          if (subscribers.has(subscriber)) line.tell(subscriber[0], newValue);
        }
      },
      hold: () => ({
        release: entry.live.subscribe(() => undefined),
        subscription: new Promise((resolve) => (known === generation ? resolve(subscription) : waiting.push(resolve))),
        publish: entry.publish,
      }),
    };
    return entry;
  };

  const find = (query: Query): Entry => {
    const key = JSON.stringify(query);
    const known = entries.get(key)?.deref();
    if (known) return known;
    const entry = createEntry(query);
    entries.set(key, new WeakRef(entry));
    forgotten.register(entry, key);
    return entry;
  };

  const answerToken = async (request: number, asker: MessagePort): Promise<void> =>
    asker.postMessage({ type: 'token', request, token: (await getToken().catch(environment.reportError)) as string | undefined } satisfies FromTab);

  return {
    presence: createPresence(line),
    handlers,
    query: <T extends QueryType>(query: QueryOf<T>) => find(query).live as LiveQuery<QueryValue[T]>,
    hold: (query) => find(query).hold(),
    attach(newPort) {
      port = newPort;
      lastSeq = 0;
      newPort.onmessage = ({ data: message }: MessageEvent<ToTab>) => {
        if (message.seq !== ++lastSeq) {
          lastSeq = message.seq;
          generation += 1;
          line.post({ type: 'resync' });
        }
        if (message.type === 'token-request') void answerToken(message.request, newPort);
        else if (message.type === 'notice') handlers.receive(message.notice);
        else active.get(message.subscription)?.receive(message);
      };
      kept.forEach((message) => line.post(message));
      active.forEach(({ ask }) => ask());
    },
    detach() {
      line.post({ type: 'goodbye' });
      port = undefined;
      generation += 1;
    },
  };
}
