import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';
import { openBob, shown, waiting } from './command-kinds.ts';

type World = Awaited<ReturnType<typeof openBob>>;

const noAnswer = new SyncError('timeout', 'no answer');
const names = (bed: World): readonly unknown[] => (shown(bed.tabs[1]) as { readonly rows: readonly (readonly unknown[])[] }).rows.map(([name]) => name);

const goOffline = async ({ world, tabs }: World): Promise<void> => {
  world.goOffline();
  await world.until(() => tabs.every(({ chat }) => chat.status.value?.type === 'offline'), 'offline');
};

const atRest = async ({ world, tabs }: World): Promise<void> => {
  world.goOnline();
  for (const tab of tabs) await untilLive(world, tab);
  await world.clock.advance(30_000);
  await world.checkAtRest();
};

/** A deletion of which nobody knows whether it was done, discarded without a connection. */
async function discarded({ isDone }: { readonly isDone: boolean }): Promise<World> {
  const bed = await openBob();
  const { world, tabs } = bed;
  world.server.faults.failNext('deleteConversation', { type: isDone ? 'lose-answer' : 'reject', error: noAnswer });
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false });
  await world.until(() => waiting(tabs[1]).join() === 'delete-conversation unknown', 'its answer was lost');
  await goOffline(bed);
  await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
  await world.settle();
  return bed;
}

test.each([true, false])('[OB5] a deletion that is discarded in doubt is undone at once, until a list tells otherwise; it was done: %s', async (isDone) => {
  const bed = await discarded({ isDone });
  expect(names(bed)).toEqual(['carol', 'bob']);
  bed.world.killWorker();
  await bed.world.clock.advance(20_000);
  expect(names(bed)).toEqual(['carol', 'bob']);
  await atRest(bed);
  expect(names(bed)).toEqual(isDone ? ['carol'] : ['carol', 'bob']);
});

test('[OB5] [SY6] a list that lags tells nothing of a deletion that was discarded in doubt', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const catchUp = world.server.freezeLists();
  world.server.faults.failNext('deleteConversation', { type: 'lose-answer', error: noAnswer });
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false });
  await world.until(() => waiting(tabs[1]).join() === 'delete-conversation unknown', 'its answer was lost');
  await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
  await tabs[1].chat.refresh();
  await world.settle();
  expect(names(bed)).toEqual(['carol', 'bob']);
  catchUp();
  await atRest(bed);
  expect(names(bed)).toEqual(['carol']);
});

test('[OB5] [SY6] what came after a deletion that was discarded in doubt stays, though a list does not know of it yet', async () => {
  const bed = await discarded({ isDone: true });
  const { world } = bed;
  const catchUp = world.server.freezeLists();
  await world.clock.advance(20_000);
  world.server.write({ from: 'bob', to: 'alice', text: 'again' });
  world.goOnline();
  for (const tab of bed.tabs) await untilLive(world, tab);
  await world.clock.advance(20_000);
  expect(names(bed)).toEqual(['carol', 'bob']);
  catchUp();
  await atRest(bed);
  expect(names(bed)).toEqual(['carol', 'bob']);
});

test('[OB5] [SY3] absence from a full list tells nothing of a deletion that was discarded in doubt', async () => {
  const bed = await discarded({ isDone: true });
  const { world, tabs } = bed;
  for (let count = 0; count < 100; count += 1) world.server.write({ from: `user-${count}`, to: 'alice', text: 'hi' });
  world.goOnline();
  for (const tab of tabs) await untilLive(world, tab);
  await world.clock.advance(30_000);
  await tabs[0].chat.refresh();
  expect(names(bed)).toContain('bob');
});

test.each(['once', 'again'])('[OB5] [HB7] of what came while a conversation was deleted %s with its history, what the service deleted too goes, and the rest stays', async (times) => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const { faults } = world.server;
  if (times === 'again') await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  const letDelete = faults.hold('deleteConversation');
  const deleted = tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  await world.until(() => faults.held('deleteConversation') === 1, 'it is told');
  world.server.write({ from: 'bob', to: 'alice', text: 'deleted there' });
  await world.until(() => names(bed).includes('bob'), 'it came back here');
  const letList = faults.hold('getConversations');
  letDelete();
  await world.until(() => faults.held('getConversations') === 1, 'the list is asked');
  world.server.write({ from: 'bob', to: 'alice', text: 'came after' });
  letList();
  await deleted;
  await atRest(bed);
  expect((shown(tabs[1]) as { readonly messages: readonly (readonly unknown[])[] }).messages.map(([, text]) => text)).toEqual(['came after']);
});

