import { expect, test } from 'vitest';
import type { Query } from '../../../src/protocol/queries.ts';
import { openWorld } from './open-world.ts';
import { openRawTab, sayHello } from './raw-tab.ts';
import { bob, carol, shownBy, untilLive, watch } from './watch.ts';

test('[TB1] a second engine waits for the account, and is refused by name when it is not let go', async () => {
  const world = openWorld();
  void world.locks.ownedBy('somebody').request('moorage:engine:org%23app:alice', {}, () => new Promise(() => undefined));
  const tab = sayHello(world);
  await world.settle();
  expect(tab.reply()).toBeUndefined();
  await world.clock.advance(8_000);
  await world.until(() => tab.reply() !== undefined);
  expect(tab.reply()).toMatchObject({ moorage: 'refused', error: { code: 'worker-unavailable', details: { lock: 'moorage:engine:org%23app:alice' } } });
  world.locks.kill('somebody');
  await openRawTab(world);
});

test('[TB1] an engine whose account was taken over stops writing, and its tabs find the other one', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 3);
  await world.takeOverStorage();
  world.server.write({ from: 'user-1', to: 'alice', text: 'to the fenced one' });
  await world.until(() => total.value === 4, 'the tab is served by an engine that may write');
  expect(world.server.connections('alice').length).toBe(1);
});

test('[TB2] a tab that dies is forgotten, and the others go on', async () => {
  const world = openWorld();
  const first = await openRawTab(world);
  const second = await openRawTab(world);
  for (const tab of [first, second]) tab.post({ type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'all' } });
  await world.until(() => [first, second].every(({ received }) => received.some(({ type }) => type === 'snapshot')));
  first.die();
  await world.settle();
  const before = first.received.length;
  world.server.write({ from: 'bob', to: 'alice', text: 'hello' });
  await world.until(() => second.received.some((message) => message.type === 'patch' && message.query === 'unread' && message.patch === 1));
  expect(first.received.length).toBe(before);
});

test('[TB2] a token is asked of a living tab, and of the next when one is silent', async () => {
  const world = openWorld();
  const silent = await world.openTab({ token: () => new Promise<string>(() => undefined) });
  const failing = await world.openTab({ token: () => Promise.reject(new Error('no token here')) });
  const good = await world.openTab();
  await world.settle();
  expect(world.server.connections('alice').length).toBe(0);
  await world.clock.advance(8_000);
  await world.until(() => world.server.connections('alice').length === 1);
  for (const tab of [silent, failing, good]) await untilLive(world, tab);
});

test('[TB3] every call settles when the engine dies: retried where that is safe, else worker-lost', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline({ conversationId: 'user-1', conversationType: 'singleChat' }));
  await world.until(() => timeline.value?.items.length === 1 && timeline.value.state.isLoading === false);
  const { faults } = world.server;
  const [list, history] = [faults.hold('getConversations'), faults.hold('getHistory')];
  const asked = tab.chat.contact.getServerConversations({ pageSize: 10, cursor: '' });
  world.server.tell('alice', { type: 'history-removed', conversation: { conversationId: 'user-1', conversationType: 'singleChat' } });
  await world.until(() => timeline.value?.items.length === 0);
  const refused = expect(timeline.loadOlder()).rejects.toMatchObject({ code: 'worker-lost' });
  await world.until(() => faults.held('getHistory') > 0 && faults.held('getConversations') > 0);
  world.killWorker();
  await refused;
  list();
  history();
  await expect(asked).resolves.toMatchObject({ type: 0 });
});

test('[TB3] [TB4] an engine that ends answers what is open, and its tabs go on with the next one', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const raw = await openRawTab(world);
  await world.until(() => world.server.connections('alice').length === 1);
  world.server.faults.hold('getHistory');
  const open = raw.call('getHistoryMessages', { targetId: 'bob', pageSize: 10 });
  await world.until(() => world.server.faults.held('getHistory') === 1);
  await world.endEngine();
  expect(await open).toMatchObject({ ok: false, error: { code: 'worker-lost' } });
  expect(await raw.call('refresh')).toMatchObject({ ok: false, error: { code: 'worker-lost' } });
  const next = await openRawTab(world);
  expect(next.reply()).not.toMatchObject({ instanceId: (raw.reply() as { instanceId: string }).instanceId });
});

