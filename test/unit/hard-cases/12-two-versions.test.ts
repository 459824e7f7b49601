import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import { databaseName } from '../../../src/worker/storage/schema.ts';
import { SCHEMA_VERSION } from '../../../src/worker/storage/migrations.ts';
import { openWorld } from '../engine/open-world.ts';
import { openRawTab, sayHello } from '../engine/raw-tab.ts';
import { untilLive, watch } from '../engine/watch.ts';

test.each([PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1])('[TB6] hard case 12: a tab that speaks version %i is told, and the other tab goes on', async (protocol) => {
  const world = openWorld();
  const tab = await openRawTab(world);
  tab.post({ type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'all' } });
  const other = sayHello(world, { protocol });
  await world.until(() => other.reply() !== undefined);
  expect(other.reply()).toMatchObject({ moorage: 'refused', error: { code: 'protocol-mismatch', retryable: false } });
  await world.until(() => world.server.connections('alice').length === 1);
  world.server.write({ from: 'bob', to: 'alice', text: 'hello' });
  await world.until(() => tab.received.some((message) => message.type === 'patch' && message.query === 'unread' && message.patch === 1));
  expect(other.received).toEqual([]);
});

test('[TB6] hard case 12: when a later build upgrades the database, the older engine lets go, says so and does not try for ever', async () => {
  const indexedDB = new IDBFactory();
  const world = openWorld({ indexedDB });
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const status = watch(tab.chat.status);
  const later = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName(world.account), SCHEMA_VERSION + 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('the older engine keeps the database', { cause: request.error }));
  });
  await world.until(() => status.value?.type === 'degraded');
  expect(status.value).toMatchObject({ reason: { code: 'storage-unavailable' } });
  const logins = world.server.faults.count('connect');
  for (let minute = 0; minute < 10; minute += 1) {
    await world.clock.advance(60_000);
    await world.settle();
  }
  expect(world.server.faults.count('connect')).toBe(logins);
  expect([...later.objectStoreNames]).toContain('conversations');
  later.close();
});
