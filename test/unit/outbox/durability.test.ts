import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import 'fake-indexeddb/auto';
import { SyncError } from '../../../src/protocol/errors.ts';
import { bob } from '../engine/watch.ts';
import { openLive, openTimeline, shown } from './open-live.ts';

/** The durability of every transaction that may change the outbox, in order; and how many of them have completed. */
let asked: unknown[];
let completed: number;

beforeEach(() => {
  asked = [];
  completed = 0;
  const open = (database: IDBDatabase, given: Parameters<IDBDatabase['transaction']>): IDBTransaction => original.apply(database, given);
  const { transaction: original } = IDBDatabase.prototype;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function transaction(this: IDBDatabase, ...given) {
    const made = open(this, given);
    const [stores, mode, options] = given;
    if (mode === 'readwrite' && [stores].flat().includes('outbox')) {
      asked.push(options?.durability);
      made.addEventListener('complete', () => (completed += 1));
    }
    return made;
  });
});
afterEach(() => vi.restoreAllMocks());

test('[OB1] a send, with a file or without, resolves when a transaction that was asked to be strict has completed', async () => {
  const { world, tab } = await openLive();
  world.goOffline();
  await world.settle();
  for (const message of [{ type: 'txt', msg: 'hi' }, { type: 'file', file: { data: new Blob(['cargo']) } }]) {
    asked.length = 0;
    const before = completed;
    await tab.chat.send({ conversation: bob, ...message });
    expect([asked, completed - before]).toEqual([['strict'], 1]);
  }
});

test('[OB5] [OB2] so is what a command does, what is discarded, and what is retried', async () => {
  const { world, tab, timeline } = await openTimeline();
  for (let times = 0; times < 2; times += 1) world.server.faults.failNext('send', new SyncError('refused', 'no'));
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' });
  await world.until(() => shown(timeline.value) === 'hi failed');
  await world.settle();
  const firstOf = async (change: () => Promise<unknown>): Promise<unknown> => {
    asked.length = 0;
    await change();
    return asked[0];
  };
  expect(await firstOf(() => tab.chat.retry(clientId))).toBe('strict');
  await world.until(() => shown(timeline.value) === 'hi failed');
  await world.settle();
  world.goOffline();
  await world.settle();
  expect(await firstOf(() => tab.chat.discard(clientId))).toBe('strict');
  expect(await firstOf(() => tab.chat.contact.pinConversation({ ...bob, isPinned: true }))).toBe('strict');
});