test('[TB4] a killed engine is replaced, and live data goes on: nothing lost, nothing twice', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 5 });
  const tabs = [await world.openTab(), await world.openTab()];
  for (const tab of tabs) await untilLive(world, tab);
  const lists = tabs.map(({ chat }) => watch(chat.conversations()));
  await world.until(() => lists.every(({ value }) => value?.rows.length === 5));
  world.killWorker();
  world.server.write({ from: 'user-2', to: 'alice', text: 'while nobody was there' });
  await world.until(() => lists.every(({ value }) => value?.rows[0]?.conversationId === 'user-2'));
  world.server.write({ from: 'user-3', to: 'alice', text: 'live again' });
  await world.until(() => lists.every(({ value }) => value?.rows[0]?.conversationId === 'user-3'));
  const shown = await Promise.all(tabs.map(shownBy));
  expect(shown[0]).toEqual(shown[1]);
  expect(shown[0]).toEqual(world.server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]));
});

test('[TB4] numbers on the live port grow by one, and a resync brings snapshots of everything', async () => {
  const world = openWorld();
  const tab = await openRawTab(world);
  tab.post({ type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'all' } });
  tab.post({ type: 'subscribe', subscription: 2, query: { type: 'conversations', limit: 10 } });
  await world.until(() => tab.received.filter(({ type }) => type === 'snapshot').length === 2);
  for (let number = 0; number < 5; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  await world.settle();
  tab.post({ type: 'resync' });
  await world.until(() => tab.received.filter(({ type }) => type === 'snapshot').length === 4);
  expect(tab.received.map(({ seq }) => seq)).toEqual(tab.received.map((_, index) => index + 1));
});

test('[TB6] a tab of another protocol is refused, with both versions named', async () => {
  const world = openWorld();
  const tab = sayHello(world, { protocol: 999 });
  await world.until(() => tab.reply() !== undefined);
  expect(tab.reply()).toMatchObject({ moorage: 'refused', tabId: tab.id, error: { code: 'protocol-mismatch', details: { tab: 999 } } });
});

test('[TB7] nothing is posted to a tab in the back/forward cache; it gets snapshots when it returns', async () => {
  const world = openWorld();
  const tab = await openRawTab(world);
  tab.post({ type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'all' } });
  await world.until(() => tab.received.some(({ type }) => type === 'snapshot') && world.server.connections('alice').length === 1);
  await world.settle();
  tab.post({ type: 'signal', signal: 'pause' });
  await world.settle();
  const before = tab.received.length;
  world.server.write({ from: 'bob', to: 'alice', text: 'hello' });
  await world.settle();
  expect(tab.received.length).toBe(before);
  tab.post({ type: 'signal', signal: 'resume' });
  await world.until(() => tab.received.length > before);
  expect(tab.received.at(-1)).toMatchObject({ type: 'snapshot', query: 'unread', value: 1, seq: before + 1 });
});

test('[UR2] a limited list is patched with the rows that enter and leave it, and nothing else', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 60 });
  const tab = await openRawTab(world);
  tab.post({ type: 'subscribe', subscription: 1, query: { type: 'conversations', limit: 10 } });
  await world.until(() => tab.received.some((message) => 'query' in message && message.query === 'conversations'));
  await world.until(() => world.server.faults.count('getPinnedConversations') === 1);
  await world.settle();
  const before = tab.received.length;
  world.server.write({ from: 'user-1', to: 'alice', text: 'hello' });
  await world.until(() => tab.received.length > before);
  await world.settle();
  expect(tab.received.slice(before)).toMatchObject([
    { type: 'patch', query: 'conversations', patch: { upserts: [{ conversationId: 'user-1' }], removes: ['singleChat:user-51'], total: 60 } },
  ]);
});

