import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { HistoryRequest } from '../../../src/protocol/worker-api.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

const asked = (world: TestWorld): readonly string[] =>
  world.server.faults.calls.filter(({ name }) => name === 'getHistory').map(({ request }) => (request as HistoryRequest).conversation.conversationId);

const user = (number: number) => ({ conversationId: `user-${number}`, conversationType: 'singleChat' }) as const;

/** A world whose alice has `conversations` of `messages` each, the last one the latest. */
function seeded(conversations: number, messages: number, backfill: { readonly conversations: number; readonly messages: number }): TestWorld {
  const world = openWorld({ engine: { backfill } });
  world.server.seed({ userId: 'alice', conversations, messages });
  return world;
}

test('[HB6] recent conversations are read by themselves, to the configured depth and no deeper, two requests at a time', async () => {
  const world = seeded(6, 120, { conversations: 3, messages: 100 });
  const release = world.server.faults.hold('getHistory');
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await untilLive(world, tab);
  await world.until(() => world.server.faults.held('getHistory') === 2);
  await world.settle();
  expect(world.server.faults.held('getHistory')).toBe(2);
  expect(progress.value).toEqual({ type: 'running', done: 0, total: 3, error: null });
  release();
  await world.until(() => progress.value?.type === 'done');
  expect(progress.value).toEqual({ type: 'done', done: 3, total: 3, error: null });
  await world.settle();
  const counts = [6, 5, 4, 3].map((number) => asked(world).filter((id) => id === `user-${number}`).length);
  expect(counts).toEqual([2, 2, 2, 0]);
  world.killWorker();
  await world.until(() => progress.value?.type === 'done' && world.server.connections('alice').length === 1);
  await world.settle();
  expect(asked(world).length, 'what is stored is asked for no more').toBe(6);
});

test('[HB6] the depth is measured in stored messages: one that came live is not a page', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 5, messages: 50 } } });
  for (let number = 1; number <= 70; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  world.server.mailbox('alice').takeKept();
  const hold = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  world.server.write({ from: 'bob', to: 'alice', text: '71' });
  const row = watch(tab.chat.conversation(bob));
  await world.until(() => row.value?.lastMessage?.['msg'] === '71');
  hold();
  const progress = watch(tab.chat.backfill);
  await world.until(() => progress.value?.type === 'done');
  world.service.setReachable(false);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value?.items.length === 50);
});

