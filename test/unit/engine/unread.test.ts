import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from './open-world.ts';
import { bob, carol, shownBy, untilLive, watch } from './watch.ts';

test('[UR1] [UR2] 2,000 messages over 50 conversations are 2,000 unread in every tab', async () => {
  const world = openWorld();
  const tabs = [await world.openTab(), await world.openTab()];
  for (const tab of tabs) await untilLive(world, tab);
  const totals = tabs.map(({ chat }) => watch(chat.unread));
  for (let number = 0; number < 2_000; number += 1) world.server.write({ from: `user-${number % 50}`, to: 'alice', text: `message ${number}` });
  await world.until(() => totals.every(({ value }) => value === 2_000), `2,000 instead of ${totals.map(({ value }) => value).join()}`);
  const rows = await shownBy(tabs[0] ?? (await world.openTab()));
  expect(rows.length).toBe(50);
  expect(new Set(rows.map((row) => (row as readonly unknown[])[1]))).toEqual(new Set([40]));
});

test('[UR1] [UR3] messages listed first and delivered later are counted once', async () => {
  const world = openWorld();
  for (let number = 0; number < 20; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `offline ${number}` });
  const kept = world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 20);
  world.server.tell('alice', { type: 'messages', messages: kept });
  world.server.tell('alice', { type: 'messages', messages: [...kept].reverse() });
  await world.settle();
  expect(total.value).toBe(20);
});

test('[UR3] duplicates, echoes, edits and history raise nothing', async () => {
  const world = openWorld();
  for (let number = 0; number < 30; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `old ${number}` });
  world.server.mailbox('alice').takeKept();
  world.server.mailbox('alice').read(bob);
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const message = world.server.write({ from: 'bob', to: 'alice', text: 'new' });
  await world.until(() => total.value === 1);
  world.server.tell('alice', { type: 'messages', messages: [message, message] });
  world.server.edit(message.id, 'edited');
  world.server.write({ from: 'alice', to: 'bob', text: 'from another device' });
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  await world.settle();
  expect(total.value).toBe(1);
});

test('[UR3] history of a conversation that was never listed raises nothing', async () => {
  const world = openWorld();
  const thaw = world.server.freezeLists();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const lose = world.server.loseDeliveries();
  for (let number = 0; number < 30; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `old ${number}` });
  lose();
  const total = watch(tab.chat.unread);
  world.server.write({ from: 'bob', to: 'alice', text: 'new' });
  await world.until(() => total.value === 1);
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  await world.settle();
  expect(total.value).toBe(1);
  thaw();
});

test('[UR2] cleared in one tab it is 0 in all, and acknowledged once', async () => {
  const world = openWorld();
  for (let number = 0; number < 3; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `message ${number}` });
  world.server.write({ from: 'carol', to: 'alice', text: 'other' });
  const tabs = await Promise.all([1, 2, 3].map(() => world.openTab()));
  for (const tab of tabs) await untilLive(world, tab);
  const totals = tabs.map(({ chat }) => watch(chat.unread));
  await world.until(() => totals.every(({ value }) => value === 4));
  await Promise.all(tabs.map(({ chat }) => chat.localCache.clearConversationUnreadCount(bob)));
  await world.until(() => totals.every(({ value }) => value === 1), 'cleared in all tabs');
  await world.clock.advance(500);
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0, 'cleared at the service');
  await world.settle();
  await tabs[1]?.chat.localCache.clearConversationUnreadCount(bob);
  await world.settle();
  expect(world.server.faults.count('acknowledgeConversation')).toBe(1);
  world.server.write({ from: 'bob', to: 'alice', text: 'next' });
  await world.until(() => totals.every(({ value }) => value === 2));
});

test('[UR2] localOnly clears here and tells nobody', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'message' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  await tab.chat.localCache.clearConversationUnreadCount({ ...bob, localOnly: true });
  await world.settle();
  expect(world.server.faults.count('acknowledgeConversation')).toBe(0);
  await tab.chat.refresh();
  expect(await shownBy(tab)).toMatchObject([['bob', 0, expect.anything(), false, []]]);
});

test('[UR6] cleared offline it stays cleared, and is acknowledged once connected', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'message' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const status = watch(tab.chat.status);
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.until(() => total.value === 0);
  world.killWorker();
  const second = await world.openTab();
  const again = watch(second.chat.unread);
  await world.until(() => again.value === 0);
  world.service.setReachable(true);
  second.signal('online');
  await untilLive(world, second);
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0, 'acknowledged');
  expect(again.value).toBe(0);
  expect(world.server.faults.count('acknowledgeConversation')).toBe(1);
});

