import { expect, test } from 'vitest';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

type TimelineValue = QueryValue['timeline'] | undefined;

/** What a timeline shows: texts, and `…` for a hole. */
const texts = (value: TimelineValue): readonly unknown[] => (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg']));

/** Bob has written messages 1 to `count`; alice was not there. */
function writeFromBob(world: TestWorld, from: number, through: number): void {
  for (let number = from; number <= through; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
}

const range = (from: number, through: number): readonly string[] => Array.from({ length: through - from + 1 }, (_, index) => String(from + index));

test('[HB1] an empty timeline fetches the newest 50, and goes on 50 at a time to the start', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 120);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50, 'the newest page');
  expect(texts(timeline.value)).toEqual(range(71, 120));
  expect(timeline.value?.state).toMatchObject({ hasOlder: true, error: null });
  expect(await timeline.loadOlder()).toEqual({ added: 50, hasOlder: true });
  expect(await timeline.loadOlder()).toEqual({ added: 20, hasOlder: false });
  await world.until(() => timeline.value?.state.hasOlder === false);
  expect(texts(timeline.value)).toEqual(range(1, 120));
  const requests = world.server.faults.calls.filter(({ name }) => name === 'getHistory').map(({ request }) => request);
  expect(requests.map((request) => (request as { pageSize: number }).pageSize)).toEqual([50, 50, 50]);
});

test('[HB1] what is stored is shown at once, and asked for no more', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 100);
  world.server.mailbox('alice').takeKept();
  const first = await world.openTab();
  await untilLive(world, first);
  const timeline = watch(first.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.loadOlder();
  first.chat.close();
  world.killWorker();
  world.service.setReachable(false);
  const second = await world.openTab();
  const again = watch(second.chat.timeline(bob));
  await world.until(() => texts(again.value).length === 50);
  expect(await again.loadOlder()).toEqual({ added: 50, hasOlder: false });
  await world.until(() => texts(again.value).length === 100);
  expect(texts(again.value)).toEqual(range(1, 100));
  expect(world.server.faults.count('getHistory')).toBe(2);
});

test('[TB4] a reader who had scrolled back is shown as much by the next worker, without a request', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 130);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.loadOlder();
  await world.until(() => texts(timeline.value).length === 100);
  const shown: number[] = [];
  timeline.subscribe(({ items }) => void shown.push(items.length));
  world.service.setReachable(false);
  world.killWorker();
  await world.until(() => shown.length > 1, 'the next worker has answered');
  await world.settle();
  expect(new Set(shown)).toEqual(new Set([100]));
  expect(texts(timeline.value)).toEqual(range(31, 130));
  expect(world.server.faults.count('getHistory')).toBe(2);
});

test('[HB2] tabs that ask for the same page at the same time make one request', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 120);
  world.server.mailbox('alice').takeKept();
  const tabs = await Promise.all([1, 2, 3].map(() => world.openTab()));
  for (const tab of tabs) await untilLive(world, tab);
  const release = world.server.faults.hold('getHistory');
  const timelines = tabs.map(({ chat }) => watch(chat.timeline(bob)));
  await world.until(() => timelines.every(({ value }) => value?.state.isLoading === true));
  release();
  await world.until(() => timelines.every(({ value }) => texts(value).length === 50));
  const hold = world.server.faults.hold('getHistory');
  const answers = timelines.map((timeline) => timeline.loadOlder());
  await world.settle();
  hold();
  expect(await Promise.all(answers)).toEqual([1, 2, 3].map(() => ({ added: 50, hasOlder: true })));
  expect(world.server.faults.count('getHistory')).toBe(2);
  await world.until(() => timelines.every(({ value }) => texts(value).length === 100));
  for (const { value } of timelines) expect(texts(value)).toEqual(range(21, 120));
});

test('[HB2] a page whose cursor has moved in the meantime is not stored', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 160);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  const release = world.server.faults.hold('getHistory');
  // The answer was made before the removal, and comes after it.
  const messages = world.server.history('alice', bob).slice(60, 110).reverse();
  world.server.faults.failNext('getHistory', { type: 'answer', value: { messages, cursor: messages.at(-1)?.id, isLast: false } });
  const older = timeline.loadOlder();
  await world.until(() => world.server.faults.held('getHistory') === 1);
  // The history is removed while the page is on its way: the span it was asked from is no more.
  world.server.tell('alice', { type: 'history-removed', conversation: bob });
  await world.until(() => texts(timeline.value).length === 0);
  world.server.mailbox('alice').remove(bob, world.server.history('alice', bob).map(({ id }) => id));
  release();
  await older.catch(() => undefined);
  await world.settle();
  world.service.setReachable(false);
  const other = await world.openTab();
  const again = watch(other.chat.timeline(bob));
  await world.until(() => again.value !== undefined);
  expect([texts(timeline.value), texts(again.value)]).toEqual([[], []]);
});

