import { expect, test } from 'vitest';
import { openWorld } from './open-world.ts';
import { untilLive, watch } from './watch.ts';

test('[SY8] what arrives while the first list is read is stored, not only listed', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  world.server.seed({ userId: 'alice', conversations: 60 });
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  world.server.write({ from: 'user-1', to: 'alice', text: 'during' });
  await world.settle();
  release();
  await untilLive(world, tab);
  // Nothing can be fetched any more: what is shown was stored.
  world.service.setReachable(false);
  const timeline = watch(tab.chat.timeline({ conversationId: 'user-1', conversationType: 'singleChat' }));
  await world.until(() => (timeline.value?.items.length ?? 0) > 0);
  expect(timeline.value?.items.map((item) => item.type === 'message' && item.message['msg'])).toEqual(['during']);
});
