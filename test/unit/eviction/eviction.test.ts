import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import type { HistoryRequest } from '../../../src/protocol/worker-api.ts';
import { readStored } from '../../../src/testing/stored-state.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, untilLive, watch } from '../engine/watch.ts';

const user = (number: number) => ({ conversationId: `user-${number}`, conversationType: 'singleChat' }) as const;

/** Conversations of the history that was asked for since. */
const asked = (world: TestWorld, from = 0): readonly string[] =>
  world.server.faults.calls.slice(from).flatMap(({ name, request }) => (name === 'getHistory' ? [(request as HistoryRequest).conversation.conversationId] : []));

type Account = { readonly world: TestWorld; readonly tab: TestTab; stored(): Promise<readonly string[]> };

/** Eight conversations with fifty messages each, all stored and read; user-1 is the quietest. */
async function openFull(): Promise<Account> {
  const indexedDB = new IDBFactory();
  const world = openWorld({ indexedDB, engine: { backfill: { conversations: 20, messages: 50 } } });
  world.server.seed({ userId: 'alice', conversations: 8, messages: 50 });
  for (let number = 1; number <= 8; number += 1) world.server.read('alice', user(number));
  const tab = await world.openTab();
  const progress = watch(tab.chat.backfill);
  await untilLive(world, tab);
  await world.until(() => progress.value?.type === 'done');
  await world.settle();
  const keys = [bob, ...Array.from({ length: 8 }, (_, index) => user(index + 1))].map(conversationKey);
  return {
    world,
    tab,
    async stored() {
      const { messages, spans } = await readStored({ account: world.account, indexedDB, keyRange: IDBKeyRange, keys });
      const having = [...messages].flatMap(([key, list]) => (list.length > 0 ? [key] : []));
      expect(having.filter((key) => (spans.get(key) ?? []).length === 0), 'messages and spans go together').toEqual([]);
      return having.map((key) => key.replace('singleChat:', '')).sort();
    },
  };
}

/** Opens timelines one after the other, and leaves them. */
async function look(world: TestWorld, tab: TestTab, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    const timeline = tab.chat.timeline(user(number));
    const leave = timeline.subscribe(() => undefined);
    await world.until(() => (timeline.value?.items.length ?? 0) > 0, `user-${number} is shown`);
    leave();
    await world.settle();
  }
}

test('[ST2] a full disk has the history of conversations opened longest ago go first, once; the write is done and nothing else changes', async () => {
  const { world, tab, stored } = await openFull();
  await look(world, tab, 1, 2, 3);
  const [before, total] = [await shownBy(tab), watch(tab.chat.unread)];
  world.disk.fill(1);
  const message = world.server.write({ from: 'bob', to: 'alice', text: 'must be stored' });
  await world.until(() => total.value === 1, 'stored');
  // Never opened: 4 to 8, of which the quietest go; half of all that is stored.
  expect(await stored()).toEqual(['bob', 'user-1', 'user-2', 'user-3', 'user-8']);
  expect(await shownBy(tab)).toEqual([['bob', 1, message.id, false, []], ...before]);
  expect(watch(tab.chat.status).value).toEqual({ type: 'live' });
  await world.checkAtRest();
});

test('[ST2] [UR1] what is unread, what a tab shows and what something waits in keeps its history', async () => {
  const { world, tab, stored } = await openFull();
  world.server.write({ from: 'user-1', to: 'alice', text: 'unread' });
  const timeline = watch(tab.chat.timeline(user(2)));
  await world.until(() => timeline.value?.items.length === 50 && watch(tab.chat.unread).value === 1);
  const release = world.server.faults.hold('send');
  await tab.chat.send({ conversation: user(3), type: 'txt', msg: 'waits' });
  await world.settle();
  world.disk.fill(1);
  world.server.write({ from: 'bob', to: 'alice', text: 'must be stored' });
  await world.until(() => watch(tab.chat.unread).value === 2, 'stored');
  expect(await stored()).toEqual(['bob', 'user-1', 'user-2', 'user-3']);
  expect(timeline.value?.items.length).toBe(50);
  release();
  await world.until(() => world.server.history('alice', user(3)).length === 51, 'sent');
  await world.checkAtRest();
});

