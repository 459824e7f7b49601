import type { TabLocks } from '../environment.ts';

type Until = { readonly signal: AbortSignal };

/**
 * Takes a Web Lock and holds it until `until` aborts, or until the tab dies: that is how the worker learns of its death (TB2).
 *
 * @returns Resolves once the lock is held, so that nobody can be told its name too early.
 */
export function holdLock(locks: TabLocks, name: string, until: Until): Promise<void> {
  return new Promise((resolve, reject) => {
    const whileHeld = (): Promise<void> =>
      new Promise((release) => {
        until.signal.addEventListener('abort', () => release());
        resolve();
      });
    locks.request(name, until, whileHeld).catch(reject);
  });
}

/** Waits, until `until` aborts, for a Web Lock that the other side holds as long as it lives; calls `onDeath` when it is free (TB2). */
export function waitForDeath(locks: TabLocks, name: string, until: Until, onDeath: () => void): void {
  // Withdrawn, or the browser took its locks away: then calls still have their deadlines.
  locks.request(name, until, async () => onDeath()).catch(() => undefined);
}
