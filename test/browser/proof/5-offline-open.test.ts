import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectServiceList, expectServiceMessages, rowsAtService } from '../../support/proof/expectations.ts';
import { noSharedWorker } from '../../support/proof/kill.ts';
import { eventually, openTab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const KEY = 'singleChat:bob';

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { conversations: 60, messagesPerConversation: 12, unreadPerConversation: 1 } });
});
afterAll(() => world.close());

test('[TB3] [SY7] proof 5: with server and network gone the app opens by its address, shows what is stored and says so; back online it catches up', async () => {
  const { emulator } = world;
  const profile = await world.newProfile();
  const address = world.address('alice', { isApp: true });

  const first = await openTab(profile, address);
  await first.live();
  await expectServiceList([first], emulator, 'alice');
  await expectServiceMessages([first], emulator, { userId: 'alice', key: KEY, newest: 12 });
  await first.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const listBefore = rowsAtService(emulator, 'alice');
  const historyBefore = emulator.state.history('alice', 'bob').map(({ id }) => id);

  await world.goOffline();
  await first.page.close();
  await noSharedWorker(world);
  // What happens meanwhile, on other devices.
  emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'while you were away' });

  const reopened = await openTab(profile, address);
  // The list is there before the first attempt to connect has failed.
  await eventually(async () => expect(await reopened.shown()).toMatchObject({ rows: listBefore, unread: 60, status: { type: 'from-cache' } }));
  expect((await reopened.messages(KEY)).map(({ id }) => id)).toEqual(historyBefore);

  await world.goOnline();
  await eventually(async () => expect((await reopened.shown()).status?.type).toBe('live'), { timeoutMs: 120_000 });
  await expectServiceList([reopened], emulator, 'alice');
  await expectServiceMessages([reopened], emulator, { userId: 'alice', key: KEY, newest: 13 });
  await profile.close();
}, 300_000);
