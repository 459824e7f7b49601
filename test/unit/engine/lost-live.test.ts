import { expect, test } from 'vitest';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

test('[UR1] [HB5] a message that was lost live between two that came is fetched, and counts without another list', async () => {
  const world = openWorld();
  const { server } = world;
  server.write({ from: 'bob', to: 'alice', text: 'first' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [total, timeline] = [watch(tab.chat.unread), watch(tab.chat.timeline(bob))];
  await world.until(() => timeline.value?.items.length === 1);
  server.write({ from: 'bob', to: 'alice', text: 'second' });
  const end = server.loseDeliveries();
  server.write({ from: 'bob', to: 'alice', text: 'lost' });
  end();
  server.write({ from: 'bob', to: 'alice', text: 'fourth' });
  await world.until(() => total.value === 3);
  await tab.chat.refresh();
  await world.until(() => timeline.value?.items.length === 4, 'what was lost is fetched');
  await world.settle();
  expect(total.value).toBe(4);
});

test('[UR5] taking off the mark of unread reads nothing that is not known yet', async () => {
  const world = openWorld();
  const { server } = world;
  server.write({ from: 'bob', to: 'alice', text: 'first' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [total, row] = [watch(tab.chat.unread), watch(tab.chat.conversation(bob))];
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.clock.advance(1_000);
  await world.until(() => server.mailbox('alice').unread(bob) === 0);
  await tab.chat.markUnread(bob);
  const end = server.loseDeliveries();
  server.write({ from: 'bob', to: 'alice', text: 'lost' });
  end();
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'own' });
  await world.until(() => row.value?.lastMessage?.['msg'] === 'own');
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.until(() => row.value?.isMarkedUnread === false);
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(server.mailbox('alice').unread(bob));
});

test('[UR1] what was lost live of a conversation that no list has told of counts once history shows it', async () => {
  const world = openWorld();
  const { server } = world;
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const end = server.loseDeliveries();
  server.write({ from: 'bob', to: 'alice', text: 'lost' });
  end();
  server.write({ from: 'bob', to: 'alice', text: 'came' });
  await world.until(() => total.value === 1);
  const timeline = watch(tab.chat.timeline(bob));
  await timeline.loadOlder();
  await world.until(() => timeline.value?.items.length === 2, 'what was lost is fetched');
  await world.clock.advance(10_000);
  await world.until(() => total.value === 2, 'the list is asked');
  await world.checkAtRest();
});
