import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, watch } from '../engine/watch.ts';

test.each([1, 2, 3, 4, 5, 6, 7])('[ST1] [SY1] hard case 14: the disk is full at write %i; nothing is shown that is not stored, and nothing is lost', async (nth) => {
  const world = openWorld({ engine: { listPageSize: 20 } });
  const { server } = world;
  server.seed({ userId: 'alice', conversations: 50 });
  const release = server.faults.hold('getConversations');
  const tab = await world.openTab();
  const [total, status, timeline] = [watch(tab.chat.unread), watch(tab.chat.status), watch(tab.chat.timeline(bob))];
  await world.until(() => server.faults.held('getConversations') === 1);
  await world.settle();
  world.disk.abortWrite(nth, 'QuotaExceededError');
  release();
  for (let text = 1; text <= 5; text += 1) {
    server.write({ from: 'bob', to: 'alice', text: `message ${text}` });
    await world.settle();
  }
  const isAtRest = (): boolean => status.value?.type === 'live' && total.value === 55 && timeline.value?.items.length === 5;
  for (let second = 0; second < 60 && !isAtRest(); second += 1) {
    await world.clock.advance(1_000);
    await world.settle();
  }
  expect(isAtRest()).toBe(true);
  const seen = await shownBy(tab);
  world.killWorker();
  const next = await world.openTab();
  // Before anything is asked of the service: what was shown is what is stored.
  expect(await shownBy(next)).toEqual(seen);
  expect(seen).toHaveLength(51);
});