test('[UR7] read on another device, it clears here', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'one' });
  world.server.write({ from: 'carol', to: 'alice', text: 'two' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 2);
  world.server.read('alice', bob);
  await world.until(() => total.value === 1);
  expect(await shownBy(tab)).toMatchObject([['carol', 1, expect.anything(), false, []], ['bob', 0, expect.anything(), false, []]]);
});

test('[UR1] a recalled message no longer counts, and no longer leads its conversation', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const first = world.server.write({ from: 'bob', to: 'alice', text: 'stays' });
  const second = world.server.write({ from: 'bob', to: 'alice', text: 'goes' });
  await world.until(() => total.value === 2);
  world.server.recall(second.id);
  await world.until(() => total.value === 1);
  expect(await shownBy(tab)).toMatchObject([['bob', 1, first.id, false, []]]);
});

test('[UR1] deliveries in any order, and twice, end in the same state', async () => {
  for (const arrange of [
    <T>(messages: readonly T[]) => [...messages].reverse(),
    <T>(messages: readonly T[]) => [...messages, ...messages],
    <T>(messages: readonly T[]) => [...messages].sort((a, b) => (JSON.stringify(a).length % 7) - (JSON.stringify(b).length % 7)),
  ]) {
    const world = openWorld();
    const tab = await world.openTab();
    await untilLive(world, tab);
    const total = watch(tab.chat.unread);
    const release = world.server.holdDeliveries();
    for (let number = 0; number < 40; number += 1) world.server.write({ from: `user-${number % 3}`, to: 'alice', text: 'x'.repeat(number % 11) });
    release(arrange);
    await world.until(() => total.value === 40);
    await world.settle();
    const rows = await shownBy(tab);
    expect(rows).toEqual(world.server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]));
  }
});

test('[UR1] an unread message that only the list told of is recalled: it no longer counts, and later lists are believed', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'stays' });
  const last = world.server.write({ from: 'bob', to: 'alice', text: 'goes' });
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 2);
  world.server.recall(last.id);
  await world.until(() => total.value === 1, 'taken back');
  world.server.mailbox('alice').read(bob);
  await tab.chat.refresh();
  await world.until(() => total.value === 0, 'the list is believed');
  expect(await shownBy(tab)).toEqual(world.server.list('alice').map((row) => [row.conversationId, 0, row.lastMessage?.id, false, []]));
});

const team = { conversationId: 'team', conversationType: 'groupChat' } as const;

test.each([bob, team])('[UR6] cleared offline, a list that still counts the old ones brings none back, and counts what came since ($conversationType)', async (ref) => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  world.server.makeGroup('team', ['alice', 'bob']);
  const to = ref === bob ? 'alice' : 'team';
  const write = (): unknown => world.server.write({ from: 'bob', to, conversationType: ref.conversationType, text: 'message' });
  for (let number = 0; number < 5; number += 1) write();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 5);
  const release = world.server.faults.hold('acknowledgeConversation');
  world.service.setReachable(false);
  await tab.chat.localCache.clearConversationUnreadCount(ref);
  await world.until(() => total.value === 0);
  world.killWorker();
  // Nothing of it is delivered: the list alone tells of it, and still counts what was cleared.
  for (let number = 0; number < 2; number += 1) write();
  world.server.mailbox('alice').takeKept();
  world.service.setReachable(true);
  const second = await world.openTab();
  const again = watch(second.chat.unread);
  await untilLive(world, second);
  await world.settle();
  expect(world.server.mailbox('alice').unread(ref)).toBe(7);
  expect(again.value).toBe(2);
  release();
  await world.until(() => world.server.mailbox('alice').unread(ref) === 0, 'acknowledged');
  await second.chat.refresh();
  await world.settle();
  expect(again.value).toBe(2);
  await second.chat.contact.getHistoryMessages({ targetId: ref.conversationId, chatType: ref.conversationType, pageSize: 50, cursor: '' });
  await world.settle();
  expect(again.value).toBe(2);
});

