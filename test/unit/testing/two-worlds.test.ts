import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { shownBy, untilLive } from '../engine/watch.ts';

test('[ST5] two worlds over one IndexedDB, each with an account of its own, live side by side', async () => {
  const indexedDB = new IDBFactory();
  const [alices, zoes] = [openWorld({ indexedDB }), openWorld({ indexedDB, account: { appKey: 'org#app', userId: 'zoe' } })];
  alices.server.write({ from: 'bob', to: 'alice', text: 'for alice' });
  zoes.server.write({ from: 'carol', to: 'zoe', text: 'for zoe' });
  const [hers, theirs] = [await alices.openTab(), await zoes.openTab()];
  await untilLive(alices, hers);
  await untilLive(zoes, theirs);
  expect(await shownBy(hers)).toMatchObject([['bob', 1, expect.anything(), false, []]]);
  expect(await shownBy(theirs)).toMatchObject([['carol', 1, expect.anything(), false, []]]);
  await alices.checkAtRest();
  await zoes.checkAtRest();
});

test('[ST5] one of two worlds over one IndexedDB logs out, and the other goes on; the account left is empty for a third', async () => {
  const indexedDB = new IDBFactory();
  const zoe = { appKey: 'org#app', userId: 'zoe' };
  const alices = openWorld({ indexedDB });
  const hers = await alices.openTab();
  await untilLive(alices, hers);
  await hers.chat.logOut();
  const zoes = openWorld({ indexedDB, account: zoe });
  const theirs = await zoes.openTab();
  await untilLive(zoes, theirs);
  await zoes.checkAtRest();
});
