import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { LogOutOptions } from '../../../src/protocol/worker-api.ts';
import { readStored, type StoredState } from '../../../src/testing/stored-state.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { openRawTab } from './raw-tab.ts';
import { bob, carol, shownBy, untilLive, watch } from './watch.ts';

const textsAt = (world: TestWorld): readonly unknown[] => world.server.history('alice', bob).map(({ msg }) => msg);

/** What the outbox shows, by state. */
const waitingIn = (tab: TestTab): readonly string[] => (tab.chat.outbox.value?.items ?? []).map(({ state }) => state.type);

/** A tab that is up to date, with rows and messages, and an outbox that is watched. */
async function openAccount(options: { readonly indexedDB?: IDBFactory } = {}): Promise<{ readonly world: TestWorld; readonly tab: TestTab; readonly indexedDB: IDBFactory }> {
  const indexedDB = options.indexedDB ?? new IDBFactory();
  const world = openWorld({ indexedDB });
  world.server.write({ from: 'bob', to: 'alice', text: 'hello' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  watch(tab.chat.outbox);
  return { world, tab, indexedDB };
}

/** The same, offline, with messages that wait. */
async function openWaiting(...messages: readonly string[]): ReturnType<typeof openAccount> {
  const account = await openAccount();
  account.world.goOffline();
  for (const msg of messages) await account.tab.chat.send({ conversation: bob, type: 'txt', msg });
  await account.world.until(() => waitingIn(account.tab).length === messages.length);
  return account;
}

const storedIn = (indexedDB: IDBFactory): Promise<StoredState> =>
  readStored({ account: { appKey: 'org#app', userId: 'alice' }, indexedDB, keyRange: IDBKeyRange, keys: [conversationKey(bob)] });

const untilSignedOut = (world: TestWorld, tab: TestTab): Promise<void> => world.until(() => watch(tab.chat.status).value?.type === 'signed-out', 'signed out');

const notEmpty = (waiting: number): object => ({ code: 'refused', retryable: false, details: { reason: 'outbox-not-empty', waiting } });

test('[OB4] logging out with something queued asks: nothing happens, and what waits is sent later', async () => {
  const { world, tab } = await openWaiting('one', 'two');
  await expect(tab.chat.logOut()).rejects.toMatchObject(notEmpty(2));
  await expect(tab.chat.logOut({})).rejects.toMatchObject(notEmpty(2));
  expect(waitingIn(tab)).toEqual(['queued', 'queued']);
  world.goOnline();
  await world.until(() => textsAt(world).length === 3, 'sent');
  await world.until(() => waitingIn(tab).length === 0);
  expect(textsAt(world)).toEqual(['hello', 'one', 'two']);
  await tab.chat.logOut();
});

test('[OB4] what was refused by the service is asked for as well: nobody else keeps its text', async () => {
  const { world, tab } = await openAccount();
  world.server.faults.failNext('send', new SyncError('refused', 'blocked'));
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'blocked' });
  await world.until(() => waitingIn(tab).join() === 'failed');
  await expect(tab.chat.logOut()).rejects.toMatchObject(notEmpty(1));
  const before = world.clock.timers();
  // It cannot be waited for: it waits for the user.
  await expect(tab.chat.logOut({ queued: 'send' })).rejects.toMatchObject(notEmpty(1));
  expect(world.clock.timers()).toBe(before);
});

test('[OB4] a message that another tab sends in the same moment is counted, or refused', async () => {
  const { world, tab, indexedDB } = await openAccount();
  const other = await world.openTab();
  const [sent, left] = await Promise.allSettled([other.chat.send({ conversation: bob, type: 'txt', msg: 'last' }), tab.chat.logOut()]);
  await world.settle();
  if (left.status === 'rejected') {
    expect(left.reason).toMatchObject(notEmpty(1));
    expect(sent.status).toBe('fulfilled');
  } else {
    expect(sent).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
    expect(await indexedDB.databases()).toEqual([]);
  }
});

test('[OB4] [UR6] acknowledgements that wait are nothing to ask for', async () => {
  const { world, tab } = await openAccount();
  world.goOffline();
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.settle();
  await tab.chat.logOut();
  await untilSignedOut(world, tab);
});

test('[OB4] [ST5] send: what waits is sent first, once, and then the account is wiped', async () => {
  const { world, tab, indexedDB } = await openAccount();
  const release = world.server.faults.hold('send');
  for (const [conversation, msg] of [[bob, 'one'], [bob, 'two'], [carol, 'three']] as const) await tab.chat.send({ conversation, type: 'txt', msg });
  const leaving = tab.chat.logOut({ queued: 'send' });
  await world.settle();
  expect(watch(tab.chat.status).value).toEqual({ type: 'live' });
  release();
  await leaving;
  expect(textsAt(world)).toEqual(['hello', 'one', 'two']);
  expect(world.server.history('alice', carol).map(({ msg }) => msg)).toEqual(['three']);
  expect(await indexedDB.databases()).toEqual([]);
});

test('[OB4] send: what cannot be sent in time is said, and the login goes on', async () => {
  const { world, tab } = await openWaiting('one', 'two');
  for (const [options, waitMs] of [[{}, 15_000], [{ timeoutMs: 3_000 }, 3_000], [{ timeoutMs: 0 }, 0]] as const) {
    let outcome: unknown;
    tab.chat.logOut({ queued: 'send', ...options }).catch((error: unknown) => (outcome = error));
    await world.settle();
    await world.clock.advance(waitMs - 1);
    await world.settle();
    if (waitMs > 0) expect(outcome).toBeUndefined();
    await world.clock.advance(1);
    await world.until(() => outcome !== undefined, 'an answer');
    expect(outcome).toMatchObject(notEmpty(2));
  }
  world.goOnline();
  await world.until(() => textsAt(world).length === 3, 'sent');
});

