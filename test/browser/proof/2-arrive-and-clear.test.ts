import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectUnread } from '../../support/proof/expectations.ts';
import { eventually } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const KEY = 'singleChat:bob';

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { conversations: 10, messagesPerConversation: 5 } });
});
afterAll(() => world.close());

test('[UR2] [UR1] proof 2: a message shows in all tabs as 1 unread; cleared in one it is 0 in all and at the service, acknowledged once', async () => {
  const { emulator } = world;
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, 'alice', 3);
  for (const tab of tabs) {
    await tab.live();
    await tab.messages(KEY);
  }
  await expectUnread(tabs, KEY, 0);
  emulator.journal.reset();

  const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'are you there?' });
  await expectUnread(tabs, KEY, 1);
  for (const tab of tabs) {
    await eventually(async () => {
      const { rows, unread } = await tab.shown();
      expect(rows[0]).toEqual({ key: KEY, unread: 1, text: 'are you there?' });
      expect(unread).toBe(1);
      expect((await tab.messages(KEY)).at(-1)).toEqual({ id, text: 'are you there?', state: 'received' });
    });
  }
  expect(emulator.state.unread('alice', 'bob')).toBe(1);

  await tabs[1]?.page.evaluate(() =>
    window.proof.chat().localCache.clearConversationUnreadCount({ conversationId: 'bob', conversationType: 'singleChat' }),
  );
  await expectUnread(tabs, KEY, 0);
  for (const tab of tabs) await eventually(async () => expect((await tab.shown()).unread).toBe(0));
  await eventually(() => expect(emulator.state.unread('alice', 'bob')).toBe(0));

  // Nothing more is sent behind it: by the engine, or by tabs that learned of it.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(emulator.journal.frames('in', 'channel-ack', 'alice')).toBe(1);
  await expectUnread(tabs, KEY, 0);
  await profile.close();
});
