import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

const queued = (number: number): object => ({
  ...{ conversation: 'singleChat:bob', type: 'send', clientId: `0000000${number}-00000001-old`, createdAt: number },
  message: { conversation: bob, type: 'txt', msg: `${number}` },
});

/** The account's database as the first release left it, written without any of our code. */
async function leaveFirstVersion(indexedDB: IDBFactory): Promise<void> {
  const request = indexedDB.open('moorage:1:org%23app:alice', 1);
  request.onupgradeneeded = () => {
    for (const name of ['conversationPages', 'conversations', 'messages', 'spans', 'meta']) request.result.createObjectStore(name);
    request.result.createObjectStore('tombstones', { keyPath: 'key' });
    request.result.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
  };
  await new Promise((resolve) => request.addEventListener('success', resolve));
  const transaction = request.result.transaction(['outbox'], 'readwrite');
  const store = transaction.objectStore('outbox');
  store.add({ ...queued(1), state: { type: 'queued' } });
  store.add({ ...queued(2), state: { type: 'failed', reason: { code: 'timeout', message: 'no answer', retryable: true, details: {} } } });
  store.add({ ...queued(3), state: { type: 'queued' } });
  store.add({ conversation: 'singleChat:bob', type: 'acknowledge' });
  await new Promise((resolve) => transaction.addEventListener('complete', resolve));
  request.result.close();
}

test('[OB4] [ST6] what the first release left in the outbox is told by this one, each once and in order', async () => {
  const indexedDB = new IDBFactory();
  await leaveFirstVersion(indexedDB);
  const world = openWorld({ indexedDB });
  // The older release had sent this one, and died before the answer.
  world.server.write({ from: 'alice', to: 'bob', text: '1', ext: { moorageClientId: '00000001-00000001-old' } });
  const tab = await world.openTab();
  const outbox = watch(tab.chat.outbox);
  await untilLive(world, tab);
  await world.clock.advance(30_000);
  await world.until(() => outbox.value?.items.length === 1, 'what can be told is told');
  expect(outbox.value?.items[0]).toMatchObject({ kind: 'message', state: { type: 'failed' } });
  await tab.chat.retry('00000002-00000001-old');
  await world.clock.advance(30_000);
  await world.until(() => outbox.value?.items.length === 0, 'and what had failed, when it is asked for');
  expect(world.server.history('alice', bob).map(({ msg }) => msg)).toEqual(['1', '3', '2']);
});
