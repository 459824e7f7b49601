import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePage } from '../../support/bundle-page.ts';
import { eventually, openTab, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';
import type { CallCounts } from './count-calls.ts';
import { inspectWorker, type WorkerInspector } from './worker-inspector.ts';

const KEY = 'singleChat:bob';
/** Tabs opened and closed. Real pages, five at a time. */
const TABS = 200;
const ROUNDS = 1_000;
/** Before anything is measured: what is compiled and cached once is there. */
const WARM_UP = 40;
/**
 * What a heap may grow by for each tab or round that is gone. Unit: bytes. What is seen is code that the browser compiles again as it
 * gets hot: after 600 connections, or 1,000 rounds, nothing more is added.
 */
const GROWTH_PER_TAB = 2_000;
const GROWTH_PER_ROUND = 100;
const IDLE_MS = 60_000;
/** Nothing was posted for so long: all that was begun has come to its end. Unit: ms. */
const QUIET_MS = 3_000;
/** How long a query lingers after its last subscriber has left, and some more. Unit: ms. */
const LINGERED_MS = 1_200;

type Held = {
  /** Ports of tabs that the worker has open, two a tab; the third is the host's, and the page closes it. */
  readonly ports: number;
  readonly locks: readonly string[];
  readonly waitedFor: number;
  readonly timers: number;
};

let world: ProofWorld;
let profile: BrowserContext;
let tab: Tab;
let worker: WorkerInspector;

beforeAll(async () => {
  world = await createProofWorld(
    { seed: { accounts: ['alice', 'bob', 'carol'], owner: 'alice', conversations: 2, messagesPerConversation: 20 } },
    { prelude: await bundlePage('test/browser/cost/count-calls.ts', { doorsFrom: 'source' }) },
  );
  profile = await world.newProfile();
  tab = await openTab(profile, world.address('alice'));
  await tab.live();
  await tab.messages(KEY);
  worker = await inspectWorker(world.browser);
});
afterAll(async () => {
  await worker.close();
  await world.close();
});

const pageCounts = (): Promise<CallCounts> => tab.page.evaluate(() => callCounts());
const workerCounts = (): Promise<CallCounts> => worker.evaluate('callCounts()');

/** What the worker holds, and what is locked in the profile. */
async function held(): Promise<Held> {
  const { started, closed, connects, timers } = await workerCounts();
  const locks = await tab.page.evaluate(() => navigator.locks.query());
  return { ports: started - closed - connects, locks: (locks.held ?? []).map(({ name }) => name ?? '').sort(), waitedFor: (locks.pending ?? []).length, timers };
}

/** Waits until the worker has no port but the page's, and nothing is under way between them. */
async function rest(): Promise<void> {
  await eventually(async () => expect((await held()).ports).toBe(2));
  const posted = async () => [(await workerCounts()).posted, await pageCounts()];
  await eventually(async () => {
    const before = await posted();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    expect(await posted()).toEqual(before);
  });
}

function say(line: string): void {
  process.stdout.write(`      ${line}\n`);
}

function print(what: string, before: number, after: number, each: number, where = 'worker'): void {
  say(`${what}: heap of the ${where} ${(before / 1_000).toFixed(0)} kB before, ${(after / 1_000).toFixed(0)} kB after: ${((after - before) / each).toFixed(0)} bytes each`);
}

/** Opens a tab that shows the list and a conversation, and leaves in one of three ways. */
async function openAndLeave(how: number): Promise<void> {
  const other = await openTab(profile, world.address('alice'));
  await other.page.evaluate((key) => window.proof.timeline(key), KEY);
  // In an orderly way; or without a word, as most pages go.
  if (how % 2 === 0) await other.page.evaluate(() => window.proof.chat().close());
  await other.page.close();
}

async function openAndLeaveMany(count: number): Promise<void> {
  for (let number = 0; number < count; number += 5) await Promise.all([0, 1, 2, 3, 4].map((place) => openAndLeave(number + place)));
}

test('[TB2] an idle tab and its worker post nothing and set no timer of their own in a minute', { timeout: 300_000 }, async () => {
  await rest();
  const [inWorker, inPage] = [await workerCounts(), await pageCounts()];
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const [laterInWorker, laterInPage] = [await workerCounts(), await pageCounts()];
  expect(inWorker.posted).toBeGreaterThan(0);
  expect(laterInWorker.posted - inWorker.posted).toBe(0);
  expect(laterInPage).toEqual(inPage);
  expect(laterInPage.timers).toBe(0);
  say(`idle for ${IDLE_MS / 1_000} s: 0 messages, ${laterInPage.fired - inPage.fired} timers of the page and ${laterInWorker.fired - inWorker.fired} of the worker, the SDK's among them`);
});

test('[TB2] 200 tabs opened and closed leave the worker as it was', { timeout: 900_000 }, async () => {
  await openAndLeaveMany(WARM_UP);
  await rest();
  const [before, heapBefore] = [await held(), await worker.heapBytes()];
  await openAndLeaveMany(TABS);
  await eventually(async () => expect({ ...(await held()), timers: before.timers }).toEqual(before));
  const heapAfter = await worker.heapBytes();
  print(`${TABS} tabs that are gone`, heapBefore, heapAfter, TABS);
  expect(heapAfter - heapBefore).toBeLessThan(TABS * GROWTH_PER_TAB);
  expect(world.emulator.journal.logins('alice')).toBe(1);
});

test('what an open tab costs in the worker', { timeout: 300_000 }, async () => {
  const heapBefore = await worker.heapBytes();
  const others = await world.openTabs(profile, 'alice', 10);
  for (const other of others) await other.messages(KEY);
  const heapAfter = await worker.heapBytes();
  print(`${others.length} tabs that are open`, heapBefore, heapAfter, others.length);
  // The bound on what a tab leaves behind would see one that stayed.
  expect((heapAfter - heapBefore) / others.length).toBeGreaterThan(2 * GROWTH_PER_TAB);
  for (const other of others) await other.page.close();
  await eventually(async () => expect((await held()).ports).toBe(2));
});

test('1,000 rounds of subscribing and unsubscribing leave the worker, and the page, as they were', { timeout: 600_000 }, async () => {
  const session = await tab.page.context().newCDPSession(tab.page);
  const pageHeap = async (): Promise<number> => {
    for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  // Queries of each round's own: what was left less than a second ago would not be left at all.
  const rounds = (): Promise<void> =>
    tab.page.evaluate(
      async ([wanted, lingeredMs]) => {
        const chat = window.proof.chat();
        for (let round = 0; round < wanted; round += 1) {
          const peer = { conversationId: `peer-${round}`, conversationType: 'singleChat' } as const;
          const queries = [chat.conversations({ limit: 1 + round }), chat.conversations({ limit: 5, search: `${round}` }), chat.conversation(peer), chat.timeline(peer), chat.history(peer)];
          // Every tenth leaves before it is told anything.
          const isPatient = round % 10 > 0;
          const told = queries.map(
            (query) =>
              new Promise<() => void>((resolve) => {
                const end = query.subscribe(() => queueMicrotask(() => resolve(end)));
                if (!isPatient) resolve(end);
              }),
          );
          for (const end of await Promise.all(told)) end();
        }
        await new Promise((resolve) => setTimeout(resolve, lingeredMs));
      },
      [ROUNDS, LINGERED_MS] as const,
    );
  // Twice: what the worker keeps of a conversation that was looked at is there after the first time.
  await rounds();
  await rounds();
  const [before, heapBefore, pageBefore] = [await held(), await worker.heapBytes(), await pageHeap()];
  const posted = (await pageCounts()).posted;
  await rounds();
  // Five times subscribed and five times ended, each round.
  expect((await pageCounts()).posted - posted).toBe(10 * ROUNDS);
  const [heapAfter, pageAfter] = [await worker.heapBytes(), await pageHeap()];
  print(`${ROUNDS} rounds of 5 subscriptions`, heapBefore, heapAfter, ROUNDS);
  print('the same', pageBefore, pageAfter, ROUNDS, 'page');
  expect({ ...(await held()), timers: before.timers }).toEqual(before);
  expect((await pageCounts()).timers).toBe(0);
  expect(heapAfter - heapBefore).toBeLessThan(ROUNDS * GROWTH_PER_ROUND);
  expect(pageAfter - pageBefore).toBeLessThan(ROUNDS * GROWTH_PER_ROUND);
});

test('connecting twice under one account in one page is two tabs of one login; both can be closed', async () => {
  await rest();
  const before = await held();
  // The page's script once more: it connects again, and takes the place of the first.
  await tab.page.evaluate(() => Object.assign(window, { first: window.proof }));
  await tab.page.addScriptTag({ url: '/page.js' });
  await tab.page.evaluate(() => window.proof.connected);
  await tab.live();
  await eventually(async () => {
    const during = await held();
    expect([during.ports, during.locks.length, during.waitedFor]).toEqual([before.ports + 2, before.locks.length + 1, before.waitedFor + 2]);
  });
  await tab.page.evaluate(() => {
    window.proof.chat().close();
    window.proof.chat().close();
    Object.assign(window, { proof: (window as unknown as { readonly first: Window['proof'] }).first });
  });
  await eventually(async () => expect({ ...(await held()), timers: before.timers }).toEqual(before));
  expect(world.emulator.journal.logins('alice')).toBe(1);
  world.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'still there?' });
  await eventually(async () => expect((await tab.messages(KEY)).at(-1)?.text).toBe('still there?'));
});