test('[ER2] [TB6] what is no message of the protocol is passed over, and the next one is understood', async () => {
  const world = openWorld();
  const tab = await openRawTab(world);
  const garbage: readonly unknown[] = [null, 7, 'subscribe', {}, [], { type: 'of-a-later-build' }, { type: 'subscribe' }, { type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'some' } }];
  for (const message of garbage) tab.post(message as never);
  tab.post({ type: 'subscribe', subscription: 2, query: { type: 'unread', of: 'all' } });
  const snapshots = () => tab.received.filter(({ type }) => type === 'snapshot');
  await world.until(() => snapshots().length > 0);
  await world.settle();
  expect(snapshots()).toMatchObject([{ subscription: 2, value: 0 }]);
});

test('[TB4] a tab that says hello again takes the place of what it was: its old port is told nothing more', async () => {
  const world = openWorld();
  const first = await openRawTab(world);
  const again = sayHello(world, { tabId: first.id, tabLock: `moorage:tab:${first.id}` });
  await world.until(() => again.reply()?.moorage === 'welcome');
  for (const tab of [first, again]) tab.post({ type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'all' } });
  await world.until(() => again.received.some(({ type }) => type === 'snapshot'));
  world.server.write({ from: 'bob', to: 'alice', text: 'hello' });
  await world.until(() => again.received.some((message) => message.type === 'patch'));
  await world.settle();
  expect(first.received.filter(({ type }) => type !== 'token-request')).toEqual([]);
  expect(await again.call('getLocalConversations')).toMatchObject({ ok: true });
});

test('[UR2] a tab is not told of a commit that changes nothing of what it watches', async () => {
  const world = openWorld();
  for (const from of ['bob', 'carol']) world.server.write({ from, to: 'alice', text: 'hello' });
  const other = await world.openTab();
  await untilLive(world, other);
  const tab = await openRawTab(world);
  const queries: readonly Query[] = [...(['all', 'unmuted', 'mentions'] as const).map((of) => ({ type: 'unread' as const, of })), { type: 'conversation', conversation: bob }, { type: 'history', conversation: bob }, { type: 'status' }];
  queries.forEach((query, index) => tab.post({ type: 'subscribe', subscription: index + 1, query }));
  await world.until(() => tab.received.filter(({ type }) => type === 'snapshot').length === queries.length);
  await world.settle();
  const before = tab.received.length;
  await other.chat.contact.pinConversation({ ...carol, isPinned: true });
  await other.chat.localCache.setLocalConversationCustomField({ ...carol, customField: { name: 'Carol' } });
  await other.chat.send({ conversation: carol, type: 'txt', msg: 'hi' });
  await world.settle();
  expect(tab.received.slice(before)).toEqual([]);
  world.server.write({ from: 'bob', to: 'alice', text: 'again' });
  await world.until(() => tab.received.length > before);
  await world.settle();
  expect(tab.received.slice(before).map((message) => 'query' in message && message.query).sort()).toEqual(['conversation', 'unread', 'unread']);
});

test('[ST5] logging out wipes the account and signs out every tab; the next sign-in starts empty', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 5 });
  const tabs = [await world.openTab(), await world.openTab()];
  for (const tab of tabs) await untilLive(world, tab);
  const status = tabs.map(({ chat }) => watch(chat.status));
  await tabs[0]?.chat.logOut();
  await world.until(() => status.every(({ value }) => value?.type === 'signed-out'));
  expect(world.server.connections('alice').length).toBe(0);
  await expect(tabs[1]?.chat.localCache.getLocalConversations()).rejects.toMatchObject({ code: 'closed' });
  world.service.setReachable(false);
  const next = await world.openTab();
  expect(await shownBy(next)).toEqual([]);
});

test('[ST5] a login that was ended by the service is not retried; a page opened afterwards signs in again', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const status = watch(tab.chat.status);
  world.service.kick('alice');
  await world.until(() => status.value?.type === 'signed-out');
  await world.clock.advance(600_000);
  expect(world.server.faults.count('connect')).toBe(1);
  const next = await world.openTab();
  await untilLive(world, next);
});

test('[TB3] a token that runs out is renewed while the old one works', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.tell('alice', { type: 'token-expiring' });
  await world.until(() => world.server.faults.count('renewToken') === 1);
  expect(world.server.connections('alice').length).toBe(1);
});
