import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectServiceList } from '../../support/proof/expectations.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const CONVERSATIONS = 120;

let world: ProofWorld;

beforeAll(async () => {
  const unreadPerConversation = (index: number) => (index % 5 === 0 ? 3 : 0);
  const seed = { conversations: CONVERSATIONS, messagesPerConversation: 4, unreadPerConversation };
  world = await createProofWorld({ seed: { ...seed, accounts: ['alice'], owner: 'alice' } });
  // The same list once more, for somebody who has one tab only.
  world.emulator.seed({ ...seed, accounts: ['single'], owner: 'single' });
});
afterAll(() => world.close());

/** What the service was asked for a user's list. */
function listRequests(userId: string) {
  const { journal } = world.emulator;
  return { list: journal.requests('conversation-list', userId), pinned: journal.requests('pinned-list', userId) };
}

test('[TB1] [SY5] [UR2] proof 1: three tabs show one list, from one login and one set of list requests', async () => {
  const { emulator } = world;
  const one = await world.newProfile();
  const [onlyTab] = await world.openTabs(one, 'single', 1);
  await onlyTab?.live();
  const oneTabAsks = listRequests('single');
  expect(oneTabAsks.list).toBeGreaterThanOrEqual(Math.ceil(CONVERSATIONS / 50));
  await one.close();

  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, 'alice', 3);
  for (const tab of tabs) await tab.live();
  await expectServiceList(tabs, emulator, 'alice');

  const [first, ...others] = await Promise.all(tabs.map((tab) => tab.shown()));
  for (const other of others) expect(other).toEqual(first);
  expect(first?.rows).toHaveLength(CONVERSATIONS);
  expect(first?.unread).toBe(3 * (CONVERSATIONS / 5));

  expect(emulator.journal.logins('alice')).toBe(1);
  expect(listRequests('alice')).toEqual(oneTabAsks);
  await profile.close();
});

test('[SY5] proof 1: three tabs that ask for the same page at once are one request', async () => {
  const { emulator } = world;
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, 'alice', 3);
  for (const tab of tabs) await tab.live();
  emulator.journal.reset();

  const lift = emulator.faults.add({ on: 'rest', type: 'hold', route: 'conversation-list' });
  const ask = async (): Promise<void> => {
    const { contact, localCache } = window.proof.chat();
    Object.assign(window, { asked: contact.getServerConversations({ pageSize: 20, cursor: '' }) });
    // Answered by the worker, which has been asked for the page before.
    await localCache.getLocalConversations();
  };
  await Promise.all(tabs.map((tab) => tab.page.evaluate(ask)));
  lift();
  const answers = await Promise.all(tabs.map((tab) => tab.page.evaluate(() => (window as unknown as { readonly asked: Promise<unknown> }).asked)));

  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(emulator.journal.requests('conversation-list', 'alice')).toBe(1);
  await profile.close();
});
