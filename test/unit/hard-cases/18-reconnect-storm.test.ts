import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { shownBy, untilLive, watch } from '../engine/watch.ts';

/** Long enough for a connection to come and a round to run. Unit: ms. */
const BETWEEN_MS = 2_800;

test('[SY5] hard case 18: 20 reconnects in a minute cost at most 5 rounds, and what came meanwhile is read when the budget allows', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const { server, clock } = world;
  server.seed({ userId: 'alice', conversations: 30 });
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  await untilLive(world, tab);
  await clock.advance(120_000);
  const lists = (): number => server.faults.count('getConversations');
  const [before, start] = [lists(), clock.now()];
  const lose = server.loseDeliveries();
  const waiting = new Set<string>();
  for (let reconnect = 1; reconnect <= 20; reconnect += 1) {
    server.write({ from: `user-${reconnect}`, to: 'alice', text: 'unheard' });
    world.service.dropConnections();
    await world.settle();
    await tab.chat.refresh().catch((error: unknown) => waiting.add(String((error as { code?: string }).code)));
    await clock.advance(BETWEEN_MS);
  }
  lose();
  expect(clock.now() - start).toBeLessThan(60_000);
  // A round that finds news reads one page: there is only one.
  expect(lists() - before).toBeLessThanOrEqual(5);
  expect([...waiting]).toEqual(['rate-limited']);
  expect(status.value).toMatchObject({ type: 'degraded', reason: { code: 'rate-limited' } });
  await clock.advance(60_000);
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]));
});