test('[OB4] [ST5] keep: all but what waits is wiped; the next login of the account shows and sends it', async () => {
  const { world, tab, indexedDB } = await openWaiting('one', 'two');
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await tab.chat.logOut({ queued: 'keep' });
  await untilSignedOut(world, tab);
  const stored = await storedIn(indexedDB);
  expect(stored).toMatchObject({ rows: [], outbox: [{ type: 'send', message: { msg: 'one' } }, { type: 'send', message: { msg: 'two' } }] });
  expect([stored.messages, stored.spans].map((all) => all.get(conversationKey(bob)))).toEqual([[], []]);

  const next = await world.openTab();
  const timeline = watch(next.chat.timeline(bob));
  await world.until(() => timeline.value?.items.length === 2);
  expect(timeline.value?.items.map((item) => item.type === 'message' && [item.message['msg'], item.state.type])).toEqual([['one', 'queued'], ['two', 'queued']]);
  expect(await shownBy(next)).toEqual([]);
  world.goOnline();
  await untilLive(world, next);
  // What another engine leaves is looked up before it is told.
  await world.clock.advance(5_000);
  await world.until(() => textsAt(world).length === 3, 'sent');
  expect(textsAt(world)).toEqual(['hello', 'one', 'two']);
  tab.chat.close();
  await world.checkAtRest();
});

test('[OB4] keep: with nothing that waits, nothing is left but who this device is', async () => {
  const { world, tab, indexedDB } = await openAccount();
  await tab.chat.contact.pinConversation({ ...bob, isPinned: true });
  await world.settle();
  await tab.chat.logOut({ queued: 'keep' });
  expect(await storedIn(indexedDB)).toMatchObject({ rows: [], outbox: [] });
  world.goOffline();
  const next = await world.openTab();
  expect(await shownBy(next)).toEqual([]);
});

test('[OB4] [ST5] what one account keeps is neither shown nor sent by another', async () => {
  const { world, tab, indexedDB } = await openWaiting('from alice');
  await tab.chat.logOut({ queued: 'keep' });
  tab.chat.close();
  world.killWorker();
  const zoes = openWorld({ indexedDB, account: { appKey: 'org#app', userId: 'zoe' } });
  const theirs = await zoes.openTab();
  await untilLive(zoes, theirs);
  const [timeline, outbox] = [watch(theirs.chat.timeline(bob)), watch(theirs.chat.outbox)];
  await zoes.clock.advance(60_000);
  await zoes.until(() => timeline.value !== undefined && outbox.value !== undefined);
  expect([timeline.value?.items, outbox.value?.items]).toEqual([[], []]);
  expect(zoes.server.faults.count('send')).toBe(0);
});

test('[OB4] discard: what waits is wiped with all else, and never sent', async () => {
  const { world, tab, indexedDB } = await openWaiting('one', 'two');
  await tab.chat.logOut({ queued: 'discard' });
  expect(await indexedDB.databases()).toEqual([]);
  world.goOnline();
  const next = await world.openTab();
  await untilLive(world, next);
  await world.clock.advance(60_000);
  expect(textsAt(world)).toEqual(['hello']);
});

test('[ST5] [ER2] only the three words, and times that can be waited for, are taken', async () => {
  const world = openWorld();
  const tab = await openRawTab(world);
  for (const [parameter, options] of [
    ['queued', { queued: 'all' }],
    ['queued', { queued: true }],
    ['timeoutMs', { queued: 'send', timeoutMs: -1 }],
    ['timeoutMs', { queued: 'send', timeoutMs: 40_000 }],
    ['options', 'keep'],
  ] as const satisfies readonly (readonly [string, LogOutOptions | object | string])[]) {
    expect(await tab.call('logOut', options)).toMatchObject({ ok: false, error: { code: 'invalid-argument', details: { parameter } } });
  }
});

test('[OB4] [ST1] killed at any step of leaving, what is to be kept is kept: the account is wiped, or as it was', async () => {
  let kills = 0;
  for (let step = 1, wasKilled = true; wasKilled; step += 1) {
    const { world, tab, indexedDB } = await openWaiting('one');
    await world.settle();
    wasKilled = false;
    world.disk.atStep(step, () => {
      wasKilled = true;
      kills += 1;
      world.killWorker();
    });
    const leaving = tab.chat.logOut({ queued: 'keep' }).catch(() => undefined);
    await world.settle();
    const { rows, outbox } = await storedIn(indexedDB);
    expect(outbox, `step ${step}`).toMatchObject([{ type: 'send', message: { msg: 'one' } }]);
    expect([0, 1], `step ${step}`).toContain(rows.length);
    world.disk.atStep(undefined);
    // The tab asks the next worker.
    await leaving;
    expect(await storedIn(indexedDB)).toMatchObject({ rows: [], outbox: [{ message: { msg: 'one' } }] });
  }
  expect(kills).toBeGreaterThan(1);
});

test('[ST1] [OB4] an account that cannot be wiped is left all the same, and the caller learns why', async () => {
  const { world, tab } = await openWaiting('one');
  const status = watch(tab.chat.status);
  world.disk.abortWrite(1, 'DataError');
  await expect(tab.chat.logOut({ queued: 'keep' })).rejects.toMatchObject({ code: 'storage-failed' });
  await world.until(() => status.value?.type === 'signed-out');
  // The account is free for the next login.
  const next = await world.openTab();
  watch(next.chat.outbox);
  await world.until(() => waitingIn(next).length === 1);
});
