import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, untilLive, watch } from '../engine/watch.ts';

test('[ST5] [OB1] hard case 20: what one user queued is neither sent nor shown by the next user of the same browser, and waits for the first', async () => {
  const indexedDB = new IDBFactory();
  const alices = openWorld({ indexedDB });
  alices.server.write({ from: 'bob', to: 'alice', text: 'for alice' });
  const hers = await alices.openTab();
  await untilLive(alices, hers);
  alices.service.setReachable(false);
  const status = watch(hers.chat.status);
  await alices.until(() => status.value?.type === 'stale');
  await hers.chat.send({ conversation: bob, type: 'txt', msg: 'from alice' });
  await hers.chat.localCache.clearConversationUnreadCount(bob);
  hers.chat.close();
  alices.killWorker();

  const zoes = openWorld({ indexedDB, account: { appKey: 'org#app', userId: 'zoe' } });
  const theirs = await zoes.openTab();
  await untilLive(zoes, theirs);
  const timeline = watch(theirs.chat.timeline(bob));
  await zoes.clock.advance(60_000);
  expect(await shownBy(theirs)).toEqual([]);
  expect(timeline.value?.items).toEqual([]);
  expect(zoes.server.faults.calls.filter(({ name }) => name === 'send' || name === 'acknowledgeConversation')).toEqual([]);
  theirs.chat.close();
  zoes.killWorker();

  alices.service.setReachable(true);
  const again = await alices.openTab();
  await untilLive(alices, again);
  await alices.clock.advance(5_000);
  await alices.until(() => alices.server.history('alice', bob).length === 2, 'sent');
  expect(alices.server.history('alice', bob).map(({ msg }) => msg)).toEqual(['for alice', 'from alice']);
  await alices.until(() => alices.server.mailbox('alice').unread(bob) === 0, 'acknowledged');
});