test('[UR6] cleared here alone, the service goes on counting: what it counted then is taken off its later counts', async () => {
  const world = openWorld();
  for (let number = 0; number < 3; number += 1) world.server.write({ from: 'bob', to: 'alice', text: 'message' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 3);
  await tab.chat.localCache.clearConversationUnreadCount({ ...bob, localOnly: true });
  world.server.write({ from: 'bob', to: 'alice', text: 'new' });
  await world.until(() => total.value === 1);
  await tab.chat.refresh();
  await world.settle();
  expect(world.server.mailbox('alice').unread(bob)).toBe(4);
  expect(total.value).toBe(1);
});

test('[UR7] a group that was read on another device, of which no event tells, is clear after the next round', async () => {
  const world = openWorld();
  world.server.makeGroup('team', ['alice', 'bob']);
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  for (let number = 0; number < 3; number += 1) world.server.write({ from: 'bob', to: 'team', conversationType: 'groupChat', text: 'message' });
  await world.until(() => total.value === 3);
  world.server.mailbox('alice').read(team);
  world.server.write({ from: 'bob', to: 'team', conversationType: 'groupChat', text: 'message' });
  await world.until(() => total.value === 4);
  await tab.chat.refresh();
  await world.until(() => total.value === 1);
});

test.each(['and is stored', 'and no message of it is stored'])('[UR7] what came after another device has read stays unread when the list tells of it first, %s', async (how) => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  world.server.write({ from: 'bob', to: 'alice', text: 'read there' });
  await world.until(() => total.value === 1);
  const lose = world.server.loseDeliveries();
  const read = { time: 0, id: '' };
  const connection = { userId: 'alice', emit: (event: unknown) => void Object.assign(read, (event as { through?: object }).through) };
  world.server.join(connection);
  const [ours] = world.server.connections('alice');
  world.server.read('alice', bob, ours);
  world.server.leave(connection);
  lose();
  // The list tells of the next message before the event tells of the reading.
  const loseAgain = world.server.loseDeliveries();
  world.server.write({ from: 'bob', to: 'alice', text: 'after' });
  loseAgain();
  if (how === 'and no message of it is stored') world.server.faults.hold('getHistory');
  await tab.chat.refresh();
  world.server.tell('alice', { type: 'read-elsewhere', conversation: bob, through: read });
  await world.settle();
  expect(total.value).toBe(1);
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(1);
});

test('[UR1] where everything after the read marker is stored, that is the count, not the larger one of the service', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'read' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 1);
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.clock.advance(500);
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0);
  const last = world.server.write({ from: 'bob', to: 'alice', text: 'unread' });
  await world.until(() => total.value === 1);
  const row = { ...bob, unReadCount: 9, lastMessage: last, isPinned: false, pinnedTime: 0, marks: [] };
  world.server.faults.failNext('getConversations', { type: 'answer', value: { conversations: [row], cursor: '' } });
  await tab.chat.refresh();
  await world.settle();
  expect(total.value).toBe(1);
});

test('[UR1] mentions are counted apart: for everybody, for this user, and taken back with the messages', async () => {
  const world = openWorld();
  world.server.makeGroup('team', ['alice', 'bob']);
  const say = (list: unknown): ReturnType<typeof world.server.write> => world.server.write({ from: 'bob', to: 'team', conversationType: 'groupChat', text: 'hi', ext: { em_at_list: list } });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [mentions, total] = [watch(tab.chat.mentions), watch(tab.chat.unread)];
  const recalled = say('ALL');
  for (const list of [['carol', 'alice'], ['carol'], undefined, 'alice', []]) say(list);
  world.server.write({ from: 'bob', to: 'alice', text: 'hi', ext: { em_at_list: 'ALL' } });
  await world.until(() => mentions.value === 3 && total.value === 7);
  world.server.recall(recalled.id);
  await world.until(() => mentions.value === 2 && total.value === 6);
  await tab.chat.contact.getHistoryMessages({ targetId: 'team', chatType: 'groupChat', pageSize: 50, cursor: '' });
  await tab.chat.refresh();
  await world.settle();
  expect(mentions.value).toBe(2);
  await tab.chat.localCache.clearConversationUnreadCount(team);
  await world.until(() => mentions.value === 1 && total.value === 1);
});

test('[UR1] mentions in history count when they are unread, and not when they were read elsewhere long ago', async () => {
  const world = openWorld({ engine: { backfill: { conversations: 0, messages: 0 } } });
  const say = (): unknown => world.server.write({ from: 'bob', to: 'alice', text: 'hi', ext: { em_at_list: ['alice'] } });
  for (let number = 0; number < 4; number += 1) say();
  world.server.mailbox('alice').read(bob);
  for (let number = 0; number < 2; number += 1) say();
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [mentions, total] = [watch(tab.chat.mentions), watch(tab.chat.unread)];
  await world.until(() => total.value === 2);
  expect(mentions.value).toBe(0);
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  await world.until(() => mentions.value === 2);
  expect(total.value).toBe(2);
});

