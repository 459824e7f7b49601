import type { TabSignal } from '../protocol/wire.ts';

/** Stops a timer. Calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/** The Web Locks a tab uses, so that tests can hand in their own. */
export interface TabLocks {
  /**
   * Holds an exclusive lock while `whileHeld` runs. Aborting the signal withdraws a request that still waits.
   * @returns What `whileHeld` returned. Rejects with an AbortError when withdrawn.
   */
  request<T>(name: string, options: { readonly signal: AbortSignal }, whileHeld: () => Promise<T>): Promise<T>;
}

/** Everything the client takes from the page: handed in once, so that it runs in Node under a test's control. */
export interface ClientEnvironment {
  setTimer(callback: () => void, delayMs: number): CancelTimer;
  /** Uniform in [0, 1). */
  random(): number;
  /** A new random id, unique across tabs. */
  uniqueId(): string;
  /** Missing where there are none: on pages that are not secure. */
  readonly locks?: TabLocks | undefined;
  /**
   * Tells what happens to the page, and at once whether it is visible now.
   * @returns Ends the watch.
   */
  watchPage(listener: (signal: TabSignal) => void): () => void;
  /** Hands an error of the application's own code to whoever collects uncaught errors. */
  reportError(error: unknown): void;
}

/** The environment of a page. */
export function browserEnvironment(): ClientEnvironment {
  return {
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    uniqueId: () => crypto.randomUUID(),
    locks: (navigator as Partial<Navigator>).locks,
    watchPage,
    reportError: (error) => reportError(error),
  };
}

function watchPage(listener: (signal: TabSignal) => void): () => void {
  const stopped = new AbortController();
  const on = (target: EventTarget, type: string, handle: (event: Event) => void): void =>
    target.addEventListener(type, handle, stopped);
  const tellVisibility = (): void => listener(document.visibilityState);
  on(document, 'visibilitychange', tellVisibility);
  on(window, 'online', () => listener('online'));
  on(window, 'offline', () => listener('offline'));
  on(window, 'pagehide', () => listener('pause'));
  on(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && listener('resume'));
  tellVisibility();
  return () => stopped.abort();
}
