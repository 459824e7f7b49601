import type { ServiceNotice } from '../../protocol/model.ts';
import type { Hello, TabSignal } from '../../protocol/wire.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';
import type { Environment } from '../environment.ts';
import { cloneable } from '../cloneable.ts';
import { createExpose, type CallSdk } from './expose.ts';
import type { Change } from './live-view.ts';
import { openTabFeed, type MakeView, type TabFeed } from './tab-feed.ts';
import { watchTab } from './tab-liveness.ts';
import type { TimelineView } from './timeline-view.ts';

/** The tabs an engine serves. */
export interface TabRegistry {
  /** Serves a tab from its hello on, until it says goodbye or dies. The same tab saying hello again replaces itself. */
  add(hello: Hello): void;
  /** Tells every tab what changed for it. Call after the commit only. */
  announce(change: Change): void;
  /** Whether any tab asked for the service's notices of this name. */
  wants(name: string): boolean;
  /** Passes on what the service told to the tabs that asked for it. What of it cannot cross a port is left out. */
  notice(notice: ServiceNotice): void;
  requestToken(tabId: string, request: number): void;
  /** Timelines open in any tab. */
  timelines(): readonly TimelineView[];
  /** Stops telling the tabs anything. Open calls are still answered: their ports stay open until their tabs go. */
  close(): void;
}

type Tab = { readonly feed: TabFeed; readonly stop: () => void };

/** What the registry needs of the engine. */
export type TabRegistryOptions = {
  readonly environment: Pick<Environment, 'locks'>;
  readonly makeView: MakeView;
  /** Makes the calls of one tab. */
  readonly makeApi: (feed: TabFeed) => WorkerApi;
  readonly callSdk: CallSdk;
  /** Aborts when the engine ends, with what open calls are answered with. */
  readonly ended: AbortSignal;
  readonly onJoined: (tabId: string) => void;
  readonly onLeft: (tabId: string) => void;
  readonly onSignal: (signal: TabSignal) => void;
  readonly onPresent: (tabId: string, conversation: unknown) => void;
  readonly onToken: (tabId: string, request: number, token: unknown) => void;
  readonly onTimeline: (view: TimelineView) => void;
  readonly isConnected: () => boolean;
};

/** Makes an empty registry. */
export function createTabRegistry(options: TabRegistryOptions): TabRegistry {
  const tabs = new Map<string, Tab>();
  const expose = createExpose(options.ended, options.callSdk);

  const remove = (tabId: string): void => {
    const tab = tabs.get(tabId);
    if (tab === undefined) return;
    tabs.delete(tabId);
    tab.stop();
    options.onLeft(tabId);
  };

  const wants = (name: string): boolean => [...tabs.values()].some(({ feed }) => feed.wants(name));

  return {
    add(hello) {
      const { tabId } = hello;
      remove(tabId);
      const feed = openTabFeed({
        ...options,
        port: hello.live,
        onPresent: (conversation) => options.onPresent(tabId, conversation),
        onToken: (request, token) => options.onToken(tabId, request, token),
        onGoodbye: () => remove(tabId),
      });
      expose(options.makeApi(feed), hello.calls);
      const unwatch = watchTab({ ...options, lock: hello.tabLock, onGone: () => remove(tabId) });
      tabs.set(tabId, {
        feed,
        stop: () => {
          unwatch();
          feed.close();
          hello.calls.close();
        },
      });
      options.onJoined(tabId);
    },
    announce(change) {
      for (const { feed } of tabs.values()) feed.announce(change);
    },
    wants,
    notice({ name, data }) {
      if (!wants(name)) return;
      const told = { name, data: cloneable(data) };
      for (const { feed } of tabs.values()) feed.notice(told);
    },
    requestToken: (tabId, request) => tabs.get(tabId)?.feed.requestToken(request),
    timelines: () => [...tabs.values()].flatMap(({ feed }) => feed.timelines()),
    close() {
      for (const { feed } of tabs.values()) feed.close();
      tabs.clear();
    },
  };
}
