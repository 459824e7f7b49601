import { expect, test } from 'vitest';
import { connect } from '../../../src/client/connect.ts';
import { nextTurn } from '../../../src/testing/fake-clock.ts';
import type { TestWorld, WorldCost } from '../../../src/testing/test-world.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

/** Lets a world come to rest. @returns What it holds then: what has an end is left out. */
async function held(world: TestWorld): Promise<Pick<WorldCost, 'timers' | 'locks' | 'ports'> & { readonly portsInNode: number }> {
  await world.settle();
  const { timers, locks, ports } = world.cost();
  return { timers, locks, ports, portsInNode: process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length };
}

/** A world with a tab that shows everything, up to date. */
async function openRestedWorld(tabs: number): Promise<TestWorld> {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 60 });
  for (let number = 0; number < tabs; number += 1) {
    const { chat } = await world.openTab();
    for (const query of [chat.conversations(), chat.unread, chat.status, chat.timeline(bob)]) query.subscribe(() => undefined);
    chat.present(bob);
  }
  await world.checkAtRest();
  return world;
}

test.each([1, 8])('[TB2] %i rested tabs cost no timer and no message in a minute; the worker looks once whether the machine has slept', async (tabs) => {
  const world = await openRestedWorld(tabs);
  const before = world.cost();
  await world.clock.advance(60_000);
  await world.settle();
  const after = world.cost();
  expect(after.messages - before.messages).toBe(0);
  expect(after.fired.tabs - before.fired.tabs).toBe(0);
  expect(after.fired.worker - before.fired.worker).toBe(1);
  expect({ ...after, fired: before.fired }).toEqual(before);
});

test('a tab costs three ports, one lock held, two waited for, and no timer', async () => {
  const world = await openRestedWorld(1);
  const one = await held(world);
  expect(one).toMatchObject({ timers: 1, ports: 3 });
  for (let number = 0; number < 10; number += 1) await world.openTab();
  const eleven = await held(world);
  expect(eleven).toMatchObject({ timers: 1, ports: 33, locks: one.locks + 30 });
});

test('[TB2] 200 tabs opened and closed, and 50 that crash, leave what was there', async () => {
  const world = await openRestedWorld(1);
  const before = await held(world);
  for (let number = 0; number < 250; number += 1) {
    const tab = await world.openTab();
    watch(tab.chat.conversations({ limit: 30 }));
    watch(tab.chat.timeline(bob));
    tab.chat.present(bob);
    if (number % 5 === 0) tab.crash();
    else tab.chat.close();
  }
  // What the crashed clients had open in this process is not the worker's.
  const after = await held(world);
  expect({ ...after, portsInNode: 0 }).toEqual({ ...before, portsInNode: 0 });
  await world.checkAtRest();
});

test('tabs that are opened and closed leave no port open on either side', async () => {
  const world = await openRestedWorld(1);
  const before = await held(world);
  for (let number = 0; number < 200; number += 1) (await world.openTab()).chat.close();
  expect(await held(world)).toEqual(before);
});

test('1,000 rounds of subscribing and unsubscribing leave nothing to be told', async () => {
  const world = await openRestedWorld(1);
  const tab = await world.openTab();
  await untilLive(world, tab);
  const before = await held(world);
  for (let round = 0; round < 1_000; round += 1) {
    const { chat } = tab;
    const ends = [chat.conversations({ limit: 1 + (round % 50) }), chat.unread, chat.timeline(bob), chat.history(bob), chat.conversation(bob)].map((query) => query.subscribe(() => undefined));
    if (round % 3 > 0) await nextTurn();
    for (const end of ends) end();
    // Who subscribes again within a second never left.
    await world.clock.advance(1_000);
  }
  expect(await held(world)).toEqual(before);
  // What nobody watches any more is told to nobody: the one row that changed goes to the tab that shows everything.
  const { messages } = world.cost();
  world.server.write({ from: 'bob', to: 'alice', text: 'anybody?' });
  await world.settle();
  const told = world.cost().messages - messages;
  const alone = await openRestedWorld(1);
  const quiet = alone.cost().messages;
  alone.server.write({ from: 'bob', to: 'alice', text: 'anybody?' });
  await alone.settle();
  expect(told).toBe(alone.cost().messages - quiet);
});

test('[TB7] a tab that was cached, and says hello again each time it returns, leaves nothing of the times before', async () => {
  const world = await openRestedWorld(1);
  const tab = await world.openTab();
  await untilLive(world, tab);
  const before = await held(world);
  for (let round = 0; round < 20; round += 1) {
    tab.signal('pause');
    await world.settle();
    tab.signal('resume');
    await world.settle();
  }
  expect({ ...(await held(world)), portsInNode: 0 }).toEqual({ ...before, portsInNode: 0 });
  await world.checkAtRest();
});

test('connecting twice under one account in one page is two tabs; closing one leaves the other', async () => {
  const world = await openRestedWorld(1);
  const first = await world.openTab();
  const before = await held(world);
  const { process } = first;
  const again = await connect({
    account: world.account,
    token: () => world.service.token(world.account.userId),
    environment: { setTimer: process.setTimer, random: () => 0.5, uniqueId: () => 'again', locks: process.locks, watchPage: () => () => undefined, reportError: () => undefined },
    worker: world.connectPort,
  });
  const total = watch(again.unread);
  await world.until(() => total.value === 60);
  expect((await held(world)).ports).toBe(before.ports + 3);
  expect(world.server.faults.count('connect')).toBe(1);
  again.close();
  again.close();
  expect(await held(world)).toEqual(before);
  await world.checkAtRest();
});
