import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { databaseName } from '../../../src/worker/storage/schema.ts';
import { openWorld } from '../engine/open-world.ts';
import { shownBy, untilLive, watch } from '../engine/watch.ts';

test.each([0, 1, 2])('[ST4] [SY7] hard case 15: the database is deleted after page %i; no cursor gets ahead of its rows, and everything is read again', async (pages) => {
  const factory = new IDBFactory();
  const world = openWorld({ indexedDB: factory });
  const { faults } = world.server;
  world.server.seed({ userId: 'alice', conversations: 130 });
  let release = faults.hold('getConversations');
  const tab = await world.openTab();
  const list = watch(tab.chat.conversations());
  for (let page = 0; page < pages; page += 1) {
    await world.until(() => faults.held('getConversations') === 1, `page ${page + 1}`);
    const open = release;
    release = faults.hold('getConversations');
    open();
  }
  await world.until(() => list.value?.total === pages * 50);
  const from = faults.calls.length;
  const deleted = new Promise<void>((resolve) => {
    factory.deleteDatabase(databaseName(world.account)).onsuccess = () => resolve();
  });
  await deleted;
  release();
  // The page finds another engine by itself.
  await world.settle();
  for (let second = 0; second < 30; second += 1) await world.clock.advance(1_000);
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(world.server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]));
  const cursors = faults.calls.slice(from).filter(({ name }) => name === 'getConversations').map(({ request }) => (request as { cursor: string }).cursor);
  // The first may be a question of the engine that ended.
  expect(cursors.slice(-4)).toEqual(['', 'page-50', 'page-100', '']);
});
