import { expect, test } from 'vitest';
import { conversationKey, type ConversationRef } from '../../../src/protocol/ids.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { shownBy, untilLive, watch } from './watch.ts';

const ref = (number: number): ConversationRef => ({ conversationId: `user-${number}`, conversationType: 'singleChat' });
const rowOf = (tab: TestTab, number: number) => tab.chat.conversations().value?.rows.find((row) => conversationKey(row) === conversationKey(ref(number)));
const lists = (world: TestWorld): number => world.server.faults.count('getConversations');

async function open(conversations = 60): Promise<{ readonly world: TestWorld; readonly tab: TestTab }> {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations });
  const tab = await world.openTab();
  watch(tab.chat.conversations());
  await untilLive(world, tab);
  return { world, tab };
}

test('[SY6] a pin and a mark set here are not undone by a list that lags, and stay when it has caught up', async () => {
  const { world, tab } = await open();
  const { contact } = tab.chat;
  const thaw = world.server.freezeLists();
  // One on the head, one beyond it.
  for (const number of [60, 3]) {
    await contact.pinConversation({ ...ref(number), isPinned: true });
    await contact.addConversationMark({ conversations: [ref(number)], mark: 4 });
  }
  const isKept = (): boolean => [60, 3].every((number) => rowOf(tab, number)?.isPinned === true && rowOf(tab, number)?.marks.join() === '4');
  await tab.chat.refresh();
  await contact.getServerConversations({ pageSize: 50, cursor: 'page-50' });
  expect(isKept()).toBe(true);
  thaw();
  const before = lists(world);
  await world.clock.advance(11_000);
  await world.settle();
  // The contradiction is looked into, once.
  expect(lists(world)).toBeGreaterThan(before);
  expect(isKept()).toBe(true);
  await world.clock.advance(60_000);
  const after = lists(world);
  await world.clock.advance(300_000);
  expect(lists(world)).toBe(after);
});

test('[SY6] a pin and a mark told by another device are not undone by a page that was asked for before', async () => {
  const { world, tab } = await open();
  const release = world.server.faults.hold('getConversations');
  const thaw = world.server.freezeLists();
  const refreshed = tab.chat.refresh();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  // The page is on its way for long: when it comes, the change is older than any lag.
  world.server.mailbox('alice').pin(ref(58), 1_700_000_000_900);
  world.server.tell('alice', { type: 'pinned', conversation: ref(58), isPinned: true, time: 1_700_000_000_900 });
  world.server.mailbox('alice').mark(ref(57), 2, true);
  world.server.tell('alice', { type: 'marked', conversation: ref(57), mark: 2, isMarked: true });
  await world.until(() => rowOf(tab, 57)?.marks.length === 1);
  await world.clock.advance(15_000);
  release();
  await refreshed;
  expect(rowOf(tab, 58)).toMatchObject({ isPinned: true, pinnedTime: 1_700_000_000_900 });
  expect(rowOf(tab, 57)?.marks).toEqual([2]);
  expect(tab.chat.conversations().value?.rows[0]?.conversationId).toBe('user-58');
  thaw();
});

test('[SY6] when the lag is over the list’s word counts again, also of what its head does not show and after a kill', async () => {
  for (const isKilled of [false, true]) {
    const { world, tab } = await open(120);
    // It was told pinned here, and is not at the service: a wrong state that no event will mend.
    const thaw = world.server.freezeLists();
    world.server.tell('alice', { type: 'pinned', conversation: ref(5), isPinned: true, time: 7 });
    await world.until(() => rowOf(tab, 5)?.isPinned === true);
    await tab.chat.contact.getServerConversations({ pageSize: 50, cursor: 'page-100' });
    await world.until(() => rowOf(tab, 5)?.isPinned === true, 'it is pinned as before');
    thaw();
    if (isKilled) world.killWorker();
    await world.clock.advance(isKilled ? 30_000 : 11_000);
    const next = isKilled ? await world.openTab() : tab;
    watch(next.chat.conversations());
    await untilLive(world, next);
    await world.clock.advance(11_000);
    await world.until(() => rowOf(next, 5)?.isPinned === false, 'the list’s word');
  }
});

