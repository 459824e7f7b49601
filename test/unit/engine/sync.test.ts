import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from './open-world.ts';
import { shownBy, untilLive, watch } from './watch.ts';

/** What the service has, in the shape of {@link shownBy}. */
const listed = (world: ReturnType<typeof openWorld>): readonly unknown[] =>
  world.server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, row.isPinned, row.marks]);

test('[SY1] [SY2] the first sync asks for each page once and ends at the empty cursor', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 130 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const pages = world.server.faults.calls.filter(({ name }) => name === 'getConversations').map(({ request }) => (request as { cursor: string }).cursor);
  expect(pages).toEqual(['', 'page-50', 'page-100', '']);
  expect(await shownBy(tab)).toEqual(listed(world));
});

test('[SY1] the next page is asked for while the last one is stored, and no cursor is ahead of its rows', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 150 });
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  const list = watch(tab.chat.conversations());
  await world.until(() => world.server.faults.held('getConversations') === 1);
  release();
  const again = world.server.faults.hold('getConversations');
  await world.until(() => list.value?.rows.length === 50, 'the first page is stored');
  expect(world.server.faults.held('getConversations')).toBe(1);
  world.killWorker();
  again();
  const second = await world.openTab();
  await untilLive(world, second);
  expect(await shownBy(second)).toEqual(listed(world));
});

test('[SY3] a conversation that the service no longer lists stays', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.mailbox('alice').deleteConversation({ conversationId: 'user-2', conversationType: 'singleChat' }, { deleteRoam: false });
  await tab.chat.refresh();
  expect((await shownBy(tab)).length).toBe(3);
});

test('[SY4] rows that move between pages while they are read end as if seen once', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const release = world.server.faults.hold('getConversations');
  const tab = await world.openTab();
  const list = watch(tab.chat.conversations());
  await world.until(() => world.server.faults.held('getConversations') === 1);
  release();
  const second = world.server.faults.hold('getConversations');
  await world.until(() => (list.value?.rows.length ?? 0) === 50, 'the first page');
  const noticed = world.server.loseDeliveries();
  // From the last page to the head, which was read already; its event was lost.
  world.server.write({ from: 'user-1', to: 'alice', text: 'moved' });
  noticed();
  second();
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(listed(world));
});

test('[SY4] the head is read again three times at most, however often it moves', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 10 });
  const { faults } = world.server;
  const noise = world.server.loseDeliveries();
  const tab = await world.openTab();
  const listCalls = (): number => faults.count('getConversations');
  const status = watch(tab.chat.status);
  let seen = 0;
  await world.until(() => {
    if (listCalls() !== seen) {
      seen = listCalls();
      world.server.write({ from: 'user-1', to: 'alice', text: `again ${seen}` });
    }
    return status.value?.type === 'live';
  });
  noise();
  expect(listCalls()).toBeLessThanOrEqual(4);
});

test('[SY5] tabs that ask at the same time share one round and one page', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 60 });
  const tabs = await Promise.all([1, 2, 3].map(() => world.openTab()));
  for (const tab of tabs) await untilLive(world, tab);
  const before = world.server.faults.count('getConversations');
  for (const [ask, asked] of [
    [() => tabs.map(({ chat }) => chat.refresh()), before + 1],
    [() => tabs.map(({ chat }) => chat.contact.getServerConversations({ pageSize: 20, cursor: '' })), before + 2],
  ] as const) {
    const release = world.server.faults.hold('getConversations');
    const answers = ask();
    await world.settle();
    release();
    await Promise.all(answers);
    expect(world.server.faults.count('getConversations')).toBe(asked);
  }
});

test('[SY5] more rounds than the budget are refused, with the time to wait', async () => {
  const world = openWorld({ engine: { roundsPerWindow: 3, roundWindowMs: 60_000 } });
  world.server.seed({ userId: 'alice', conversations: 5 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  await tab.chat.refresh();
  await tab.chat.refresh();
  await expect(tab.chat.refresh()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 60_000 } });
  await world.clock.advance(60_000);
  await tab.chat.refresh();
});

test('[SY6] a list that lags behind its events undoes nothing', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 4 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const thaw = world.server.freezeLists();
  world.server.write({ from: 'user-2', to: 'alice', text: 'newer' });
  await world.until(() => total.value === 5);
  await tab.chat.localCache.clearConversationUnreadCount({ conversationId: 'user-1', conversationType: 'singleChat' });
  await world.until(() => total.value === 4);
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(4);
  const [first] = await shownBy(tab);
  expect(first).toEqual(expect.arrayContaining(['user-2', 2]));
  thaw();
  await world.clock.advance(500);
  await world.until(() => world.server.faults.count('acknowledgeConversation') === 1);
  await tab.chat.refresh();
  expect(await shownBy(tab)).toEqual(listed(world));
});

