import { SyncError } from '../protocol/errors.ts';
import type { TabSignal } from '../protocol/wire.ts';

/** Stops a timer. Calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/** The Web Locks a tab uses, so that tests can hand in their own. */
export interface TabLocks {
  /**
   * Holds an exclusive lock while `whileHeld` runs. Aborting the signal withdraws a request that still waits.
   * @returns What `whileHeld` returned. Rejects with an AbortError when withdrawn.
   */
  request<T>(name: string, options: { readonly signal?: AbortSignal }, whileHeld: () => Promise<T>): Promise<T>;
}

/** Everything the client takes from the page: handed in once, so that it runs in Node under a test's control. */
export interface ClientEnvironment {
  setTimer(callback: () => void, delayMs: number): CancelTimer;
  /** Uniform in [0, 1). */
  random(): number;
  /** A new random id, unique across tabs. */
  uniqueId(): string;
  readonly locks: TabLocks;
  /**
   * Tells what happens to the page, and at once whether it is visible now.
   * @returns Ends the watch.
   */
  watchPage(listener: (signal: TabSignal) => void): () => void;
  /** Hands an error of the application's own code to whoever collects uncaught errors. */
  reportError(error: unknown): void;
  /** Where replies of a service worker arrive; undefined where there are none. */
  serviceWorkerReplies(): EventTarget | undefined;
}

/** The environment of a page, or of any other place with the browser's globals. */
export function browserEnvironment(): ClientEnvironment {
  return {
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    uniqueId: () => crypto.randomUUID(),
    locks: {
      // Web Locks exist on secure pages only; there the property is missing, whatever its type says.
      request: async (name, options, whileHeld) => {
        if (!('locks' in navigator)) throw new SyncError('unsupported', 'Web Locks are missing: not a secure page');
        return navigator.locks.request(name, options, whileHeld);
      },
    },
    watchPage,
    reportError: (error) => reportError(error),
    serviceWorkerReplies: () => {
      const container = (navigator as Partial<Navigator>).serviceWorker;
      container?.startMessages();
      return container;
    },
  };
}

function watchPage(listener: (signal: TabSignal) => void): () => void {
  const stopped = new AbortController();
  const on = (target: EventTarget, type: string, handle: (event: Event) => void): void =>
    target.addEventListener(type, handle, { signal: stopped.signal });
  const tellVisibility = (): void => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible');
  on(document, 'visibilitychange', tellVisibility);
  on(window, 'online', () => listener('online'));
  on(window, 'offline', () => listener('offline'));
  on(window, 'pagehide', () => listener('pause'));
  on(window, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) listener('resume');
  });
  tellVisibility();
  return () => stopped.abort();
}