test('[UR2] muted conversations count, but not in the total of unmuted ones; settings are read with the list and followed after', async () => {
  const world = openWorld();
  world.server.setMuted('alice', bob, true);
  world.server.write({ from: 'bob', to: 'alice', text: 'one' });
  world.server.write({ from: 'carol', to: 'alice', text: 'two' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [unmuted, total] = [watch(tab.chat.unmutedUnread), watch(tab.chat.unread)];
  await world.until(() => total.value === 2 && unmuted.value === 1);
  world.server.setMuted('alice', carol, true);
  await world.until(() => unmuted.value === 0);
  world.server.setMuted('alice', bob, false);
  await world.until(() => unmuted.value === 1);
  expect(total.value).toBe(2);
});

test('[UR2] a conversation muted before its first message, or deleted and back again, is muted from its first row on', async () => {
  const world = openWorld();
  world.server.setMuted('alice', bob, true);
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.settle();
  world.server.setMuted('alice', carol, true);
  await world.settle();
  const seen: number[] = [];
  const [unmuted, total] = [watch(tab.chat.unmutedUnread), watch(tab.chat.unread)];
  unmuted.subscribe((value) => void seen.push(value));
  world.server.write({ from: 'bob', to: 'alice', text: 'one' });
  world.server.write({ from: 'carol', to: 'alice', text: 'one' });
  await world.until(() => total.value === 2, 'first messages');
  await tab.chat.contact.deleteConversation({ channel: 'bob', chatType: 'singleChat', deleteRoam: false });
  await world.until(() => total.value === 1, 'deleted');
  world.server.write({ from: 'bob', to: 'alice', text: 'newer' });
  await world.until(() => total.value === 2, 'back');
  await world.settle();
  expect(seen.filter((count) => count > 0), 'never counted').toEqual([]);
  world.server.setMuted('alice', bob, false);
  await world.until(() => unmuted.value === 1, 'no longer muted');
});

test('[UR2] a service without such a setting mutes nothing, and one that fails is asked again', async () => {
  const world = openWorld();
  world.server.setMuted('alice', bob, true);
  world.server.write({ from: 'bob', to: 'alice', text: 'one' });
  world.server.faults.failNext('getMutedConversations', new SyncError('unsupported', 'no'));
  const tab = await world.openTab();
  await untilLive(world, tab);
  const unmuted = watch(tab.chat.unmutedUnread);
  await world.until(() => unmuted.value === 1);
  world.killWorker();
  world.server.faults.failNext('getMutedConversations', new SyncError('timeout', 'no'));
  await untilLive(world, tab);
  await world.settle();
  expect(unmuted.value).toBe(1);
  await tab.chat.refresh();
  await world.until(() => unmuted.value === 0);
});

/** Bob writes three messages to a tab that is up to date. */
async function openWithThree() {
  const world = openWorld();
  const { server } = world;
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const [, second] = ['1', '2', '3'].map((text) => server.write({ from: 'bob', to: 'alice', text }));
  await world.until(() => total.value === 3);
  return { world, server, tab, total, second };
}

test('[UR1] [SY6] where a list may have known of a recall before we did, the list is asked again', async () => {
  const { world, server, tab, total, second } = await openWithThree();
  const messageId = second?.id ?? '';
  server.mailbox('alice').remove(bob, [messageId]);
  await tab.chat.refresh();
  await world.until(() => total.value === 2, 'the list knows of it');
  server.tell('alice', { type: 'recalled', conversation: bob, messageId });
  await world.settle();
  await world.clock.advance(10_000);
  await world.until(() => total.value === 2, 'the list is asked again');
  await world.checkAtRest();
});

test('[UR1] a recall that the list has not heard of asks for no list', async () => {
  const { world, server, tab, total, second } = await openWithThree();
  await tab.chat.refresh();
  const asked = server.faults.count('getConversations');
  server.recall(second?.id ?? '');
  await world.until(() => total.value === 2);
  await world.clock.advance(20_000);
  await world.settle();
  expect(server.faults.count('getConversations')).toBe(asked);
});
