import { expect, test } from 'vitest';
import type { Message } from '../../../src/protocol/model.ts';
import type { TestTab } from '../../../src/testing/test-tab.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { openRawTab } from './raw-tab.ts';
import { bob, shownBy, untilLive, watch } from './watch.ts';

const texts = (messages: readonly Message[]): readonly unknown[] => messages.map(({ msg }) => msg);

/** Shows a conversation with Bob, and what its row says. */
async function openChat(world: TestWorld): Promise<{ tab: TestTab; shown: () => readonly Message[]; lastMessage: () => Message | null | undefined }> {
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [timeline, list] = [watch(tab.chat.timeline(bob)), watch(tab.chat.conversations())];
  await world.until(() => timeline.value?.state.isLoading === false);
  const shown = (): readonly Message[] => (timeline.value?.items ?? []).flatMap((item) => (item.type === 'message' ? [item.message] : []));
  return { tab, shown, lastMessage: () => list.value?.rows[0]?.lastMessage };
}

const fromBob = (world: TestWorld, text: string): string => world.server.write({ from: 'bob', to: 'alice', text }).id;
const fromAlice = (world: TestWorld, text: string): string => world.server.write({ from: 'alice', to: 'bob', text }).id;

/** Everything the service has of the conversation is told again: live, by a page of history, and by the list. */
async function tellAgain(world: TestWorld, tab: TestTab, messages: readonly Message[]): Promise<void> {
  world.server.tell('alice', { type: 'messages', messages });
  const page = { messages: [...messages].reverse(), cursor: undefined, isLast: true };
  world.server.faults.failNext('getHistory', { type: 'answer', value: page });
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  await tab.chat.refresh();
  await world.settle();
}

test('[HB7] reactions, a pin and receipts are stored with their message, shown by its row, and not undone by what is told again', async () => {
  const world = openWorld();
  const first = fromBob(world, 'first');
  const { tab, shown, lastMessage } = await openChat(world);
  const own = fromAlice(world, 'own');
  await world.until(() => shown().length === 2);
  world.server.react({ messageId: first, userId: 'alice', reaction: '+1', isAdded: true });
  world.server.pinMessage(first, 'bob');
  world.server.deliver(own);
  world.server.readMessage(own, 'bob');
  world.server.deliver(own);
  await world.settle();
  const expected = [
    { id: first, reactions: [{ reaction: '+1', count: 1, isAddedBySelf: true, userList: ['alice'] }], pin: { by: 'bob' } },
    { id: own, receipt: 'read' },
  ];
  expect(shown()).toMatchObject(expected);
  expect(lastMessage()).toMatchObject({ id: own, receipt: 'read' });
  await tellAgain(world, tab, world.server.history('alice', bob));
  expect(shown()).toMatchObject(expected);
  expect(lastMessage()).toMatchObject({ id: own, receipt: 'read' });
  world.server.pinMessage(first, null);
  await world.settle();
  world.killWorker();
  await world.settle();
  await untilLive(world, tab);
  expect(shown()).toMatchObject([{ id: first, reactions: [{ count: 1 }] }, { id: own, receipt: 'read' }]);
  expect(shown()[0]).not.toHaveProperty('pin');
});

test('[HB7] [SY9] the list takes no receipt off the last message of a row, and brings nothing new by being without it', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const list = watch(tab.chat.conversations());
  const own = fromAlice(world, 'own');
  await world.until(() => list.value?.rows.length === 1);
  await tab.chat.refresh();
  world.server.readMessage(own, 'bob');
  await world.until(() => list.value?.rows[0]?.lastMessage?.receipt === 'read');
  const row = list.value?.rows[0];
  await tab.chat.refresh();
  await world.settle();
  expect(list.value?.rows[0]).toBe(row);
});

test('[HB7] [UR1] the list is asked what a recall of a message that is not stored did to the count', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const [, second] = ['1', '2', '3'].map((text) => fromBob(world, text));
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 3);
  world.server.recall(second ?? '');
  await world.settle();
  await world.clock.advance(20_000);
  await world.until(() => total.value === 2);
});

test('[HB7] a stale list shows nothing that was recalled, and counts it no more', async () => {
  const world = openWorld();
  const first = fromBob(world, 'first');
  const { tab } = await openChat(world);
  const second = fromBob(world, 'second');
  await world.settle();
  const thaw = world.server.freezeLists();
  world.server.recall(second);
  await world.settle();
  await tab.chat.refresh();
  await world.settle();
  expect(await shownBy(tab)).toEqual([['bob', 1, first, false, []]]);
  thaw();
  await tab.chat.refresh();
  await world.settle();
  expect(await shownBy(tab)).toEqual([['bob', 1, first, false, []]]);
});

