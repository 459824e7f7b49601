import { expect, test } from 'vitest';
import type { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, untilLive, watch } from '../engine/watch.ts';

test('a frozen tab is shown nothing and its timers wait; thawed, it has missed nothing', async () => {
  const world = openWorld();
  const [tab, other] = [await world.openTab(), await world.openTab()];
  const [frozen, awake] = [watch(tab.chat.unread), watch(other.chat.unread)];
  await untilLive(world, tab);
  await world.until(() => frozen.value === 0 && awake.value === 0);
  const thaw = tab.freeze();
  for (let number = 1; number <= 3; number += 1) {
    world.server.write({ from: 'bob', to: 'alice', text: `message ${number}` });
    await world.until(() => awake.value === number);
  }
  await world.settle();
  expect(frozen.value).toBe(0);
  const calls: unknown[] = [];
  tab.chat.refresh().then(() => calls.push('answered'), (error: SyncError) => calls.push(error.code));
  await world.settle();
  await world.clock.advance(50_000);
  expect(calls).toEqual([]);
  await thaw();
  await world.until(() => frozen.value === 3);
  // The deadline of the call passed as well, but its answer was there before.
  await world.until(() => calls.length > 0);
  expect(calls).toEqual(['answered']);
  await world.checkAtRest();
});

test('a frozen tab that is killed is dead, and its locks are free', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const thaw = tab.freeze();
  tab.crash();
  await thaw();
  await world.settle();
  expect(world.cost().ports).toBe(0);
  expect(world.locks.query().held.filter((name) => name.startsWith('moorage:tab:'))).toEqual([]);
});

test('a crashed tab leaves the worker three ports less, and is never heard again', async () => {
  const world = openWorld();
  const [tab, other] = [await world.openTab(), await world.openTab()];
  await untilLive(world, other);
  expect(world.cost().ports).toBe(6);
  tab.crash();
  await world.until(() => world.cost().ports === 3);
  const rested = world.cost().timers;
  const late = await world.openTab();
  world.server.faults.hold('getHistory');
  void late.chat.contact.getHistoryMessages({ targetId: 'bob' });
  await world.settle();
  expect(late.process.timers()).toBe(1);
  late.crash();
  expect(late.process.timers()).toBe(0);
  world.server.faults.forget();
  await world.clock.advance(60_000);
  expect(world.cost().timers).toBe(rested);
  let isSettled = false;
  void tab.chat.send({ conversation: bob, type: 'txt', msg: 'from the dead' }).finally(() => (isSettled = true));
  await world.clock.advance(60_000);
  expect(isSettled).toBe(false);
  expect(world.server.faults.count('send')).toBe(0);
});

test('a frozen worker answers nothing, stores nothing and hears nothing; thawed, it catches up', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 0);
  await world.settle();
  const thaw = world.freezeWorker();
  const [steps, asked] = [world.disk.steps(), world.server.faults.calls.length];
  world.server.write({ from: 'bob', to: 'alice', text: 'hello?' });
  let sent: unknown;
  void tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' }).then((answer) => (sent = answer));
  await world.clock.advance(20_000);
  await world.settle();
  expect([total.value, sent, world.disk.steps() - steps, world.server.faults.calls.length - asked]).toEqual([0, undefined, 0, 0]);
  await thaw();
  await world.until(() => total.value === 1 && sent !== undefined);
  await world.checkAtRest();
});

test('offline, every tab says so, sends wait and calls are refused; online, all is made up for', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.goOffline();
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'offline');
  const late = await world.openTab();
  const lateStatus = watch(late.chat.status);
  await world.until(() => lateStatus.value?.type === 'offline');
  await expect(tab.chat.refresh()).rejects.toMatchObject({ code: 'offline' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'from the train' });
  world.server.write({ from: 'bob', to: 'alice', text: 'are you there?' });
  await world.clock.advance(30_000);
  expect(world.server.faults.count('send')).toBe(0);
  await expect(world.checkAtRest()).rejects.toThrow('tab 1 is not live: {"type":"offline"');
  world.goOnline();
  await world.checkAtRest();
  expect(world.server.history('alice', bob).map(({ msg }) => msg)).toEqual(['are you there?', 'from the train']);
});

