import type { ClientEnvironment, PageSignal } from '../../../src/client/environment.ts';
import { createFakeLocks, type FakeLocks } from './fake-locks.ts';

export interface FakePage extends ClientEnvironment {
  readonly locks: FakeLocks;
  /** Lets so much time pass: fires the timers that are due, in order. */
  pass(ms: number): void;
  /** Delays of the timers that wait, ascending. Unit: ms from now. */
  timers(): readonly number[];
  tell(signal: PageSignal): void;
  readonly watchers: ReadonlySet<(signal: PageSignal) => void>;
  /** What was reported, in order. */
  readonly errors: readonly unknown[];
}

/** A page whose time, locks and events are the test's. */
export function createFakePage(locks: FakeLocks = createFakeLocks()): FakePage {
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const watchers = new Set<(signal: PageSignal) => void>();
  const errors: unknown[] = [];
  let now = 0;
  let ids = 0;
  const next = () => [...timers].sort((a, b) => a.at - b.at)[0];

  return {
    locks,
    watchers,
    errors,
    setTimer(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms) {
      const end = now + ms;
      for (let timer = next(); timer !== undefined && timer.at <= end; timer = next()) {
        timers.delete(timer);
        now = timer.at;
        timer.callback();
      }
      now = end;
    },
    timers: () => [...timers].map(({ at }) => at - now).sort((a, b) => a - b),
    random: () => 0.5,
    uniqueId: () => `tab-${++ids}`,
    watchPage(listener) {
      watchers.add(listener);
      listener('visible');
      listener('focused');
      return () => void watchers.delete(listener);
    },
    tell: (signal) => watchers.forEach((watcher) => watcher(signal)),
    reportError: (error) => void errors.push(error),
  };
}
