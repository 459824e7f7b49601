import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import type { Environment } from '../../src/worker/environment.ts';

/** An environment in Node: a database in memory that is its own, real timers, locks that are always free. */
export function nodeEnvironment(): Environment {
  return {
    now: () => Date.now(),
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    uniqueId: () => crypto.randomUUID(),
    locks: { request: (_name, _options, whileHeld) => whileHeld() },
    indexedDB: new IDBFactory(),
    keyRange: IDBKeyRange,
    isOnline: () => true,
  };
}
