import type { TabSignal } from '../protocol/wire.ts';

/** Stops a timer. Calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/**
 * What happens to a page: to {@link TabSignal} it adds `focused`, when it has the keyboard's focus, and `blurred`, when it
 * has not. A page that the browser caches or freezes is `hidden` and then in `pause`; back again, it says `resume`, then
 * whether it is visible.
 */
export type PageSignal = TabSignal | 'focused' | 'blurred';

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
  /** How long after a worker's locks were let go its successor may be asked for. Unit: ms; at once when it is missing. */
  readonly mourningMs?: number;
  /** Missing where there are none: on pages that are not secure, and on servers. */
  readonly locks?: TabLocks | undefined;
  /**
   * Tells what happens to the page, and at once whether it is visible and focused now. A page of which nothing is told
   * counts as both.
   * @returns Ends the watch.
   */
  watchPage(listener: (signal: PageSignal) => void): () => void;
  /** Hands an error of the application's own code to whoever collects uncaught errors. */
  reportError(error: unknown): void;
}

/**
 * Firefox (153) frees the locks of a worker that ended before it forgets the worker. A page that asks for the same one in these few
 * milliseconds is bound to the dead one, and after a crash so is everybody after it, until every tab of the site is closed.
 */
const MOURNING_MS = 200;

/** The environment of a page. */
export function browserEnvironment(): ClientEnvironment {
  return {
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    uniqueId: () => crypto.randomUUID(),
    mourningMs: MOURNING_MS,
    locks: (globalThis as { readonly navigator?: Partial<Navigator> }).navigator?.locks,
    watchPage,
    reportError: (error) => reportError(error),
  };
}

function watchPage(listener: (signal: PageSignal) => void): () => void {
  const stopped = new AbortController();
  // Caught on its way down, so that what the document is told is heard in the same place.
  const on = (types: string, handle: (event: Partial<PageTransitionEvent>) => void): void =>
    types.split(' ').forEach((type) => addEventListener(type, handle, { capture: true, signal: stopped.signal }));
  const look = (): void => {
    listener(document.visibilityState);
    // Not what the event says: a frame within the page takes the window's focus, not the page's.
    listener(document.hasFocus() ? 'focused' : 'blurred');
  };
  on('online offline', ({ type }) => listener(type as PageSignal));
  on('pagehide freeze', () => {
    listener('hidden');
    listener('pause');
  });
  // A page that is shown for the first time is not back.
  on('resume pageshow', ({ persisted = true }) => persisted && listener('resume'));
  on('resume pageshow visibilitychange focus blur', look);
  look();
  return () => stopped.abort();
}
