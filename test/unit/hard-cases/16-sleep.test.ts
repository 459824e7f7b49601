import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { shownBy, untilLive, watch } from '../engine/watch.ts';

const HOUR = 3_600_000;

test.each(['lives on', 'is gone'])('[SY9] [HB5] hard case 16: after eight hours of sleep the connection that %s is checked, one round runs, and nothing storms', async (connection) => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const { server, clock } = world;
  server.seed({ userId: 'alice', conversations: 60 });
  const tabs = await Promise.all([1, 2, 3].map(() => world.openTab()));
  const [tab] = tabs;
  if (tab === undefined) throw new Error('no tab');
  await untilLive(world, tab);
  await clock.advance(600_000);
  const lists = (): number => server.faults.count('getConversations');
  const [before, connects] = [lists(), server.faults.count('connect')];
  expect(before).toBe(3);
  // Nothing is told to a machine that sleeps, and no timer fires.
  const lose = server.loseDeliveries();
  server.write({ from: 'user-1', to: 'alice', text: 'in the night' });
  lose();
  clock.set(clock.now() + 8 * HOUR);
  if (connection === 'is gone') world.service.dropConnections();
  const status = watch(tab.chat.status);
  const seen = new Set<string>();
  status.subscribe(() => seen.add(status.value?.type ?? ''));
  await clock.advance(1_000);
  for (const one of tabs) for (const signal of ['online', 'visible'] as const) one.signal(signal);
  await world.settle();
  await untilLive(world, tab);
  expect([...seen]).toContain('syncing');
  expect((await shownBy(tab))[0]).toEqual(expect.arrayContaining(['user-1', 2]));
  await clock.advance(300_000);
  expect(lists() - before).toBeLessThanOrEqual(connection === 'lives on' ? 2 : 4);
  expect(server.faults.count('connect') - connects).toBe(0);
});

test('[SY9] a timer that is a little late is no sleep', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const lists = world.server.faults.count('getConversations');
  world.clock.set(world.clock.now() + 110_000);
  await world.clock.advance(240_000);
  expect(world.server.faults.count('getConversations')).toBe(lists);
});
