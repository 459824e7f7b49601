import type { SyncErrorData } from './errors.ts';
import type { ConversationRef } from './ids.ts';
import type { Account, ServiceNotice } from './model.ts';
import type { Query, QueryPatch, QueryType, QueryValue } from './queries.ts';

/**
 * What a tab posts to a worker host to be served: on a SharedWorker's port, a dedicated worker, or a service worker's
 * controller. Two ports travel with it (transferred): `calls` speaks Comlink, `live` the plain messages below.
 */
export type Hello = {
  readonly moorage: 'hello';
  readonly protocol: number;
  /** Random, new for each connection of a tab. */
  readonly tabId: string;
  /** The Web Lock the tab holds as long as it lives; the worker waits for it to learn of its death (TB2). */
  readonly tabLock: string;
  readonly account: Account;
  readonly calls: MessagePort;
  readonly live: MessagePort;
};

/** What the worker posts back where the hello came from. */
export type HelloReply =
  | {
      readonly moorage: 'welcome';
      readonly protocol: number;
      readonly tabId: string;
      /** New at each start of an engine; a different one means a different engine (TB4). */
      readonly instanceId: string;
      /** The Web Lock the engine holds as long as it lives; the tab waits for it to learn of its death (TB2). */
      readonly workerLock: string;
    }
  | { readonly moorage: 'refused'; readonly tabId: string; readonly error: SyncErrorData }
  /** Posted unasked when a host (re)starts on a port that is already open: say hello again (TB4). */
  | { readonly moorage: 'restarted' };

/** What happens to a tab that the worker should know of. */
export type TabSignal =
  /** The tab is visible, or the browser is back online: a sleeping connection should be looked at. */
  | 'visible'
  | 'hidden'
  | 'online'
  | 'offline'
  /** The tab enters the back/forward cache: post nothing, any message would evict it (TB7). */
  | 'pause'
  /** The tab came back: send fresh snapshots. */
  | 'resume';

/** Tab to worker, on the live port. */
export type FromTab =
  | { readonly type: 'subscribe'; readonly subscription: number; readonly query: Query }
  | { readonly type: 'unsubscribe'; readonly subscription: number }
  /** A sequence number was missed: send a fresh snapshot of every subscription. */
  | { readonly type: 'resync' }
  | { readonly type: 'signal'; readonly signal: TabSignal }
  /** What the user looks at in this tab now: null when the tab is hidden, without focus, or shows no conversation (UR4). */
  | { readonly type: 'present'; readonly conversation: ConversationRef | null }
  /** The names of the service's notices that the tab wants. */
  | { readonly type: 'notices'; readonly names: readonly string[] }
  /** Without a token: the tab could not give one. */
  | { readonly type: 'token'; readonly request: number; readonly token: string | undefined }
  /** The tab closes in an orderly way. */
  | { readonly type: 'goodbye' };

type ForEachQuery<Shape extends 'snapshot' | 'patch'> = {
  [T in QueryType]: {
    readonly type: Shape;
    readonly seq: number;
    readonly subscription: number;
    readonly query: T;
  } & (Shape extends 'snapshot' ? { readonly value: QueryValue[T] } : { readonly patch: QueryPatch[T] });
}[QueryType];

export type Snapshot = ForEachQuery<'snapshot'>;
export type Patch = ForEachQuery<'patch'>;

/** Worker to tab, on the live port. `seq` grows by one with each message of the port, from 1 on. */
export type ToTab =
  | Snapshot
  | Patch
  | { readonly type: 'notice'; readonly seq: number; readonly notice: ServiceNotice }
  /** Give a fresh token (the application's `token` callback); another tab is asked if this one does not answer. */
  | { readonly type: 'token-request'; readonly seq: number; readonly request: number };
