import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectServiceMessages, expectUnread } from '../../support/proof/expectations.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const KEY = 'singleChat:bob';

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['bob'], conversations: 0 } });
});
afterEach(() => world.emulator.faults.clear());
afterAll(() => world.close());

async function openThree(userId: string) {
  world.emulator.seed({ accounts: [userId, 'bob'], owner: userId, conversations: 5, messagesPerConversation: 60 });
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, userId, 3);
  for (const tab of tabs) {
    await tab.live();
    await tab.messages(KEY);
  }
  return { profile, tabs };
}

/** Starts calls of every kind that the service does not answer, and waits until the worker has them: what it was called for last is answered. */
async function beginCalls(tab: Tab): Promise<readonly string[]> {
  await tab.page.evaluate(() => {
    const { begin } = window.proof;
    const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
    begin('history', (chat) => chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 20 }));
    begin('list', (chat) => chat.contact.getServerConversations({ pageSize: 10, cursor: '' }));
    begin('pin', (chat) =>
      chat.contact.pinConversation({ conversationId: 'bob', conversationType: 'singleChat', isPinned: true }),
    );
    begin('refresh', (chat) => chat.refresh());
    begin('local', (chat) => chat.localCache.getLocalConversation(bob));
  });
  await eventually(async () => expect(await tab.page.evaluate(() => window.proof.endings())).toMatchObject({ local: { ok: true } }));
  return ['history', 'list', 'pin', 'local', 'refresh'];
}

test('[TB3] proof 4: every call that was open when the worker was killed settles, answered or with a typed error', async () => {
  const { profile, tabs } = await openThree('ann');
  const lift = world.emulator.faults.add({ on: 'rest', type: 'hold' });
  const begun = await Promise.all(tabs.map(beginCalls));
  expect(await killSharedWorkers(world)).toBe(1);
  lift();

  for (const [index, tab] of tabs.entries()) {
    await eventually(async () => {
      const endings = await tab.page.evaluate(() => window.proof.endings());
      const open = begun[index]?.filter((name) => endings[name] === undefined);
      expect(open, `still open in tab ${index}`).toEqual([]);
    });
    const endings = await tab.page.evaluate(() => window.proof.endings());
    // Reading can be asked again of the next worker, and is; an act that may have happened is not repeated unasked.
    expect(endings).toMatchObject({ local: { ok: true }, history: { ok: true }, list: { ok: true } });
    for (const ending of Object.values(endings)) expect(ending).not.toMatchObject({ code: 'not-a-sync-error' });
  }
  await profile.close();
});

test('[TB4] [UR1] proof 4: after the worker was killed the tabs reconnect by themselves; nothing is lost, nothing is there twice', async () => {
  const { profile, tabs } = await openThree('ben');
  const { emulator } = world;
  const write = (text: string) => emulator.write({ from: 'bob', to: 'ben', chatType: 'singleChat', text });

  write('before');
  await expectUnread(tabs, KEY, 1);
  await killSharedWorkers(world);
  write('while it is dead');
  await expectUnread(tabs, KEY, 2);
  write('after');
  await expectUnread(tabs, KEY, 3);
  await expectServiceMessages(tabs, emulator, { userId: 'ben', key: KEY, newest: 50 });
  expect(emulator.journal.logins('ben')).toBe(2);
  await profile.close();
});

test('[TB4] proof 4: killed again and again while messages come in, all of them are there once', async () => {
  const { profile, tabs } = await openThree('cleo');
  const { emulator } = world;
  for (let round = 1; round <= 4; round += 1) {
    for (let index = 0; index < 5; index += 1) {
      emulator.write({ from: 'bob', to: 'cleo', chatType: 'singleChat', text: `${round}.${index}` });
    }
    await new Promise((resolve) => setTimeout(resolve, round * 40));
    await killSharedWorkers(world);
    for (const tab of tabs) await tab.live();
  }
  await expectUnread(tabs, KEY, 20);
  await expectServiceMessages(tabs, emulator, { userId: 'cleo', key: KEY, newest: 50 });
  await profile.close();
});

test('[OB1] proof 4: a message sent just before the kill is sent once', async () => {
  const { profile, tabs } = await openThree('dora');
  const { emulator } = world;
  await tabs[1]?.page.evaluate(() =>
    window.proof.chat().send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg: 'on my way' }),
  );
  await eventually(() => expect(emulator.state.history('dora', 'bob').at(-1)?.text).toBe('on my way'));
  await killSharedWorkers(world);
  for (const tab of tabs) await tab.live();
  await expectServiceMessages(tabs, emulator, { userId: 'dora', key: KEY, newest: 50 });
  expect(emulator.state.history('dora', 'bob').filter(({ text }) => text === 'on my way')).toHaveLength(1);
  await profile.close();
});