test('[HB7] what was recalled before the list told of it is neither shown nor counted by it', async () => {
  const world = openWorld();
  const first = fromBob(world, 'first');
  const second = fromBob(world, 'second');
  world.server.mailbox('alice').takeKept();
  const thaw = world.server.freezeLists();
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  world.server.recall(second);
  await world.settle();
  release();
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual([['bob', 1, undefined, false, []]]);
  thaw();
  await tab.chat.refresh();
  await world.settle();
  expect(await shownBy(tab)).toEqual([['bob', 1, first, false, []]]);
});

test('[HB7] removed history stays removed, by id and by time, whatever is told again', async () => {
  const world = openWorld();
  const ids = ['1', '2', '3', '4', '5'].map((text) => fromBob(world, text));
  const { tab, shown } = await openChat(world);
  const before = world.server.history('alice', bob);
  await tab.chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: [ids[4] ?? ''] });
  await tab.chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', beforeTimeStamp: before[2]?.time ?? 0 });
  await world.until(() => shown().length === 2);
  for (const way of ['told again', 'and to the next worker']) {
    await tellAgain(world, tab, before);
    expect(texts(shown()), way).toEqual(['3', '4']);
    world.killWorker();
    await world.settle();
    await untilLive(world, tab);
  }
  fromBob(world, '6');
  await world.until(() => shown().length === 3);
  expect(texts(shown())).toEqual(['3', '4', '6']);
});

test('[HB7] an own message that was recalled before its answer came does not come back with it', async () => {
  const world = openWorld();
  const { tab, shown } = await openChat(world);
  const release = world.server.faults.hold('send');
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'oops' });
  await world.until(() => world.server.faults.held('send') === 1);
  const answer = { id: '1299999999999999999', time: 1_800_000_000_000, from: 'alice', to: 'bob', chatType: 'singleChat', type: 'txt', msg: 'oops' } as const;
  world.server.faults.failNext('send', { type: 'answer', value: answer });
  world.server.tell('alice', { type: 'recalled', conversation: bob, messageId: answer.id });
  await world.settle();
  release();
  await world.settle();
  expect(shown()).toEqual([]);
});

test('[HB7] an own message that came back, and was read, before its answer came stays read', async () => {
  const world = openWorld();
  const { tab, shown } = await openChat(world);
  const release = world.server.faults.hold('send');
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' });
  await world.until(() => world.server.faults.held('send') === 1);
  const own = fromAlice(world, 'hi');
  world.server.readMessage(own, 'bob');
  await world.until(() => shown().some(({ receipt }) => receipt === 'read'));
  world.server.faults.failNext('send', { type: 'answer', value: world.server.history('alice', bob)[0] });
  release();
  await world.until(() => shown().length === 1);
  await world.settle();
  expect(shown()).toMatchObject([{ id: own, receipt: 'read' }]);
});

test('do not disturb, set on another device, shows in the row and leaves the total of the unmuted', async () => {
  const world = openWorld();
  fromBob(world, 'hi');
  const { tab } = await openChat(world);
  const list = watch(tab.chat.conversations());
  world.server.setMuted('alice', bob, true);
  await world.until(() => list.value?.rows[0]?.isMuted === true);
  world.server.setMuted('alice', bob, false);
  await world.until(() => list.value?.rows[0]?.isMuted === false);
});

test('[HB7] notices go to the tabs that asked, after what came before them, and are stored nowhere', async () => {
  const world = openWorld();
  const [asking, other] = [await openRawTab(world), await openRawTab(world)];
  asking.post({ type: 'notices', names: ['onCmdMessage'] });
  asking.post({ type: 'subscribe', subscription: 1, query: { type: 'unread', of: 'all' } });
  await world.until(() => asking.received.some(({ type }) => type === 'snapshot'));
  await world.until(() => world.server.connections('alice').length === 1);
  await world.settle();
  fromBob(world, 'before');
  const notice = world.server.command({ from: 'bob', to: 'alice', action: 'typing' });
  await world.until(() => asking.received.some(({ type }) => type === 'notice'));
  expect(asking.received.filter(({ type }) => type === 'notice' || type === 'patch')).toMatchObject([{ type: 'patch', patch: 1 }, { type: 'notice', notice }]);
  asking.post({ type: 'notices', names: ['onTextMessage'] });
  await world.settle();
  world.server.command({ from: 'bob', to: 'alice', action: 'typing' });
  await world.settle();
  expect(asking.received.filter(({ type }) => type === 'notice').length).toBe(1);
  expect(other.received.filter(({ type }) => type === 'notice')).toEqual([]);
  const tab = await world.openTab();
  await untilLive(world, tab);
  expect((await shownBy(tab)).map((row) => (row as readonly unknown[])[1])).toEqual([1]);
});
