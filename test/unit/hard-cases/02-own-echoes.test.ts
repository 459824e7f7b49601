import { test } from 'vitest';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

const texts = (value: QueryValue['timeline'] | undefined): readonly unknown[] => (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg']));

test('[HB5] hard case 2: own messages that are known already do not prove that nothing was missed between them', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  world.server.write({ from: 'bob', to: 'alice', text: '1' });
  await world.until(() => texts(timeline.value).length === 1);
  await timeline.loadOlder();

  world.service.setReachable(false);
  await world.settle();
  const lose = world.server.loseDeliveries();
  world.server.write({ from: 'bob', to: 'alice', text: 'missed' });
  lose();
  const hold = world.server.faults.hold('getHistory');
  world.service.setReachable(true);
  await untilLive(world, tab);
  // An own message is accepted, and comes back as an echo: everything delivered is known, and yet something is missing.
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'mine' });
  await world.until(() => world.server.history('alice', bob).length === 3, 'accepted');
  await world.until(() => timeline.value?.items.at(-1)?.type === 'message' && texts(timeline.value).includes('mine'));
  const [, , mine] = world.server.history('alice', bob);
  if (mine !== undefined) world.server.tell('alice', { type: 'messages', messages: [mine] });
  await world.until(() => texts(timeline.value).join() === '1,…,mine', 'the hole is seen');
  hold();
  await world.until(() => texts(timeline.value).join() === '1,missed,mine', 'and filled');
});
