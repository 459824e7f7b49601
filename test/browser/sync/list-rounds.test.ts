import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const RECONNECTS = 20;
/** Five rounds begin within a minute at most; the requests of a sixth may come a little closer than it began. Unit: ms. */
const WINDOW_MS = 55_000;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({
    seed: { accounts: ['alice'], owner: 'alice', conversations: 25, messagesPerConversation: 2 },
    policies: { conversationsPerUser: 100 },
  });
});
afterAll(() => world.close());

const listed = (userId: string): number => world.emulator.journal.requests('conversation-list', userId);

/** How a call of the tab ended: its code, or `ok`. */
function refresh({ page }: Tab): Promise<string> {
  return page.evaluate(() =>
    window.proof
      .chat()
      .refresh()
      .then(() => 'ok', (error: { readonly code: string }) => error.code),
  );
}

test('[SY5] 20 reconnects of the SDK in a row cost at most 5 rounds a minute, and what came meanwhile is shown', async () => {
  const { emulator } = world;
  const { journal } = emulator;
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, 'alice', 2);
  for (const tab of tabs) await tab.live();
  journal.reset();
  for (let reconnect = 1; reconnect <= RECONNECTS; reconnect += 1) {
    const logins = journal.logins('alice');
    emulator.dropSockets('alice');
    emulator.write({ from: `peer-${reconnect}`, to: 'alice', chatType: 'singleChat', text: `while away ${reconnect}` });
    await eventually(() => expect(journal.logins('alice')).toBeGreaterThan(logins));
  }
  // The whole list fits one page, so a round is one request.
  expect(journal.peak('conversation-list', 'alice', WINDOW_MS)).toBeLessThanOrEqual(5);
  for (const tab of tabs) {
    await eventually(async () => expect((await tab.shown()).status?.type).toBe('live'), { timeoutMs: 120_000 });
    await eventually(async () => expect((await tab.shown()).unread).toBe(emulator.state.totalUnread('alice')));
  }
  await profile.close();
}, 240_000);

test('[SY5] a 429 of the service holds back every list request of every tab until its Retry-After', async () => {
  const { emulator } = world;
  emulator.seed({ accounts: ['carol'], owner: 'carol', conversations: 5 });
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, 'carol', 2);
  for (const tab of tabs) await tab.live();
  emulator.faults.add({ on: 'rest', route: 'conversation-list', type: 'status', status: 429, retryAfterSeconds: 10, userId: 'carol', times: 1 });
  const before = listed('carol');
  const beganAt = Date.now();
  const [first] = tabs;
  if (first === undefined) throw new Error('no tab');
  expect(await refresh(first)).toBe('rate-limited');
  for (const tab of tabs) expect(await refresh(tab)).toBe('rate-limited');
  expect(listed('carol') - before).toBe(1);
  await eventually(async () => expect(await refresh(first)).toBe('ok'));
  expect(Date.now() - beganAt).toBeGreaterThanOrEqual(9_900);
  expect(listed('carol') - before).toBe(2);
  await profile.close();
}, 120_000);

test('[SY3] conversations that the service pushes out of its list of 100 stay, after a reload too', async () => {
  const { emulator } = world;
  emulator.seed({ accounts: ['dave'], owner: 'dave', conversations: 80, messagesPerConversation: 1 });
  const profile = await world.newProfile();
  const [tab] = await world.openTabs(profile, 'dave', 1);
  await tab?.live();
  for (let number = 1; number <= 40; number += 1) emulator.write({ from: `newcomer-${number}`, to: 'dave', chatType: 'singleChat', text: 'hello' });
  await eventually(async () => expect((await tab?.shown())?.rows).toHaveLength(120));
  expect(emulator.state.conversations('dave')).toHaveLength(100);
  await tab?.page.close();
  const [reopened] = await world.openTabs(profile, 'dave', 1);
  await reopened?.live();
  expect(await refresh(reopened as Tab)).toBe('ok');
  await eventually(async () => expect((await reopened?.shown())?.rows).toHaveLength(120));
  await profile.close();
}, 120_000);