test('[ST2] evicted history is not read by itself, not by the next engine either, until somebody opens it', async () => {
  const { world, tab } = await openFull();
  world.disk.fill(1);
  world.server.write({ from: 'bob', to: 'alice', text: 'must be stored' });
  await world.until(() => watch(tab.chat.unread).value === 1, 'stored');
  const { length } = world.server.faults.calls;
  await tab.chat.refresh();
  await world.clock.advance(120_000);
  await world.settle();
  expect(asked(world, length)).not.toContain('user-1');
  world.killWorker();
  await untilLive(world, tab);
  await world.clock.advance(120_000);
  await world.settle();
  expect(asked(world, length)).not.toContain('user-1');
  expect(watch(tab.chat.backfill).value).toMatchObject({ type: 'done' });

  const timeline = watch(tab.chat.timeline(user(1)));
  await world.until(() => timeline.value?.items.length === 50, 'fetched again');
  expect(timeline.value?.items.map((item) => item.type)).toEqual(Array(50).fill('message'));
  await world.checkAtRest();
});

test('[ST2] where nothing more can go storage-full is said, reading goes on, and it ends by itself when there is room', async () => {
  const { world, tab, stored } = await openFull();
  const status = watch(tab.chat.status);
  const before = await shownBy(tab);
  const makeRoom = world.disk.fill();
  await expect(tab.chat.send({ conversation: bob, type: 'txt', msg: 'too much' })).rejects.toMatchObject({ code: 'storage-full' });
  await world.until(() => status.value?.type === 'degraded');
  expect(status.value).toMatchObject({ reason: { code: 'storage-full' } });
  const left = await stored();
  expect(left).toHaveLength(4);
  await expect(tab.chat.send({ conversation: bob, type: 'txt', msg: 'too much' })).rejects.toMatchObject({ code: 'storage-full' });
  await world.clock.advance(60_000);
  expect(await stored(), 'once').toEqual(left);
  expect(await shownBy(tab)).toEqual(before);
  await look(world, tab, 8);
  makeRoom();
  await world.clock.advance(60_000);
  await world.until(() => status.value?.type === 'live', 'live');
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'at last' });
  await world.checkAtRest();
  const record = world.disk.record();
  await world.clock.advance(300_000);
  expect(record.transactions, 'with room nothing is tried any more').toEqual([]);
});

test('[ST2] an engine that starts on a full disk shows what is stored, and goes on when there is room', async () => {
  const { world, tab, stored } = await openFull();
  const before = await shownBy(tab);
  world.killWorker();
  await world.settle();
  const makeRoom = world.disk.fill();
  const next = await world.openTab();
  const [status, timeline] = [watch(next.chat.status), watch(next.chat.timeline(user(8)))];
  expect(await shownBy(next)).toEqual(before);
  await world.until(() => timeline.value?.items.length === 50, 'shown');
  world.server.write({ from: 'bob', to: 'alice', text: 'must be stored' });
  await world.until(() => status.value?.type === 'degraded');
  expect(status.value).toMatchObject({ reason: { code: 'storage-full' } });
  expect(await stored()).toHaveLength(4);
  makeRoom();
  await world.clock.advance(60_000);
  await world.until(() => status.value?.type === 'live' && watch(next.chat.unread).value === 1, 'live');
  tab.chat.close();
  await world.checkAtRest();
});

test('[ST2] [OB4] killed at any step of it, history of a conversation is there or gone, the outbox is there, and the next engine ends as the service is', async () => {
  let kills = 0;
  for (let step = 1, wasKilled = true; wasKilled; step += 1) {
    const { world, tab, stored } = await openFull();
    const release = world.server.faults.hold('send');
    await tab.chat.send({ conversation: bob, type: 'txt', msg: 'waits' });
    await world.settle();
    world.disk.fill(1);
    wasKilled = false;
    world.disk.atStep(step, () => {
      wasKilled = true;
      kills += 1;
      world.killWorker();
    });
    world.server.write({ from: 'carol', to: 'alice', text: 'must be stored' });
    await world.settle();
    if (!wasKilled) break;
    const left = (await stored()).filter((name) => name.startsWith('user'));
    expect([4, 8], `step ${step}`).toContain(left.length);
    release();
    await world.settle();
    await world.clock.advance(10_000);
    await untilLive(world, tab);
    await world.until(() => world.server.history('alice', bob).length === 1, 'sent');
    await world.checkAtRest();
  }
  // The write that fails, the reading of sizes, the eviction, the write: each begins and ends.
  expect(kills).toBeGreaterThan(5);
});
