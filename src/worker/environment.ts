/** Stops a timer. Calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/** The Web Locks the engine uses, so that tests can hand in their own. */
export interface Locks {
  /**
   * Holds an exclusive lock while `whileHeld` runs. Aborting the signal withdraws a request that still waits.
   * @returns What `whileHeld` returned. Rejects with an AbortError when withdrawn.
   */
  request<T>(name: string, options: { readonly signal?: AbortSignal }, whileHeld: () => Promise<T>): Promise<T>;
}

/**
 * Everything the engine takes from the world: handed in once, so that the engine runs in any worker host and in Node,
 * under a fake clock and with locks and a database of the test's own.
 */
export interface Environment {
  /** The local clock, ms since 1970. It orders nothing (HB8). */
  now(): number;
  setTimer(callback: () => void, delayMs: number): CancelTimer;
  /** Uniform in [0, 1). */
  random(): number;
  /** A new random id, unique across tabs and devices. */
  uniqueId(): string;
  readonly locks: Locks;
  readonly indexedDB: IDBFactory;
  readonly keyRange: typeof IDBKeyRange;
  /** What the host knows of the network. True where it does not know. */
  isOnline(): boolean;
  /** The size of an image in pixels; rejects when it is none the host can read. Left out: the host cannot. */
  measureImage?(image: Blob): Promise<{ readonly width: number; readonly height: number }>;
}

/** The environment of a worker, a tab or any other place with the browser's globals. */
export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    uniqueId: () => crypto.randomUUID(),
    locks: {
      request: (name, options, whileHeld) => navigator.locks.request(name, options, whileHeld),
    },
    indexedDB,
    keyRange: IDBKeyRange,
    isOnline: () => navigator.onLine,
    measureImage: async (image) => {
      const bitmap = await createImageBitmap(image);
      const { width, height } = bitmap;
      bitmap.close();
      return { width, height };
    },
  };
}
