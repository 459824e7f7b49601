import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';
import { spoilMessages } from './spoil-storage.ts';

const user1 = { conversationId: 'user-1', conversationType: 'singleChat' } as const;

test('a world after all sorts of trouble is found in order, with what nobody was told of', async () => {
  const world = openWorld();
  const { server } = world;
  server.makeGroup('club', ['alice', 'bob', 'carol']);
  server.seed({ userId: 'alice', conversations: 60, messages: 2 });
  const [tab, other] = [await world.openTab(), await world.openTab()];
  await untilLive(world, tab);
  watch(tab.chat.timeline(bob));
  watch(other.chat.timeline(user1));
  const lose = server.loseDeliveries();
  server.write({ from: 'user-7', to: 'alice', text: 'unheard' });
  lose();
  const message = server.write({ from: 'bob', to: 'club', conversationType: 'groupChat', text: 'all' });
  server.react({ messageId: message.id, userId: 'carol', reaction: 'heart', isAdded: true });
  await world.settle();
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' });
  world.killWorker();
  await other.chat.contact.pinConversation({ conversationId: 'user-1', conversationType: 'singleChat', isPinned: true });
  world.service.dropConnections();
  await other.chat.localCache.clearConversationUnreadCount(user1);
  await world.checkAtRest();
  await world.checkAtRest();
});

test('without a tab there is nothing to check', async () => {
  await expect(openWorld().checkAtRest()).rejects.toThrow('no tab is open');
});

test('[UR1] [SY4] what a tab does not show is told: the place, what is there and what should be', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.seed({ userId: 'alice', conversations: 2 });
  await world.checkAtRest();
  // The list is silent about it for good, so that the tab cannot know.
  world.server.freezeLists();
  const lose = world.server.loseDeliveries();
  world.server.write({ from: 'user-1', to: 'alice', text: 'unheard' });
  lose();
  const list = world.server.list;
  world.server.list = (userId) => (new Error().stack?.includes('rest-service') === true ? world.server.mailbox(userId).list() : list(userId));
  await expect(world.checkAtRest()).rejects.toThrow(
    /\[SY4\] \[UR1\] tab 1, conversations: 2 for 2; place 1 is\n {6}singleChat:user-2: 1 unread, last …00002 "message 1"\n {4}and should be\n {6}singleChat:user-1: 2 unread, last …00003 "unheard"/,
  );
});

test('[SY6] a conversation that only the tab has is told', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 2 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.mailbox('alice').deleteConversation(user1, { deleteRoam: false });
  await expect(world.checkAtRest()).rejects.toThrow('[SY6] tab 1: the service does not have singleChat:user-1: 1 unread');
});

test('conversations that were pushed out of the list may stay', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 5 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.limitLists(2);
  await world.checkAtRest();
});

test('[TB3] a call that does not settle is told while it is open, and waited for', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.faults.failNext('getHistory', { type: 'hang' });
  const call = tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat' });
  call.catch(() => undefined);
  await world.settle();
  expect(tab.process.timers()).toBe(1);
  // The worker's own deadline ends it.
  await world.checkAtRest();
  await expect(call).rejects.toMatchObject({ code: 'timeout' });
});

test('[OB1] what waits in the outbox, and what was sent twice, is told', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  for (let attempt = 0; attempt < 20; attempt += 1) world.server.faults.failNext('send', new SyncError('offline', 'no way'));
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' });
  await expect(world.checkAtRest()).rejects.toThrow('[OB1] waits to be told to the service: send in singleChat:bob');
  world.server.faults.forget();
  await world.checkAtRest();
  const [sent] = world.server.history('alice', bob);
  world.server.write({ from: 'alice', to: 'bob', text: 'hi', ext: sent?.['ext'] as object as { readonly [name: string]: unknown } });
  await expect(world.checkAtRest()).rejects.toThrow('[OB1] singleChat:bob: the service has more than once what was sent as');
});

test.each<[string, (messages: readonly Message[]) => readonly Message[], string]>([
  ['a message that is missing within a span', (messages) => messages.filter((_message, place) => place !== 1), '[HB2] [HB5] singleChat:user-1: missing within a span: …00002 "message 2"'],
  ['a message that is stored twice', ([first, ...rest]) => (first === undefined ? rest : [first, first, ...rest]), '[HB2] singleChat:user-1: stored twice'],
  ['a message out of order', (messages) => [...messages].reverse(), '[HB8] singleChat:user-1: the order of storage'],
  ['a message with another text', (messages) => messages.map((message) => ({ ...message, msg: 'changed' })), '[HB7] singleChat:user-1: the service tells otherwise of …00001 "changed"'],
  ['a message the service does not have', (messages) => messages.map((message) => ({ ...message, id: `9${message.id.slice(1)}` })), '[HB7] singleChat:user-1: stored, and no longer at the service: 92'],
  ['messages that a count does not know', (messages) => messages.map((message) => ({ ...message, time: message.time + 3_600_000 })), '[UR1] singleChat:user-1: counted one by one 0, and recounted 3'],
])('%s in storage is told', async (_name, change, words) => {
  const indexedDB = new IDBFactory();
  const world = openWorld({ indexedDB });
  world.server.seed({ userId: 'alice', conversations: 1, messages: 3 });
  const tab = await world.openTab();
  const timeline = watch(tab.chat.timeline(user1));
  await world.until(() => timeline.value?.items.length === 3);
  await world.checkAtRest();
  await spoilMessages(world, indexedDB, change);
  await expect(world.checkAtRest()).rejects.toThrow(words);
});

test('[HB7] a timeline that shows what the service no longer has is told', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 1, messages: 3 });
  const tab = await world.openTab();
  const timeline = watch(tab.chat.timeline(user1));
  await world.until(() => timeline.value?.items.length === 3);
  const [, second] = world.server.history('alice', user1);
  // Told to nobody.
  world.server.mailbox('alice').remove(user1, [second?.id ?? '']);
  await expect(world.checkAtRest()).rejects.toThrow(`[HB7] tab 1, singleChat:user-1: shown, and not at the service: ${second?.id}`);
});
