import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { shownBy, untilLive, watch } from '../engine/watch.ts';

/** What of alice is left in the browser: her databases, by name. */
async function databasesOfAlice(indexedDB: IDBFactory): Promise<readonly string[]> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
  return names.filter((name) => name.includes('alice'));
}

/** Signs alice in, switches to zoe at the n-th step of alice's database, and looks. @returns Whether there was such a step. */
async function switchAt(step: number): Promise<boolean> {
  const indexedDB = new IDBFactory();
  const alices = openWorld({ indexedDB, engine: { listPageSize: 10 } });
  alices.server.seed({ userId: 'alice', conversations: 35, messages: 2 });
  let leaving: Promise<void> | undefined;
  const hers = await alices.openTab();
  alices.disk.atStep(step, () => {
    leaving = hers.chat.logOut();
  });
  const status = watch(hers.chat.status);
  watch(hers.chat.timeline({ conversationId: 'user-35', conversationType: 'singleChat' }));
  await alices.until(() => leaving !== undefined || (status.value?.type === 'live' && alices.server.faults.count('getHistory') > 0));
  await alices.settle();
  if (leaving === undefined) return false;
  // What comes while she leaves is not written any more.
  alices.server.write({ from: 'bob', to: 'alice', text: 'too late' });
  await leaving;
  await alices.settle();
  expect(await databasesOfAlice(indexedDB), `step ${step}`).toEqual([]);
  expect(status.value).toMatchObject({ type: 'signed-out' });


  const zoes = openWorld({ indexedDB, account: { appKey: 'org#app', userId: 'zoe' } });
  zoes.server.write({ from: 'carol', to: 'zoe', text: 'for zoe' });
  const theirs = await zoes.openTab();
  await untilLive(zoes, theirs);
  await zoes.settle();
  expect((await shownBy(theirs)).map((row) => (row as readonly unknown[])[0]), `step ${step}`).toEqual(['carol']);
  expect(await databasesOfAlice(indexedDB), `step ${step}`).toEqual([]);
  return true;
}

test('[ST5] hard case 11: logging out in the middle of a sync, at any step of it, wipes the account, and the next user finds nothing of it', async () => {
  let steps = 0;
  while (await switchAt(steps + 1)) steps += 1;
  expect(steps).toBeGreaterThan(10);
});
