import { expect, test } from 'vitest';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { bob, shownBy, untilLive, watch } from './watch.ts';

/** A world and a tab that is up to date. */
async function openLiveWorld(): Promise<{ readonly world: TestWorld; readonly tab: TestTab }> {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.settle();
  return { world, tab };
}

test('[ST1] [UR2] what could not be stored is shown to nobody, said in the status, and stored later', async () => {
  const { world, tab } = await openLiveWorld();
  const [total, status] = [watch(tab.chat.unread), watch(tab.chat.status)];
  const seen: (number | undefined)[] = [];
  total.subscribe(() => seen.push(total.value));
  world.disk.abortWrite(1, 'QuotaExceededError');
  world.server.write({ from: 'bob', to: 'alice', text: 'too much' });
  await world.until(() => status.value?.type === 'degraded');
  expect(status.value).toMatchObject({ reason: { code: 'storage-full' } });
  expect(await shownBy(tab)).toEqual([]);
  expect(seen.every((value) => value === 0)).toBe(true);
  await world.clock.advance(5_000);
  await world.until(() => total.value === 1);
  await world.until(() => status.value?.type === 'live');
});

test('[ST1] [OB1] a send that could not be stored is refused and leaves nothing behind', async () => {
  const { world, tab } = await openLiveWorld();
  const timeline = watch(tab.chat.timeline(bob));
  await world.settle();
  world.disk.abortWrite(1, 'QuotaExceededError');
  await expect(tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' })).rejects.toMatchObject({ code: 'storage-full' });
  await world.settle();
  expect(timeline.value?.items).toEqual([]);
  expect(world.server.faults.count('send')).toBe(0);
});

test('[SY1] [ST1] a page that could not be stored leaves its cursor, and is read again', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  await world.until(() => world.server.faults.held('getConversations') === 1);
  await world.settle();
  world.disk.abortWrite(1, 'QuotaExceededError');
  release();
  await world.until(() => status.value?.type === 'degraded');
  expect(await shownBy(tab)).toEqual([]);
  await world.clock.advance(2_000);
  await untilLive(world, tab);
  expect((await shownBy(tab)).length).toBe(120);
});

test('[SY1] a page of 50 rows and its cursor are one transaction; a flood of messages is few', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 150 });
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  await world.settle();
  let record = world.disk.record();
  release();
  await untilLive(world, tab);
  const writes = (): number => record.transactions.filter((name) => name.startsWith('readwrite')).length;
  // Three pages, and the note that the round is complete.
  expect(writes()).toBe(4);
  record = world.disk.record();
  const total = watch(tab.chat.unread);
  const deliver = world.server.holdDeliveries();
  for (let number = 0; number < 1_000; number += 1) world.server.write({ from: `user-${1 + (number % 20)}`, to: 'alice', text: 'flood' });
  deliver();
  await world.until(() => total.value === 1_150);
  expect(writes()).toBeLessThanOrEqual(4);
});