test('[OB5] [HB7] asked for again, a deletion takes what came meanwhile from the service and from here', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const { faults } = world.server;
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  const letDelete = faults.hold('deleteConversation');
  const deleted = tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  await world.until(() => faults.held('deleteConversation') === 1, 'it is told');
  world.server.write({ from: 'bob', to: 'alice', text: 'deleted there' });
  await world.until(() => names(bed).includes('bob'), 'it came back here');
  letDelete();
  await deleted;
  await atRest(bed);
  expect(names(bed)).toEqual(['carol']);
});

test('[OB5] of two deletions that wait, discarding one leaves the other', async () => {
  const bed = await openBob();
  const { tabs, world } = bed;
  await goOffline(bed);
  for (const deleteRoam of [false, true]) await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam });
  await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
  await world.settle();
  expect(names(bed)).toEqual(['carol']);
  await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
  await world.settle();
  expect(names(bed)).toEqual(['carol', 'bob']);
  await atRest(bed);
  expect(names(bed)).toEqual(['carol', 'bob']);
});

test('[OB5] [SY6] what came after a deletion was done brings the conversation back, though the list that was asked then did not show it yet', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const { server } = world;
  let answer: (value: unknown) => void = () => undefined;
  server.faults.failNext('deleteConversation', { type: 'answer', value: new Promise((resolve) => (answer = resolve)) });
  const thaw = server.freezeLists();
  const deletion = tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false });
  await world.until(() => server.faults.count('deleteConversation') === 1 && !names(bed).includes('bob'), 'deleted here');
  server.mailbox('alice').deleteConversation(bob, { deleteRoam: false });
  server.write({ from: 'bob', to: 'alice', text: 'after it' });
  await world.until(() => names(bed).includes('bob'), 'it came');
  answer(undefined);
  await deletion;
  thaw();
  await atRest(bed);
  expect(names(bed)).toContain('bob');
});

test('[OB5] what was read of the history while its deletion was being told goes with it', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const end = world.server.loseDeliveries();
  world.server.write({ from: 'bob', to: 'alice', text: 'nobody was told of it' });
  end();
  const release = world.server.faults.hold('deleteConversation');
  const deleted = tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  await world.until(() => world.server.faults.held('deleteConversation') === 1);
  const { messages } = await tabs[1].chat.contact.getHistoryMessages({ targetId: 'bob' });
  expect(messages[0]).toMatchObject({ msg: 'nobody was told of it' });
  release();
  await deleted;
  await atRest(bed);
  expect(world.server.history('alice', bob)).toEqual([]);
  await goOffline(bed);
  const timeline = watch(tabs[1].chat.timeline(bob));
  await world.until(() => timeline.value !== undefined);
  expect(timeline.value?.items).toEqual([]);
});

test('[OB5] [UR6] a conversation that came back before its deletion was discarded is read, here and at the service', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  world.server.write({ from: 'bob', to: 'alice', text: 'unread' });
  await world.until(() => tabs[1].chat.conversations().value?.rows.some(({ unReadCount }) => unReadCount === 1) === true, 'it came');
  await goOffline(bed);
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false });
  for (let call = 0; call < 4; call += 1) world.server.faults.failNext('getConversations', { type: 'reject', error: noAnswer });
  world.goOnline();
  for (const tab of tabs) await world.until(() => tab.chat.status.value?.type !== 'offline', 'online');
  await world.settle();
  world.server.write({ from: 'alice', to: 'bob', text: 'from another device' });
  await world.until(() => names(bed).includes('bob'), 'it came back');
  await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
  await world.clock.advance(60_000);
  await atRest(bed);
  expect(names(bed)).toContain('bob');
  expect(world.server.mailbox('alice').unread(bob)).toBe(0);
});

test('[SY4] [OB5] a conversation that was deleted elsewhere is back with what the list tells, though what brought it back was removed unseen', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  world.server.mailbox('alice').deleteConversation(bob, { deleteRoam: false });
  world.server.tell('alice', { type: 'conversation-deleted', conversation: bob });
  await world.until(() => !names(bed).includes('bob'), 'it was deleted');
  await goOffline(bed);
  const { id } = world.server.write({ from: 'bob', to: 'alice', text: 'removed unseen' });
  await tabs[0].chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: [id] });
  await atRest(bed);
  expect(names(bed)).toContain('bob');
});
