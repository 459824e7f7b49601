import { expect, test } from 'vitest';
import type { LiveQuery } from '../../../src/client/store/live-query.ts';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import type { TestTab } from '../../../src/testing/test-tab.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, untilLive, watch } from '../engine/watch.ts';

/** Bob has written; alice's queue kept nothing of it, and the newest page of her history was answered, but not brought yet. */
async function openBehindPage(): Promise<{ world: TestWorld; tab: TestTab; ids: readonly string[]; bringPage: () => void; texts: () => readonly unknown[] }> {
  const world = openWorld();
  const ids = ['1', '2', '3'].map((text) => world.server.write({ from: 'bob', to: 'alice', text }).id);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const messages = [...world.server.history('alice', bob)].reverse();
  const bringPage = world.server.faults.hold('getHistory');
  world.server.faults.failNext('getHistory', { type: 'answer', value: { messages, cursor: undefined, isLast: true } });
  const timeline: LiveQuery<QueryValue['timeline']> = watch(tab.chat.timeline(bob));
  await world.until(() => world.server.faults.held('getHistory') === 1);
  return { world, tab, ids, bringPage, texts: () => (timeline.value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg'])) };
}

test('[HB7] hard case 8: recalled before the page of history that has it: it never comes', async () => {
  const { world, tab, ids, bringPage, texts } = await openBehindPage();
  world.server.recall(ids[1] ?? '');
  world.server.recall(ids[2] ?? '');
  await world.settle();
  bringPage();
  await world.until(() => texts().length > 0);
  await world.settle();
  expect(texts()).toEqual(['1']);
  // Nor live, nor by another worker, nor by a list from before.
  world.server.tell('alice', { type: 'messages', messages: [{ id: ids[2] ?? '', time: 1_700_000_003_000, from: 'bob', to: 'alice', chatType: 'singleChat', type: 'txt', msg: '3' }] });
  await world.settle();
  world.killWorker();
  await world.until(() => texts().length > 0);
  await world.settle();
  expect(texts()).toEqual(['1']);
  expect(await shownBy(tab)).toEqual([['bob', 1, ids[0], false, []]]);
});

test('[HB7] hard case 8: edited before the page of history that has it as it was: it comes edited', async () => {
  const { world, ids, bringPage, texts } = await openBehindPage();
  world.server.edit(ids[0] ?? '', 'one');
  world.server.edit(ids[2] ?? '', 'three');
  await world.settle();
  bringPage();
  await world.until(() => texts().length > 0);
  await world.settle();
  expect(texts()).toEqual(['one', '2', 'three']);
});

test('[HB7] hard case 8: recalled, edited or reacted to before its live delivery', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [timeline, total, status] = [watch(tab.chat.timeline(bob)), watch(tab.chat.unread), watch(tab.chat.status)];
  await world.settle();
  const deliver = world.server.holdDeliveries();
  const [kept, gone] = ['kept', 'gone'].map((text) => world.server.write({ from: 'bob', to: 'alice', text }).id);
  world.server.recall(gone ?? '');
  world.server.edit(kept ?? '', 'edited');
  world.server.react({ messageId: kept ?? '', userId: 'bob', reaction: '+1', isAdded: true });
  await world.settle();
  // The next worker knows of it as well.
  world.killWorker();
  await world.until(() => status.value?.type !== 'live', 'it died');
  await world.until(() => status.value?.type === 'live', 'the next one');
  deliver();
  await world.until(() => (timeline.value?.items ?? []).length > 0);
  await world.settle();
  expect(timeline.value?.items.map((item) => (item.type === 'hole' ? item : item.message))).toMatchObject([
    { id: kept, msg: 'edited', reactions: [{ reaction: '+1', count: 1, isAddedBySelf: false, userList: ['bob'] }] },
  ]);
  expect(total.value).toBe(1);
});
