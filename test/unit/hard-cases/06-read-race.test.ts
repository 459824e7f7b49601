import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

test.each(['and tells up to where', 'and does not tell up to where'])('[UR5] hard case 6: what lands between "clear" and its acknowledgement stays unread, here and after the next list; the service answers %s', async (answers) => {
  const world = openWorld();
  for (let number = 1; number <= 3; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `message ${number}` });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 3);
  const release = world.server.faults.hold('acknowledgeConversation');
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.until(() => total.value === 0);
  await world.clock.advance(500);
  await world.until(() => world.server.faults.held('acknowledgeConversation') === 1, 'the acknowledgement is on its way');
  world.server.write({ from: 'bob', to: 'alice', text: 'between' });
  await world.until(() => total.value === 1);
  if (answers === 'and does not tell up to where') {
    world.server.faults.failNext('acknowledgeConversation', { type: 'answer', value: {} });
    world.server.mailbox('alice').read(bob);
  }
  release();
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0, 'the service has swept it');
  await world.settle();
  expect(total.value).toBe(1);
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(1);
  world.server.write({ from: 'bob', to: 'alice', text: 'after' });
  await world.until(() => total.value === 2);
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(2);
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.until(() => total.value === 0);
});

test('[UR4] [UR5] hard case 6: two tabs clear, the second after a message came while the acknowledgement of the first is on its way', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'one' });
  const [first, second] = [await world.openTab(), await world.openTab()];
  await untilLive(world, first);
  const totals = [first, second].map(({ chat }) => watch(chat.unread));
  await world.until(() => totals.every(({ value }) => value === 1));
  const release = world.server.faults.hold('acknowledgeConversation');
  await Promise.all([first, second].map(({ chat }) => chat.localCache.clearConversationUnreadCount(bob)));
  await world.clock.advance(500);
  await world.until(() => world.server.faults.held('acknowledgeConversation') === 1);
  world.server.write({ from: 'bob', to: 'alice', text: 'two' });
  await world.until(() => totals.every(({ value }) => value === 1));
  await second.chat.localCache.clearConversationUnreadCount(bob);
  world.server.write({ from: 'bob', to: 'alice', text: 'three' });
  await world.until(() => totals.every(({ value }) => value === 1));
  release();
  await world.clock.advance(500);
  await world.until(() => world.server.faults.count('acknowledgeConversation') === 2, 'what was cleared meanwhile is told as well');
  await world.settle();
  expect(totals.map(({ value }) => value)).toEqual([1, 1]);
  await first.chat.refresh();
  await world.settle();
  expect(totals.map(({ value }) => value)).toEqual([1, 1]);
});

test('[UR5] hard case 6: swept and listed before it is delivered, it is unread when it comes', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  world.server.write({ from: 'bob', to: 'alice', text: 'one' });
  await world.until(() => total.value === 1);
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  const deliver = world.server.holdDeliveries();
  // Nothing but the delivery tells of it.
  world.server.faults.hold('getHistory');
  world.server.write({ from: 'bob', to: 'alice', text: 'two' });
  await world.clock.advance(500);
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0, 'swept');
  await tab.chat.refresh();
  deliver();
  await world.until(() => total.value === 1, 'unread all the same');
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(1);
});
