import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noSharedWorker } from '../../support/proof/kill.ts';
import { eventually } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const CONVERSATIONS = 50;
const PER_CONVERSATION = 40;
const MESSAGES = CONVERSATIONS * PER_CONVERSATION;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['alice'], conversations: 0 } });
});
afterAll(() => world.close());

test('[UR1] [UR3] [ST1] proof 6: 2,000 messages over 50 conversations are 2,000 unread in every tab, and 2,000 stored', async () => {
  const { emulator } = world;
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, 'alice', 3);
  for (const tab of tabs) await tab.live();

  for (let index = 0; index < MESSAGES; index += 1) {
    const from = `peer-${index % CONVERSATIONS}`;
    emulator.write({ from, to: 'alice', chatType: 'singleChat', text: `message ${index}` });
    if (index % 10 === 9) await nextTurn();
  }
  for (const tab of tabs) {
    await eventually(async () => {
      const { rows, unread } = await tab.shown();
      expect(unread).toBe(MESSAGES);
      expect(rows).toHaveLength(CONVERSATIONS);
      expect(rows.every((row) => row.unread === PER_CONVERSATION)).toBe(true);
    });
  }
  expect(emulator.state.totalUnread('alice')).toBe(MESSAGES);

  // A new worker without a network has nothing but the database.
  await emulator.goOffline();
  for (const tab of tabs) await tab.page.close();
  await noSharedWorker(world);
  const [reopened] = await world.openTabs(profile, 'alice', 1);
  await eventually(async () => expect((await reopened?.shown())?.unread).toBe(MESSAGES));
  let stored = 0;
  for (let peer = 0; peer < CONVERSATIONS; peer += 1) {
    const ids = (await reopened?.messages(`singleChat:peer-${peer}`))?.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    stored += ids.length;
  }
  expect(stored).toBe(MESSAGES);
  await profile.close();
}, 300_000);
