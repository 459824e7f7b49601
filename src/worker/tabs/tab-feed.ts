import { SyncError } from '../../protocol/errors.ts';
import type { ServiceNotice } from '../../protocol/model.ts';
import type { Query } from '../../protocol/queries.ts';
import type { FromTab, TabSignal } from '../../protocol/wire.ts';
import { checkQuery } from './check-query.ts';
import { openLivePort } from './live-port.ts';
import type { Change, LiveView, PatchBody } from './live-view.ts';
import type { TimelineView } from './timeline-view.ts';

/** The live side of one tab: what it watches, and the messages that keep it up to date. */
export interface TabFeed {
  /** Posts what a change means for this tab: changed rows of what it watches, nothing else. */
  announce(change: Change): void;
  /** Whether the tab asked for the service's notices of this name. */
  wants(name: string): boolean;
  /** Passes on what the service told, if the tab asked for that. The data must be cloneable. */
  notice(notice: ServiceNotice): void;
  requestToken(request: number): void;
  /** @throws {SyncError} `worker-lost` when the tab has no timeline under this number */
  timeline(subscription: number): TimelineView;
  /** Timelines open in this tab. */
  timelines(): readonly TimelineView[];
  close(): void;
}

type Watched = { readonly view: LiveView; readonly timeline: TimelineView | undefined; isOpen: boolean };

/** The SDK's event that says that it is logged in. */
const CONNECTED = 'onConnected';

/** @param options.onPatch is handed to views for what they change by themselves. */
export type MakeView = (
  query: Query,
  onPatch: (patch: PatchBody) => void,
) => { readonly view: LiveView; readonly timeline?: TimelineView };

/**
 * Opens a tab's feed.
 *
 * - A subscription is answered with a snapshot, then with patches, in the order of the commits (UR2).
 * - A tab that missed a number, or comes back from the back/forward cache, gets snapshots of everything (TB4, TB7).
 */
export function openTabFeed(options: {
  readonly port: MessagePort;
  readonly makeView: MakeView;
  readonly onSignal: (signal: TabSignal) => void;
  /** What the tab says it shows; unchecked. */
  readonly onPresent: (conversation: unknown) => void;
  /** An answer to {@link TabFeed.requestToken}; unchecked. */
  readonly onToken: (request: number, token: unknown) => void;
  readonly onGoodbye: () => void;
  readonly onTimeline: (view: TimelineView) => void;
  readonly isConnected: () => boolean;
}): TabFeed {
  const watched = new Map<number, Watched>();
  let wanted: ReadonlySet<string> = new Set();

  const postSnapshot = (subscription: number, { view }: Watched): void => {
    live.post({ type: 'snapshot', subscription, ...view.snapshot() });
  };

  const postPatch = (subscription: number, patch: PatchBody): void => {
    live.post({ type: 'patch', subscription, ...patch });
  };

  const subscribe = async (subscription: number, query: Query): Promise<void> => {
    checkQuery(subscription, query);
    const onPatch = (patch: PatchBody): void => {
      if (watched.get(subscription) === entry && entry.isOpen) postPatch(subscription, patch);
    };
    const { view, timeline } = options.makeView(query, onPatch);
    const entry: Watched = { view, timeline, isOpen: false };
    watched.set(subscription, entry);
    await view.open();
    if (watched.get(subscription) !== entry) return;
    entry.isOpen = true;
    postSnapshot(subscription, entry);
    if (timeline !== undefined) options.onTimeline(timeline);
  };

  const resync = (): void => {
    for (const [subscription, entry] of watched) if (entry.isOpen) postSnapshot(subscription, entry);
  };

  const onSignal = (signal: TabSignal): void => {
    if (signal === 'pause') live.pause();
    if (signal === 'resume') {
      live.resume();
      resync();
    }
    options.onSignal(signal);
  };

  /** A tab that asks when the login is long done is told of it all the same, once. */
  const want = (names: readonly string[]): void => {
    const wasWanted = wanted.has(CONNECTED);
    wanted = new Set(names);
    if (!wasWanted && options.isConnected()) notice({ name: CONNECTED, data: undefined });
  };

  const notice = (told: ServiceNotice): void => {
    if (wanted.has(told.name)) live.post({ type: 'notice', notice: told });
  };

  const onMessage = (message: FromTab): void => {
    switch (message.type) {
      case 'subscribe':
        // A query that cannot be answered has no one to tell: the client checked it before.
        subscribe(message.subscription, message.query).catch(() => undefined);
        return;
      case 'unsubscribe':
        return void watched.delete(message.subscription);
      case 'resync':
        return resync();
      case 'signal':
        return onSignal(message.signal);
      case 'present':
        return options.onPresent(message.conversation);
      case 'notices':
        return want(message.names);
      case 'token':
        return options.onToken(message.request, message.token);
      case 'goodbye':
        return options.onGoodbye();
    }
  };

  const live = openLivePort({ port: options.port, onMessage });

  return {
    announce(change) {
      for (const [subscription, { view, timeline, isOpen }] of watched) {
        // A timeline that is still being read notes what it misses.
        if (!isOpen && timeline === undefined) continue;
        const patch = view.take(change);
        if (patch !== undefined && isOpen) postPatch(subscription, patch);
      }
    },
    wants: (name) => wanted.has(name),
    notice,
    requestToken: (request) => live.post({ type: 'token-request', request }),
    timeline(subscription) {
      const timeline = watched.get(subscription)?.timeline;
      // A number that another worker knew: the call came before this one was told of it.
      if (timeline === undefined) throw new SyncError('worker-lost', 'no such subscription');
      return timeline;
    },
    timelines: () => [...watched.values()].flatMap(({ timeline, isOpen }) => (isOpen ? (timeline ?? []) : [])),
    close() {
      watched.clear();
      live.close();
    },
  };
}