test('[HB2] of two pages asked for below one cursor, the later answer finds it moved and is not stored', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 160);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const read = (pageSize: number, cursor: string) => tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize, cursor });
  const { cursor = '' } = await read(50, '');
  let answer: (page: unknown) => void = () => undefined;
  world.server.faults.failNext('getHistory', { type: 'answer', value: new Promise((resolve) => (answer = resolve)) });
  const slow = read(50, cursor);
  await world.until(() => world.server.faults.count('getHistory') === 2);
  await read(20, cursor);
  const messages = world.server.history('alice', bob).slice(60, 110).reverse();
  answer({ messages, cursor: messages.at(-1)?.id, isLast: false });
  expect((await slow).messages.length, 'who asked is answered').toBe(50);
  world.service.setReachable(false);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  expect(await timeline.loadOlder()).toMatchObject({ added: 20 });
});

test('[HB3] a short page is not the end; an empty page with a moved cursor goes on; isLast ends', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 3);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [one, two, three] = world.server.history('alice', bob);
  const { faults } = world.server;
  const page = (messages: readonly unknown[], cursor: string | undefined, isLast: boolean): void =>
    faults.failNext('getHistory', { type: 'answer', value: { messages, cursor, isLast } });
  page([three], three?.id, false);
  page([], 'moved', false);
  page([two], two?.id, false);
  page([one], undefined, true);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => faults.count('getHistory') >= 1 && timeline.value?.state.isLoading === false);
  while ((await timeline.loadOlder()).hasOlder);
  await world.until(() => texts(timeline.value).length === 3);
  expect(texts(timeline.value)).toEqual([one, two, three].map((message) => message?.['msg']));
});

test('[HB3] a cursor that does not move stops with an error, and nothing of the page is stored', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 80);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  const cursor = world.server.history('alice', bob)[30]?.id;
  world.server.faults.failNext('getHistory', { type: 'answer', value: { messages: world.server.history('alice', bob).slice(0, 10), cursor, isLast: false } });
  await expect(timeline.loadOlder()).rejects.toMatchObject({ code: 'bad-response' });
  await world.until(() => timeline.value?.state.error?.code === 'bad-response');
  expect(texts(timeline.value)).toEqual(range(31, 80));
  expect(await timeline.loadOlder()).toEqual({ added: 30, hasOlder: false });
  await world.until(() => texts(timeline.value).length === 80);
  expect(texts(timeline.value)).toEqual(range(1, 80));
});

test('[HB4] [HB5] what was missed while away is a hole, and an open timeline has it filled', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  writeFromBob(world, 1, 5);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 5);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).includes('5') && timeline.value?.state.isLoading === false);
  await timeline.loadOlder();
  expect(texts(timeline.value)).toEqual(range(1, 5));
  const status = watch(tab.chat.status);
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  const lose = world.server.loseDeliveries();
  writeFromBob(world, 6, 20);
  lose();
  world.service.setReachable(true);
  const release = world.server.faults.hold('getHistory');
  await world.until(() => status.value?.type === 'live');
  writeFromBob(world, 21, 21);
  await world.until(() => texts(timeline.value).includes('21'));
  expect(texts(timeline.value)).toEqual([...range(1, 5), '…', '21']);
  release();
  await world.until(() => !texts(timeline.value).includes('…'), 'the hole is filled');
  expect(texts(timeline.value)).toEqual(range(1, 21));
});

test('[HB4] a hole survives a restart, and the older side is shown when it cannot be filled', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  writeFromBob(world, 1, 5);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 5);
  world.killWorker();
  const lose = world.server.loseDeliveries();
  writeFromBob(world, 6, 20);
  lose();
  world.server.faults.hold('getHistory');
  await world.until(() => world.server.connections('alice').length === 1, 'connected again');
  writeFromBob(world, 21, 21);
  await world.until(() => total.value === 21);
  tab.chat.close();
  world.killWorker();
  world.service.setReachable(false);
  const offline = await world.openTab();
  const timeline = watch(offline.chat.timeline(bob));
  await world.until(() => texts(timeline.value).includes('21'));
  expect(texts(timeline.value)).toEqual([...range(1, 5), '…', '21']);
});

test('[HB1] getHistoryMessages gives the page as the service did, and stores it', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 30);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const { messages } = await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  expect(messages.length).toBe(30);
  world.service.setReachable(false);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 30);
  expect(timeline.value?.state.hasOlder).toBe(false);
});

test('[HB8] messages of one millisecond are in the order of their ids', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  const time = 1_700_000_000_000;
  const message = (id: string) => ({ id, time, from: 'bob', to: 'alice', chatType: 'singleChat' as const, type: 'txt', msg: id });
  world.server.tell('alice', { type: 'messages', messages: ['100', '99', '101'].map(message) });
  await world.until(() => texts(timeline.value).length === 3);
  world.server.tell('alice', { type: 'messages', messages: ['1000', '999'].map(message) });
  await world.until(() => texts(timeline.value).length === 5);
  expect(texts(timeline.value)).toEqual(['99', '100', '101', '999', '1000']);
});

