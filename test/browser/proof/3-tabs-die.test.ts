import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectServiceMessages, expectUnread } from '../../support/proof/expectations.ts';
import { crashTab } from '../../support/proof/kill.ts';
import type { Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const KEY = 'singleChat:bob';

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['bob'], conversations: 0 } });
});
afterAll(() => world.close());

/** A user of their own for each proof, who has five messages with bob and three tabs. */
async function openThree(userId: string) {
  world.emulator.seed({ accounts: [userId, 'bob'], owner: userId, conversations: 1, messagesPerConversation: 5 });
  const profile = await world.newProfile();
  const tabs = (await world.openTabs(profile, userId, 3)) as [Tab, Tab, Tab];
  for (const tab of tabs) {
    await tab.live();
    await tab.messages(KEY);
  }
  return { profile, tabs };
}

/** Bob writes; every tab shows it, counted once. */
async function expectNextMessage(tabs: readonly Tab[], userId: string, unread: number): Promise<void> {
  world.emulator.write({ from: 'bob', to: userId, chatType: 'singleChat', text: `number ${unread}` });
  await expectUnread(tabs, KEY, unread);
  await expectServiceMessages(tabs, world.emulator, { userId, key: KEY, newest: 5 });
}

test('[TB2] proof 3: the tab that created the worker is closed; the others go on and get the next message', async () => {
  const { profile, tabs } = await openThree('ann');
  await tabs[0].page.close();
  await expectNextMessage([tabs[1], tabs[2]], 'ann', 1);
  await profile.close();
});

test('[TB2] proof 3: a tab that only looks on crashes; the others go on and get the next message', async () => {
  const { profile, tabs } = await openThree('ben');
  await crashTab(profile, tabs[2].page);
  await expectNextMessage([tabs[0], tabs[1]], 'ben', 1);
  expect(world.emulator.journal.logins('ben')).toBe(1);
  await profile.close();
});

test('[TB3] [TB4] proof 3: the tab that created the worker crashes and takes it along; the others start a new one', async () => {
  const { profile, tabs } = await openThree('cleo');
  await crashTab(profile, tabs[0].page);
  await expectNextMessage([tabs[1], tabs[2]], 'cleo', 1);
  await tabs[1].live();
  await expectNextMessage([tabs[1], tabs[2]], 'cleo', 2);
  expect(world.emulator.journal.logins('cleo')).toBe(2);
  await profile.close();
});

test('[TB2] proof 3: one is closed and one crashes; the last one goes on, and a new tab joins it', async () => {
  const { profile, tabs } = await openThree('dora');
  await tabs[0].page.close();
  await crashTab(profile, tabs[1].page);
  await expectNextMessage([tabs[2]], 'dora', 1);
  const [joined] = await world.openTabs(profile, 'dora', 1);
  await joined?.live();
  await expectNextMessage([tabs[2], joined as Tab], 'dora', 2);
  await profile.close();
});
