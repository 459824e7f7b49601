import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, untilLive, watch } from '../engine/watch.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

test.each([
  ['a day slow', 1_700_000_000_000 - DAY, 0],
  ['a day fast', 1_800_000_000_000 + DAY, 0],
  ['ten years slow', 1_700_000_000_000 - 10 * YEAR, 0],
  ['set back a day in the middle', 1_800_000_000_000, -DAY],
  ['set forth a day in the middle', 1_800_000_000_000, DAY],
  ['set back ten years in the middle', 1_800_000_000_000, -10 * YEAR],
])('[HB8] [SY7] hard case 10: with a local clock %s, order, counts and rounds are right and nothing is stuck', async (_how, start, jump) => {
  const world = openWorld();
  const { server, clock } = world;
  clock.set(start);
  server.seed({ userId: 'alice', conversations: 120 });
  const tab = await world.openTab();
  const [list, total, timeline, status] = [watch(tab.chat.conversations()), watch(tab.chat.unread), watch(tab.chat.timeline(bob)), watch(tab.chat.status)];
  await untilLive(world, tab);
  server.write({ from: 'bob', to: 'alice', text: 'one' });
  await world.until(() => list.value?.rows[0]?.conversationId === 'bob');
  await tab.chat.contact.pinConversation({ conversationId: 'user-7', conversationType: 'singleChat', isPinned: true });
  await tab.chat.contact.deleteConversation({ channel: 'user-9', deleteRoam: false });
  clock.set(clock.now() + jump);
  server.write({ from: 'carol', to: 'alice', text: 'two' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'three' });
  await world.until(() => timeline.value?.items.length === 2 && timeline.value.items.every((item) => item.type === 'message' && item.state.type !== 'sending' && item.state.type !== 'queued'));
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  const lose = server.loseDeliveries();
  server.write({ from: 'user-1', to: 'alice', text: 'while away' });
  lose();
  world.service.setReachable(true);
  // Enough for every wait there is, those of a clock that ran before included.
  for (let minute = 0; minute < 5 && status.value?.type !== 'live'; minute += 1) await clock.advance(60_000);
  await untilLive(world, tab);
  await tab.chat.refresh();
  await clock.advance(11_000);
  await untilLive(world, tab);
  const expected = server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, row.isPinned, row.marks]);
  const pinned = expected.filter((row) => row[3] === true);
  expect(await shownBy(tab)).toEqual([...pinned, ...expected.filter((row) => row[3] === false)]);
  await world.until(() => total.value === server.list('alice').reduce((sum, row) => sum + row.unReadCount, 0));
});