test('[SY6] a pin that was refused, or is of a conversation not read yet, is asked of the list; one that was told again is not', async () => {
  const { world, tab } = await open(120);
  let before = lists(world);
  world.server.faults.failNext('pinConversation', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  await tab.chat.contact.pinConversation({ ...ref(5), isPinned: true });
  await world.settle();
  await world.clock.advance(60_000);
  await world.until(() => world.server.faults.count('pinConversation') === 2, 'it is told again');
  await world.settle();
  world.server.faults.failNext('pinConversation', new SyncError('refused', 'refused'));
  await expect(tab.chat.contact.pinConversation({ ...ref(5), isPinned: false })).rejects.toMatchObject({ code: 'refused' });
  await world.until(() => rowOf(tab, 5)?.isPinned === true, 'it is pinned as before');
  expect(lists(world)).toBe(before);
  await world.clock.advance(60_000);
  await world.until(() => lists(world) > before, 'the list is asked');
  await world.clock.advance(60_000);
  await world.settle();
  before = lists(world);
  const deaf = world.server.loseDeliveries();
  world.server.write({ from: 'user-200', to: 'alice', text: 'unheard of' });
  deaf();
  world.server.mailbox('alice').mark(ref(200), 1, true);
  world.server.tell('alice', { type: 'marked', conversation: ref(200), mark: 1, isMarked: true });
  await world.settle();
  // The second time on one connection it waits twice as long.
  await world.clock.advance(19_000);
  expect(lists(world)).toBe(before);
  await world.clock.advance(2_000);
  await world.until(() => rowOf(tab, 200)?.marks.join() === '1', 'a conversation not read before');
});

test('[SY6] pinned conversations come first, latest pin first, in every tab, whoever pinned them', async () => {
  const { world, tab } = await open(5);
  const other = await world.openTab();
  watch(other.chat.conversations());
  await tab.chat.contact.pinConversation({ ...ref(2), isPinned: true });
  await other.chat.contact.pinConversation({ ...ref(4), isPinned: true });
  const time = 1_700_000_900_000;
  world.server.mailbox('alice').pin(ref(1), time);
  world.server.tell('alice', { type: 'pinned', conversation: ref(1), isPinned: true, time });
  const order = (of: TestTab) => of.chat.conversations().value?.rows.map(({ conversationId }) => conversationId.slice(5)).join('');
  for (const one of [tab, other]) await world.until(() => order(one) === '14253', `the order ${order(one)}`);
  const { data } = await tab.chat.contact.getServerPinnedConversations({ pageSize: 50 });
  expect(data.conversations.map(({ isPinned }) => isPinned)).toEqual([true, true, true]);
  await other.chat.contact.pinConversation({ ...ref(4), isPinned: false });
  for (const one of [tab, other]) await world.until(() => order(one) === '12543');
  expect((await shownBy(tab)).map((row) => (row as readonly unknown[])[0])).toEqual(['user-1', 'user-2', 'user-5', 'user-4', 'user-3']);
});

test('[SY6] conversations without a message are read on request only', async () => {
  for (const includeEmptyConversations of [false, true]) {
    const world = openWorld({ engine: { includeEmptyConversations } });
    world.server.seed({ userId: 'alice', conversations: 2 });
    const tab = await world.openTab();
    await untilLive(world, tab);
    await tab.chat.contact.getServerConversations({ includeEmptyConversations: true });
    await tab.chat.contact.getServerPinnedConversations();
    const asked = (name: string) => world.server.faults.calls.filter((call) => call.name === name).map(({ request }) => (request as { includeEmptyConversations: boolean }).includeEmptyConversations);
    expect(asked('getConversations')).toEqual([includeEmptyConversations, includeEmptyConversations, true]);
    expect(asked('getPinnedConversations')).toEqual([includeEmptyConversations, false]);
  }
});

test('[SY6] [SY5] a list that goes on showing what was recalled is not asked about it for ever', async () => {
  const { world, tab } = await open();
  const last = world.server.history('alice', ref(60)).at(-1);
  const thaw = world.server.freezeLists();
  world.server.recall(last?.id ?? '');
  await world.until(() => rowOf(tab, 60)?.lastMessage === null);
  await tab.chat.refresh();
  const before = lists(world);
  await world.clock.advance(11_000);
  await world.settle();
  // Asked once when its lag must be over: its pages, and its head again.
  expect(lists(world) - before).toBe(3);
  await world.clock.advance(3_600_000);
  expect(lists(world) - before).toBe(3);
  world.service.dropConnections();
  await world.settle();
  await untilLive(world, tab);
  expect(lists(world) - before).toBe(4);
  expect(rowOf(tab, 60)?.lastMessage).toBe(null);
  thaw();
});

test('[HB7] what only the list tells of a last message, because its event was lost, is stored with the message too', async () => {
  const { world, tab } = await open(3);
  const timeline = watch(tab.chat.timeline(ref(3)));
  const written = world.server.write({ from: 'user-3', to: 'alice', text: 'look' });
  await world.until(() => timeline.value?.items.length === 2);
  world.server.mailbox('alice').replace({ ...written, reactions: [{ reaction: '❤️', count: 1, isAddedBySelf: false, userList: ['bob'] }] });
  await tab.chat.refresh();
  const shown = (): unknown => timeline.value?.items.map((item) => (item.type === 'message' ? (item.message.reactions?.length ?? 0) : null));
  await world.until(() => JSON.stringify(shown()) === '[0,1]');
  world.killWorker();
  const late = await world.openTab();
  const again = watch(late.chat.timeline(ref(3)));
  await world.until(() => again.value?.items.length === 2);
  expect(again.value?.items.at(-1)).toMatchObject({ message: { id: written.id, reactions: [{ reaction: '❤️' }] } });
});