test('[HB2] an edit, a recall and a removal reach an open timeline', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 6);
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 6);
  const history = world.server.history('alice', bob);
  const idOf = (index: number): string => history[index]?.id ?? '';
  world.server.edit(idOf(1), 'two');
  world.server.recall(idOf(2));
  await world.until(() => texts(timeline.value).join() === '1,two,4,5,6');
  await tab.chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: [idOf(5)] });
  await world.until(() => texts(timeline.value).join() === '1,two,4,5');
  await tab.chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', beforeTimeStamp: history[3]?.time ?? 0 });
  await world.until(() => texts(timeline.value).join() === '4,5');
  const [row] = (await tab.chat.localCache.getLocalConversations()).data;
  expect((row?.lastMessage as { id?: string } | undefined)?.id).toBe(idOf(4));
});

test('[HB3] a history request that fails leaves the timeline as it was, and can be made again', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 60);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  world.server.faults.failNext('getHistory', new SyncError('service-failed', 'no'));
  await expect(timeline.loadOlder()).rejects.toMatchObject({ code: 'service-failed' });
  expect(await timeline.loadOlder()).toEqual({ added: 10, hasOlder: false });
});

test('[HB5] an old message that comes late does not prove that nothing is missing after it', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 3);
  const [first] = world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  if (first !== undefined) world.server.tell('alice', { type: 'messages', messages: [first] });
  await world.settle();
  writeFromBob(world, 4, 4);
  await world.settle();
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).join() === range(1, 4).join(), 'no gap');
});

test('[SY9] history that was removed elsewhere is listed anew, however deep in the list its conversation lies', async () => {
  const world = openWorld({ engine: { listPageSize: 2, roundsPerWindow: 1 } });
  writeFromBob(world, 1, 2);
  world.server.seed({ userId: 'alice', conversations: 5 });
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const list = watch(tab.chat.conversations());
  await world.until(() => list.value?.total === 6);
  const [kept, removed] = world.server.history('alice', bob);
  world.server.mailbox('alice').remove(bob, [removed?.id ?? '']);
  world.server.tell('alice', { type: 'history-removed', conversation: bob });
  await world.until(() => list.value?.rows.at(-1)?.lastMessage === null, 'distrusted');
  await world.clock.advance(61_000);
  await world.until(() => list.value?.rows.at(-1)?.lastMessage?.id === kept?.id, 'listed anew');
  expect(list.value?.rows.at(-1)?.unReadCount).toBe(1);
});

test('[HB2] [HB7] the newest page, asked for before the history was removed on another device, brings nothing back', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 3);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const history = world.server.history('alice', bob);
  world.server.faults.failNext('getHistory', { type: 'answer', value: { messages: history.toReversed(), cursor: undefined, isLast: true } });
  const release = world.server.faults.hold('getHistory');
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => world.server.faults.held('getHistory') === 1);
  world.server.mailbox('alice').remove(bob, history.map(({ id }) => id));
  world.server.tell('alice', { type: 'history-removed', conversation: bob });
  const row = watch(tab.chat.conversation(bob));
  await world.until(() => row.value?.lastMessage === null, 'told');
  release();
  await world.until(() => world.server.faults.count('getHistory') === 2 && timeline.value?.state.isLoading === false, 'asked again');
  await world.settle();
  expect(texts(timeline.value)).toEqual([]);
});

test('[HB7] what is left of a history that was removed on another device is asked for again', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 3);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  const [first] = world.server.history('alice', bob);
  world.server.mailbox('alice').remove(bob, [first?.id ?? '']);
  world.server.tell('alice', { type: 'history-removed', conversation: bob });
  await tab.chat.refresh();
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).join() === '2,3', 'asked again');
});

test('[HB5] what the list tells of while the newest page is on its way is asked for once more', async () => {
  const world = openWorld();
  writeFromBob(world, 1, 1);
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.faults.failNext('getHistory', { type: 'answer', value: { messages: world.server.history('alice', bob), cursor: undefined, isLast: true } });
  const release = world.server.faults.hold('getHistory');
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => world.server.faults.held('getHistory') === 1);
  const lose = world.server.loseDeliveries();
  writeFromBob(world, 2, 2);
  lose();
  await tab.chat.refresh();
  release();
  await world.until(() => texts(timeline.value).join() === '1,2', 'both');
});

test('[OB3] an own message in doubt is found by a page of history that a tab asks for, and waits no more', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.faults.failNext('send', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'lost' });
  const timeline = watch(tab.chat.timeline(bob));
  const states = (): readonly string[] => (timeline.value?.items ?? []).flatMap((item) => (item.type === 'message' ? [item.state.type] : []));
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat' });
  await world.until(() => states().join() === 'sent');
  await expect(tab.chat.discard(clientId)).rejects.toMatchObject({ code: 'not-found' });
});
