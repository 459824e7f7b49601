import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { onTestFinished } from 'vitest';
import { createTestWorld, type TestWorld } from '../../../src/testing/test-world.ts';

/** A world of this test's own, ended with it. History is read by itself only where the test says so. */
export function openWorld(options: Partial<Parameters<typeof createTestWorld>[0]> = {}): TestWorld {
  const engine = { backfill: { conversations: 0, messages: 0 }, ...options.engine };
  const world = createTestWorld({ indexedDB: new IDBFactory(), keyRange: IDBKeyRange, ...options, engine });
  onTestFinished(() => world.close());
  return world;
}