test('[HB6] 0 switches it off, and nothing is asked for before the list was read', async () => {
  const world = seeded(3, 2, { conversations: 0, messages: 50 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const progress = watch(tab.chat.backfill);
  await world.until(() => progress.value?.type === 'done');
  expect(progress.value).toMatchObject({ done: 0, total: 0 });
  await world.settle();
  expect(asked(world)).toEqual([]);
});

test('[HB6] what a tab looks at goes first, also while the rest is paused; resumed, the rest goes on', async () => {
  const world = seeded(9, 60, { conversations: 9, messages: 50 });
  const list = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  await tab.chat.backfill.pause();
  list();
  const progress = watch(tab.chat.backfill);
  await untilLive(world, tab);
  await world.until(() => progress.value?.type === 'paused' && progress.value.total === 9);
  const timeline = watch(tab.chat.timeline(user(1)));
  await world.until(() => timeline.value?.items.length === 50);
  await world.settle();
  expect(asked(world)).toEqual(['user-1']);
  await world.until(() => progress.value?.done === 1);
  const release = world.server.faults.hold('getHistory');
  await tab.chat.backfill.resume();
  await world.until(() => world.server.faults.held('getHistory') === 2);
  const second = watch(tab.chat.timeline(user(2)));
  await world.until(() => second.value !== undefined);
  await world.settle();
  release();
  await world.until(() => progress.value?.type === 'done');
  expect(asked(world).slice(0, 4)).toEqual(['user-1', 'user-9', 'user-8', 'user-2']);
});

test('[HB6] paused, what could not be fetched is no trouble any more, and resumed it is fetched', async () => {
  const world = seeded(9, 60, { conversations: 9, messages: 50 });
  for (let failure = 0; failure < 2; failure += 1) world.server.faults.failNext('getHistory', new SyncError('timeout', 'no answer'));
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  const progress = watch(tab.chat.backfill);
  await world.until(() => status.value?.type === 'degraded', 'it is in trouble');
  await tab.chat.backfill.pause();
  await world.until(() => status.value?.type === 'live' && progress.value?.type === 'paused', 'nothing is tried');
  await tab.chat.backfill.resume();
  for (let second = 0; second < 30 && progress.value?.type !== 'done'; second += 1) {
    await world.clock.advance(1_000);
    await world.settle();
  }
  expect(progress.value?.type).toBe('done');
});

test('[HB6] a pause lasts until somebody resumes, whatever worker there is then and whatever befalls the list meanwhile', async () => {
  const world = seeded(9, 60, { conversations: 9, messages: 50 });
  const list = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await tab.chat.backfill.pause();
  list();
  await untilLive(world, tab);
  world.server.tell('alice', { type: 'history-removed', conversation: user(1) });
  await world.settle();
  const restart = async (): Promise<void> => {
    world.killWorker();
    await world.clock.advance(20_000);
    await untilLive(world, tab);
    await world.settle();
  };
  await restart();
  expect(progress.value).toMatchObject({ type: 'paused', done: 0, total: 9 });
  expect(asked(world)).toEqual([]);
  await tab.chat.backfill.resume();
  await restart();
  await world.until(() => progress.value?.type === 'done', 'it goes on');
});

test('[HB6] a call of a tab waits for no more than the requests under way, and counts among them', async () => {
  const world = seeded(9, 60, { conversations: 9, messages: 50 });
  const release = world.server.faults.hold('getHistory');
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.until(() => world.server.faults.held('getHistory') === 2);
  const page = tab.chat.contact.getHistoryMessages({ targetId: 'user-1', chatType: 'singleChat', pageSize: 20 });
  await world.settle();
  expect(world.server.faults.held('getHistory')).toBe(2);
  release();
  expect((await page).messages.length).toBe(20);
  expect(asked(world)[2]).toBe('user-1');
});

test('[HB6] a wait the service asks for is kept by the whole queue, calls of tabs included', async () => {
  const world = seeded(4, 2, { conversations: 4, messages: 50 });
  world.server.faults.failNext('getHistory', new SyncError('rate-limited', 'slowly', { details: { retryAfterMs: 30_000 } }));
  const release = world.server.faults.hold('getHistory');
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await untilLive(world, tab);
  await world.until(() => world.server.faults.held('getHistory') === 2);
  release();
  await world.until(() => progress.value?.type === 'waiting' && progress.value.error?.code === 'rate-limited');
  const before = asked(world).length;
  await expect(tab.chat.contact.getHistoryMessages({ targetId: 'user-1', chatType: 'singleChat' })).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 30_000 } });
  await world.clock.advance(29_000);
  await world.settle();
  expect(asked(world).length).toBe(before);
  await world.clock.advance(40_000);
  await world.until(() => progress.value?.type === 'done');
  expect(progress.value).toEqual({ type: 'done', done: 4, total: 4, error: null });
});

test('[HB6] failures are tried again later and later, while nothing else is held up for good', async () => {
  const world = seeded(2, 2, { conversations: 2, messages: 50 });
  for (let failure = 0; failure < 6; failure += 1) world.server.faults.failNext('getHistory', new SyncError('service-failed', 'no'));
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await untilLive(world, tab);
  await world.until(() => progress.value?.error?.code === 'service-failed');
  await world.settle();
  const first = asked(world).length;
  expect(first).toBeLessThanOrEqual(2);
  await world.clock.advance(200);
  expect(asked(world).length).toBe(first);
  for (let minute = 0; minute < 5; minute += 1) await world.clock.advance(60_000);
  await world.until(() => progress.value?.type === 'done');
  expect(asked(world).length).toBe(8);
});

test('[HB6] a refusal of one conversation holds up no other', async () => {
  const world = seeded(6, 2, { conversations: 6, messages: 50 });
  world.server.faults.failNext('getHistory', new SyncError('refused', 'not this one'));
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await untilLive(world, tab);
  await world.until(() => progress.value?.done === 5, 'all others, without a wait');
  expect(asked(world).length).toBe(6);
});

test('[HB6] it stops at the retention floor: the empty last page of an old cursor is the end', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 5, messages: 200 } } });
  for (let number = 1; number <= 100; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  world.server.mailbox('alice').takeKept();
  const all = world.server.history('alice', bob);
  world.server.retainFrom(all[50]?.time ?? 0);
  world.server.faults.failNext('getHistory', { type: 'answer', value: { messages: [...all.slice(50)].reverse(), cursor: all[50]?.id, isLast: false } });
  const tab = await world.openTab();
  const [progress, history] = [watch(tab.chat.backfill), watch(tab.chat.history(bob))];
  await world.until(() => progress.value?.type === 'done');
  expect(history.value).toEqual({ type: 'complete' });
  expect(asked(world).length).toBe(2);
});

test('[HB6] without a connection it waits, and says so', async () => {
  const world = seeded(2, 2, { conversations: 2, messages: 50 });
  world.service.setReachable(false);
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await world.until(() => progress.value !== undefined);
  expect(progress.value).toEqual({ type: 'waiting', done: 0, total: null, error: null });
  world.service.setReachable(true);
  await world.clock.advance(60_000);
  await world.until(() => progress.value?.type === 'done');
});
