import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { onTestFinished } from 'vitest';
import { createTestWorld, type TestWorld } from '../../../src/testing/test-world.ts';

/** A world of this test's own, ended with it. */
export function openWorld(options: Partial<Parameters<typeof createTestWorld>[0]> = {}): TestWorld {
  const world = createTestWorld({ indexedDB: new IDBFactory(), keyRange: IDBKeyRange, ...options });
  onTestFinished(() => world.close());
  return world;
}
