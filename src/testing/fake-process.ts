import type { CancelTimer, Locks } from '../worker/environment.ts';
import { nextTurn, type FakeClock } from './fake-clock.ts';
import type { FakeLocks } from './fake-locks.ts';

/**
 * One process of a test world: a worker, or a tab with its page. All that reaches it from outside comes through
 * {@link FakeProcess.run}, so it can be held still, and ended, at any moment.
 */
export interface FakeProcess {
  /** Lets something reach the process: now; when it thaws, in order; or never, when it is dead. */
  run(action: () => void): void;
  setTimer(callback: () => void, delayMs: number): CancelTimer;
  /** The world's locks, owned by this process. */
  readonly locks: Locks;
  /** Timers that are set and have not fired. */
  timers(): number;
  /** Timers that have fired so far. */
  fired(): number;
  /**
   * Nothing reaches the process from now on; its locks stay held. Freezing the frozen does nothing.
   * @returns Lets it go on; resolves when it has caught up with what came meanwhile. Idempotent.
   */
  freeze(): () => Promise<void>;
  isFrozen(): boolean;
  /** Ends it without a word: nothing reaches it any more, and its locks are free. Idempotent. */
  kill(): void;
  isDead(): boolean;
  /** Calls back when it is killed, after its locks were freed. */
  onKilled(listener: () => void): void;
}

/** @param options.name Owns the locks; unique in the world. */
export function createFakeProcess(options: { readonly name: string; readonly clock: FakeClock; readonly locks: FakeLocks }): FakeProcess {
  const { name, clock, locks } = options;
  const own = locks.ownedBy(name);
  const timers = new Set<CancelTimer>();
  const deathListeners: (() => void)[] = [];
  let waiting: (() => void)[] = [];
  let isFrozen = false;
  let isDead = false;
  let fired = 0;

  const run = (action: () => void): void => {
    if (isDead) return;
    if (isFrozen || waiting.length > 0) waiting.push(action);
    else action();
  };

  /** One at a time, as a browser hands over what it kept: two turns, so that what one posts is there before the next. */
  const catchUp = async (): Promise<void> => {
    while (!isFrozen && waiting.length > 0) {
      await nextTurn();
      await nextTurn();
      const [next] = waiting;
      // It may have been frozen again, or killed, meanwhile.
      if (isFrozen || next === undefined) return;
      next();
      waiting.shift();
    }
  };

  return {
    run,
    setTimer(callback, delayMs) {
      const fire = (): void => {
        if (!timers.delete(cancel)) return;
        fired += 1;
        callback();
      };
      const stop = clock.setTimer(() => run(fire), delayMs);
      const cancel = (): void => {
        timers.delete(cancel);
        stop();
      };
      if (!isDead) timers.add(cancel);
      return cancel;
    },
    locks: {
      request: (lock, request, whileHeld) =>
        isDead
          ? new Promise<never>(() => undefined)
          : own.request(lock, request, () => new Promise((resolve, reject) => run(() => void whileHeld().then(resolve, reject)))),
    },
    timers: () => timers.size,
    fired: () => fired,
    freeze() {
      isFrozen = true;
      return () => {
        isFrozen = false;
        return catchUp();
      };
    },
    isFrozen: () => isFrozen,
    kill() {
      if (isDead) return;
      isDead = true;
      waiting = [];
      for (const cancel of [...timers]) cancel();
      locks.kill(name);
      for (const listener of deathListeners) listener();
    },
    isDead: () => isDead,
    onKilled: (listener) => void deathListeners.push(listener),
  };
}
