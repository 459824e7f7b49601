import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { conversationKey, type ConversationRef } from '../../../src/protocol/ids.ts';
import { openStorage } from '../../../src/worker/storage/open-storage.ts';
import { nodeEnvironment } from '../../support/node-environment.ts';
import { openWorld } from './open-world.ts';
import { shownBy, untilLive, watch } from './watch.ts';

const ref = (number: number): ConversationRef => ({ conversationId: `user-${number}`, conversationType: 'singleChat' });
const DAY = 86_400_000;

/** What an account's database holds of a conversation. */
async function storedOf(factory: IDBFactory, number: number) {
  const storage = await openStorage({ account: { appKey: 'org#app', userId: 'alice' }, environment: { ...nodeEnvironment(), indexedDB: factory }, instanceId: 'looker' });
  const key = conversationKey(ref(number));
  const found = {
    rows: (await storage.loadConversations()).filter((row) => row.key === key).length,
    messages: (await storage.readMessagesAfter({ conversation: key, after: null })).length,
    tombstones: (await storage.loadTombstones()).length,
  };
  storage.close();
  return found;
}

test.each(['here', 'here, with its history', 'on another device'])('[SY6] a conversation deleted %s is gone in every tab and in storage, and a newer message brings it back', async (where) => {
  const factory = new IDBFactory();
  const world = openWorld({ indexedDB: factory });
  world.server.seed({ userId: 'alice', conversations: 3 });
  const [tab, other] = [await world.openTab(), await world.openTab()];
  for (const one of [tab, other]) watch(one.chat.conversations());
  await untilLive(world, tab);
  const live = world.server.write({ from: 'user-2', to: 'alice', text: 'live' });
  await world.until(() => other.chat.conversations().value?.rows[0]?.lastMessage?.id === live.id);
  const deleteRoam = where.includes('history');
  if (where.startsWith('here')) await tab.chat.contact.deleteConversation({ channel: 'user-2', chatType: 'singleChat', deleteRoam });
  else {
    world.server.mailbox('alice').deleteConversation(ref(2), { deleteRoam });
    world.server.tell('alice', { type: 'conversation-deleted', conversation: ref(2) });
  }
  for (const one of [tab, other]) await world.until(() => one.chat.conversations().value?.total === 2, where);
  await tab.chat.refresh();
  expect((await shownBy(tab)).length).toBe(2);
  world.server.write({ from: 'user-2', to: 'alice', text: 'newer' });
  for (const one of [tab, other]) await world.until(() => one.chat.conversations().value?.total === 3, 'it is back');
  expect(other.chat.conversations().value?.rows[0]).toMatchObject({ conversationId: 'user-2', unReadCount: 1 });
  await tab.chat.contact.deleteConversation({ channel: 'user-2', chatType: 'singleChat', deleteRoam });
  world.killWorker();
  const { messages, ...stored } = await storedOf(factory, 2);
  expect(stored).toEqual({ rows: 0, tombstones: 1 });
  expect(messages === 0).toBe(deleteRoam);
});

test('[SY6] a message that the list alone tells of brings a deleted conversation back once the lag is over', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  await tab.chat.contact.deleteConversation({ channel: 'user-2', deleteRoam: false });
  const lose = world.server.loseDeliveries();
  const lost = world.server.write({ from: 'user-2', to: 'alice', text: 'lost on the way' });
  lose();
  // Too soon to tell it from a list that lags.
  await tab.chat.refresh();
  expect((await shownBy(tab)).length).toBe(2);
  await world.clock.advance(11_000);
  await world.settle();
  expect((await shownBy(tab))[0]).toEqual(['user-2', 1, lost.id, false, []]);
});

test('[SY6] a deletion that is told before the first pages come is not undone by them', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  const thaw = world.server.freezeLists();
  world.server.mailbox('alice').deleteConversation(ref(2), { deleteRoam: false });
  world.server.tell('alice', { type: 'conversation-deleted', conversation: ref(2) });
  await world.settle();
  release();
  await untilLive(world, tab);
  expect((await shownBy(tab)).length).toBe(2);
  thaw();
  await world.clock.advance(11_000);
  await world.settle();
  expect((await shownBy(tab)).length).toBe(2);
});

test('[SY6] tombstones that no list can contradict any more go', async () => {
  const factory = new IDBFactory();
  const world = openWorld({ indexedDB: factory });
  world.server.seed({ userId: 'alice', conversations: 5 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  await tab.chat.contact.deleteConversation({ channel: 'user-2', deleteRoam: false });
  world.clock.set(world.clock.now() + 5 * DAY);
  await tab.chat.contact.deleteConversation({ channel: 'user-3', deleteRoam: false });
  world.clock.set(world.clock.now() + 3 * DAY);
  await tab.chat.refresh();
  world.killWorker();
  expect(await storedOf(factory, 2)).toMatchObject({ rows: 0, tombstones: 1 });
});
