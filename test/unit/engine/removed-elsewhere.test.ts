import { expect, test } from 'vitest';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

test('[UR5] what an acknowledgement of ours has swept stays unread when history is removed elsewhere', async () => {
  const world = openWorld();
  const { server, clock } = world;
  const read = server.write({ from: 'bob', to: 'alice', text: 'read' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 1);
  const release = server.faults.hold('acknowledgeConversation');
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await clock.advance(500);
  await world.until(() => server.faults.held('acknowledgeConversation') === 1, 'the acknowledgement is on its way');
  server.write({ from: 'bob', to: 'alice', text: 'between' });
  await world.until(() => total.value === 1);
  release();
  await world.until(() => server.mailbox('alice').unread(bob) === 0, 'the service has swept it');
  await world.settle();
  server.mailbox('alice').remove(bob, [read.id]);
  server.tell('alice', { type: 'history-removed', conversation: bob });
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value?.items.length === 1);
  await world.settle();
  expect(total.value).toBe(1);
});
