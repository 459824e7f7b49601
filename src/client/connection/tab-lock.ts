import type { TabLocks } from '../environment.ts';

/**
 * Takes a Web Lock and holds it until released, or until the tab dies: that is how the worker learns of its death (TB2).
 *
 * @returns Releases the lock. Resolves once the lock is held, so that nobody can be told its name too early.
 */
export function holdLock(locks: TabLocks, name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const whileHeld = (): Promise<void> => new Promise((release) => resolve(release));
    locks.request(name, {}, whileHeld).catch(reject);
  });
}

/**
 * Waits for a Web Lock that the other side holds as long as it lives, and calls `onDeath` when it is free (TB2).
 *
 * @returns Stops waiting.
 */
export function waitForDeath(locks: TabLocks, name: string, onDeath: () => void): () => void {
  const stopped = new AbortController();
  locks
    .request(name, { signal: stopped.signal }, async () => {
      if (!stopped.signal.aborted) onDeath();
    })
    // Withdrawn, or the browser took its locks away: then calls still have their deadlines.
    .catch(() => undefined);
  return () => stopped.abort();
}
