import { expect, test } from 'vitest';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { shownBy, untilLive, watch } from './watch.ts';

const DAY = 86_400_000;

const cursors = (world: TestWorld, from: number): readonly string[] =>
  world.server.faults.calls.slice(from).filter(({ name }) => name === 'getConversations').map(({ request }) => (request as { cursor: string }).cursor);

async function open(conversations: number): Promise<{ readonly world: TestWorld; readonly tab: TestTab }> {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  world.server.seed({ userId: 'alice', conversations });
  const tab = await world.openTab();
  await untilLive(world, tab);
  return { world, tab };
}

test.each([
  ['a short', 6 * DAY, ['']],
  ['a long', 8 * DAY, ['', 'page-50', 'page-100', '']],
] as const)('[SY9] after %s absence', async (_length, awayMs, expected) => {
  const { world } = await open(120);
  world.killWorker();
  // Read on another device meanwhile, which brings nothing to the head.
  world.server.mailbox('alice').read({ conversationId: 'user-3', conversationType: 'singleChat' });
  world.clock.set(world.clock.now() + awayMs);
  const from = world.server.faults.calls.length;
  const tab = await world.openTab();
  await untilLive(world, tab);
  expect(cursors(world, from)).toEqual(expected);
  const { data } = await tab.chat.localCache.getLocalConversation({ conversationId: 'user-3', conversationType: 'singleChat' });
  expect(data?.unReadCount).toBe(expected.length === 1 ? 1 : 0);
});

test.each([0, 10, 49, 50, 51, 120])('[SY9] coming back after %i conversations changed costs ceil(k / 50) + 1 list calls at most', async (changed) => {
  const { world } = await open(200);
  world.killWorker();
  const lose = world.server.loseDeliveries();
  for (let number = 1; number <= changed; number += 1) world.server.write({ from: `user-${number}`, to: 'alice', text: 'while away' });
  lose();
  const from = world.server.faults.calls.length;
  const tab = await world.openTab();
  await untilLive(world, tab);
  expect(cursors(world, from).length).toBeLessThanOrEqual(Math.ceil(changed / 50) + 1);
  expect(await shownBy(tab)).toEqual(world.server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]));
});

test('[SY3] what the service pushed out of its list of 100 stays, over rounds of every kind', async () => {
  const { world, tab } = await open(90);
  world.server.limitLists(100);
  for (let number = 91; number <= 130; number += 1) world.server.write({ from: `user-${number}`, to: 'alice', text: 'new' });
  const list = watch(tab.chat.conversations());
  await world.until(() => list.value?.total === 130);
  await tab.chat.refresh();
  world.killWorker();
  world.clock.set(world.clock.now() + 8 * DAY);
  const next = await world.openTab();
  await untilLive(world, next);
  expect((await shownBy(next)).length).toBe(130);
  expect(world.server.list('alice').length).toBe(100);
});

test('[ER1] the status tells how far the list is read, and of a list that was read before how far it goes', async () => {
  const { world } = await open(120);
  world.killWorker();
  world.clock.set(world.clock.now() + 8 * DAY);
  const { faults } = world.server;
  let release = faults.hold('getConversations');
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  const seen: unknown[] = [];
  for (const cursor of ['', 'page-50', 'page-100']) {
    await world.until(() => faults.held('getConversations') === 1, cursor);
    await world.settle();
    seen.push(status.value);
    const open = release;
    release = faults.hold('getConversations');
    open();
  }
  release();
  expect(seen).toEqual([0, 50, 100].map((done) => ({ type: 'syncing', done, total: 120 })));
  await untilLive(world, tab);
});

test('[SY9] [HB5] a head that events have told of already does not end the round: what they lost lies below it', async () => {
  const { world, tab } = await open(120);
  const lose = world.server.loseDeliveries();
  world.server.write({ from: 'user-120', to: 'alice', text: 'lost' });
  lose();
  for (let number = 1; number <= 55; number += 1) world.server.write({ from: `user-${number}`, to: 'alice', text: 'told' });
  const list = watch(tab.chat.conversations());
  await world.until(() => list.value?.rows[0]?.conversationId === 'user-55');
  await tab.chat.refresh();
  expect(await shownBy(tab)).toEqual(world.server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]));
});