test.each([1, 2, 3, 4, 5])('[SY7] killed at list request %i, the next engine ends in the same state', async (request) => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 190, messages: 2 });
  const { faults } = world.server;
  await world.openTab();
  const release = faults.hold('getConversations');
  for (let answered = 0; answered < request; answered += 1) {
    await world.until(() => faults.count('getConversations') > answered, `request ${answered + 1}`);
    if (answered === request - 1) break;
    release();
    await world.settle();
  }
  world.killWorker();
  release();
  const tab = await world.openTab();
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(listed(world));
});

test('[SY7] a killed round goes on from its cursor, unless that is too old', async () => {
  for (const [waitMs, firstCursor] of [[1_000, 'page-50'], [7_200_000, '']] as const) {
    const world = openWorld();
    world.server.seed({ userId: 'alice', conversations: 120 });
    const { faults } = world.server;
    const first = await world.openTab();
    const list = watch(first.chat.conversations());
    const opened = faults.hold('getConversations');
    await world.until(() => faults.held('getConversations') === 1);
    opened();
    faults.hold('getConversations');
    await world.until(() => list.value?.rows.length === 50);
    first.chat.close();
    world.killWorker();
    const asked = faults.calls.length;
    faults.hold('getConversations')();
    await world.clock.advance(waitMs);
    const tab = await world.openTab();
    await untilLive(world, tab);
    const next = faults.calls.slice(asked).find(({ name }) => name === 'getConversations');
    expect(next?.request).toMatchObject({ cursor: firstCursor });
    expect(await shownBy(tab)).toEqual(listed(world));
  }
});

test('[SY7] a stored cursor that the service refuses starts the round again', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const { faults } = world.server;
  const first = await world.openTab();
  const list = watch(first.chat.conversations());
  const opened = faults.hold('getConversations');
  await world.until(() => faults.held('getConversations') === 1);
  opened();
  const held = faults.hold('getConversations');
  await world.until(() => list.value?.rows.length === 50);
  first.chat.close();
  world.killWorker();
  // What the dead one had asked is answered to nobody, and takes no fault from the living.
  held();
  await world.settle();
  const asked = faults.count('getConversations');
  faults.failNext('getConversations', new SyncError('refused', 'unknown cursor'));
  const tab = await world.openTab();
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(listed(world));
  const cursors = faults.calls.filter(({ name }) => name === 'getConversations').map(({ request }) => (request as { cursor: string }).cursor);
  expect(cursors.slice(asked, asked + 3), 'refused once, and from the start').toEqual(['page-50', '', 'page-50']);
});

test('[SY8] a message that arrives while the list is paged is neither lost nor counted twice', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const { faults } = world.server;
  const opened = faults.hold('getConversations');
  const tab = await world.openTab();
  await world.until(() => faults.held('getConversations') === 1);
  world.server.write({ from: 'user-100', to: 'alice', text: 'while paging' });
  world.server.write({ from: 'somebody-new', to: 'alice', text: 'while paging' });
  await world.settle();
  opened();
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(listed(world));
});

test('[SY9] after a reconnect only the pages in which something changed are read, and one more', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 200 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const status = watch(tab.chat.status);
  const before = world.server.faults.count('getConversations');
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  const lose = world.server.loseDeliveries();
  for (let number = 1; number <= 60; number += 1) world.server.write({ from: `user-${number}`, to: 'alice', text: 'while away' });
  lose();
  world.service.setReachable(true);
  await world.until(() => status.value?.type === 'live');
  expect(world.server.faults.count('getConversations') - before).toBe(3);
  expect(await shownBy(tab)).toEqual(listed(world));
});

test('[SY7] a round that fails is tried again with growing waits, and obeys the service about how long', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 60 });
  const { faults } = world.server;
  faults.failNext('getConversations', new SyncError('rate-limited', 'later', { details: { retryAfterMs: 9_000 } }));
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'degraded');
  await world.clock.advance(8_000);
  expect(faults.count('getConversations')).toBe(1);
  await world.clock.advance(2_000);
  await untilLive(world, tab);
  expect(await shownBy(tab)).toEqual(listed(world));
});