test('a worker that starts offline says so', async () => {
  const world = openWorld();
  world.goOffline();
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'offline');
  await world.clock.advance(60_000);
  // The browser's word is enough: no time need pass.
  world.goOnline();
  await world.until(() => status.value?.type === 'live', 'live again');
  await world.checkAtRest();
});

test('tokens that expire work no more: the worker asks its tabs for another one, once, and goes on with that', async () => {
  const world = openWorld();
  const given: string[] = [];
  const tab = await world.openTab({
    token: () => {
      given.push(world.service.token('alice'));
      return given.at(-1) ?? '';
    },
  });
  await untilLive(world, tab);
  expect(given).toHaveLength(1);
  world.service.expireTokens();
  await world.until(() => given.length === 2);
  await world.checkAtRest();
  expect([new Set(given).size, given.length]).toEqual([2, 2]);
  world.server.write({ from: 'bob', to: 'alice', text: 'still there?' });
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 1);
});

test('a full disk refuses what is written, and takes it when there is room again', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.settle();
  const makeRoom = world.disk.fill();
  expect(world.disk.isFull()).toBe(true);
  await expect(tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' })).rejects.toMatchObject({ code: 'storage-full' });
  world.server.write({ from: 'bob', to: 'alice', text: 'no room' });
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'degraded');
  expect(await shownBy(tab)).toEqual([]);
  makeRoom();
  await world.checkAtRest();
  expect(await shownBy(tab)).toHaveLength(1);
});

test('a disk is full for as many writes as it is told', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.settle();
  world.disk.fill(1);
  await expect(tab.chat.send({ conversation: bob, type: 'txt', msg: 'one' })).rejects.toMatchObject({ code: 'storage-full' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'two' });
  await world.checkAtRest();
});

test('the disk loses connections, fails requests and aborts writes on demand, and records what is asked of it', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.settle();
  const record = world.disk.record();
  world.disk.loseConnection(1);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'one' });
  await world.settle();
  expect(record.transactions.some((name) => /^readwrite:.*outbox/.test(name))).toBe(true);
  expect(record.requests.some((name) => /^outbox\.(put|add)$/.test(name))).toBe(true);
  record.stop();
  const { length } = record.transactions;
  world.disk.failRequest(1, 'DataError');
  await expect(tab.chat.send({ conversation: bob, type: 'txt', msg: 'two' })).rejects.toMatchObject({ code: 'storage-failed' });
  world.disk.abortWrite(2, 'UnknownError');
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'three' });
  await world.checkAtRest();
  expect(record.transactions).toHaveLength(length);
  expect(world.server.history('alice', bob).map(({ msg }) => msg)).toEqual(['one', 'three']);
});

test('data that vanishes under an open database is fetched again by the next worker', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.disk.vanish();
  world.killWorker();
  const lists = world.server.faults.count('getConversations');
  await world.checkAtRest();
  expect(world.server.faults.count('getConversations')).toBeGreaterThan(lists);
});

test('[SY7] [OB1] a worker is killed at the n-th step of its database, between any two of them, and the next one ends as the service is', async () => {
  let step = 0;
  for (let isKilled = true; isKilled; ) {
    step += 1;
    const world = openWorld();
    world.server.seed({ userId: 'alice', conversations: 4, messages: 2 });
    const tab = await world.openTab();
    await untilLive(world, tab);
    await world.settle();
    const before = world.disk.steps();
    world.killWorkerAt(step);
    await tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' }).catch((error: SyncError) => expect(error.code).toBe('worker-lost'));
    world.server.write({ from: 'bob', to: 'alice', text: 'hello' });
    await world.settle();
    isKilled = world.server.faults.count('connect') > 1;
    if (!isKilled) expect(world.disk.steps() - before).toBeLessThan(step);
    world.killWorkerAt(undefined);
    await world.checkAtRest();
    await world.close();
  }
  expect(step).toBeGreaterThan(6);
});
