import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

test.each(['lives on', 'dies'])('[TB7] [TB4] hard case 17: a page comes back from the cache; its worker %s meanwhile', async (fate) => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'before' });
  const [cached, other] = [await world.openTab(), await world.openTab()];
  const [total, timeline] = [watch(cached.chat.unread), watch(cached.chat.timeline(bob))];
  await untilLive(world, cached);
  await world.until(() => timeline.value?.items.length === 1);
  cached.signal('pause');
  await world.settle();
  if (fate === 'dies') world.killWorker();
  await untilLive(world, other);
  world.server.write({ from: 'bob', to: 'alice', text: 'meanwhile' });
  const totalOfOther = watch(other.chat.unread);
  await world.until(() => totalOfOther.value === 2);
  cached.signal('resume');
  await world.until(() => total.value === 2 && timeline.value?.items.length === 2, 'the page that came back shows what it missed');
  world.server.write({ from: 'bob', to: 'alice', text: 'after' });
  await world.until(() => total.value === 3 && timeline.value?.items.length === 3, 'and goes on live');
  await cached.chat.localCache.clearConversationUnreadCount(bob);
  await world.until(() => total.value === 0 && totalOfOther.value === 0);
  expect(world.server.connections('alice')).toHaveLength(1);
});
