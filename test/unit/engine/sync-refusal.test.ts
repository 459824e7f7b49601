import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { shownBy, untilLive, watch } from './watch.ts';

const later = (retryAfterMs: number): SyncError => new SyncError('rate-limited', 'later', { details: { retryAfterMs } });

const listCalls = ({ server }: TestWorld): number =>
  server.faults.calls.filter(({ name }) => name === 'getConversations' || name === 'getPinnedConversations' || name === 'getOldConversationList').length;

async function open(): Promise<{ readonly world: TestWorld; readonly tab: TestTab }> {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const tab = await world.openTab();
  return { world, tab };
}

test('[SY5] [SY7] refused in the middle of a round, it goes on from its cursor at the time the service named, not before', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const { faults } = world.server;
  const first = faults.hold('getConversations');
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  await world.until(() => faults.held('getConversations') === 1);
  first();
  const second = faults.hold('getConversations');
  await world.until(() => faults.held('getConversations') === 1);
  faults.failNext('getConversations', later(30_000));
  second();
  await world.until(() => status.value?.type === 'degraded');
  await expect(tab.chat.refresh()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 30_000 } });
  const asked = listCalls(world);
  await world.clock.advance(29_900);
  expect(listCalls(world)).toBe(asked);
  await world.clock.advance(200);
  await untilLive(world, tab);
  expect(faults.calls.filter(({ name }) => name === 'getConversations')[asked]?.request).toMatchObject({ cursor: 'page-50' });
  expect((await shownBy(tab)).length).toBe(120);
});

test('[SY5] refused, the workers that follow ask for no list before the time the service named', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  world.server.faults.failNext('getConversations', later(90_000));
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'degraded', 'it is refused');
  for (let worker = 0; worker < 3; worker += 1) {
    world.killWorker();
    await world.clock.advance(20_000);
    await world.until(() => status.value?.type === 'degraded', 'waiting is said');
    await world.settle();
  }
  expect(status.value).toMatchObject({ reason: { code: 'rate-limited', details: { retryAfterMs: 30_000 } } });
  expect(listCalls(world)).toBe(1);
  await world.clock.advance(30_000);
  await untilLive(world, tab);
});

test('[SY5] refused, nobody asks for a list before the time the service named; each is told what is left of it', async () => {
  const { world, tab } = await open();
  await untilLive(world, tab);
  const { contact } = tab.chat;
  const { faults } = world.server;
  faults.failNext('getOldConversationList', later(90_000));
  await expect(contact.getConversationlist()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 90_000 } });
  const asked = listCalls(world);
  await world.clock.advance(30_000);
  for (const ask of [() => tab.chat.refresh(), () => contact.getServerConversations(), () => contact.getServerPinnedConversations(), () => contact.getConversationlist()]) {
    await expect(ask()).rejects.toMatchObject({ code: 'rate-limited', retryable: true, details: { retryAfterMs: 60_000 } });
  }
  world.service.dropConnections();
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'degraded', 'waiting is said');
  expect(status.value).toMatchObject({ reason: { code: 'rate-limited' } });
  await world.clock.advance(59_000);
  expect(listCalls(world)).toBe(asked);
  await world.clock.advance(2_000);
  await untilLive(world, tab);
  await tab.chat.refresh();
});

test('[SY5] what the page asked for, when it was in flight as the connection was lost, is asked again with the next', async () => {
  const { world, tab } = await open();
  await untilLive(world, tab);
  const release = world.server.faults.hold('getConversations');
  const first = tab.chat.refresh().catch((error: unknown) => error);
  await world.until(() => world.server.faults.held('getConversations') === 1);
  const status = watch(tab.chat.status);
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  world.service.setReachable(true);
  await world.until(() => status.value?.type === 'syncing');
  // The round of the lost connection is still waiting for its answer.
  const second = tab.chat.refresh();
  await world.settle();
  release();
  await second;
  expect(await first).toMatchObject({ code: 'offline' });
  expect((await shownBy(tab)).length).toBe(120);
});
