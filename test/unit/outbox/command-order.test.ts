import { expect, test, vi } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { ServiceCall } from '../../../src/testing/fake-faults.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';
import { bob, carol, untilLive } from '../engine/watch.ts';
import { held, openBob, shown, waiting } from './command-kinds.ts';

const refused = new SyncError('refused', 'the service refused', { details: { reason: 'not-allowed' } });
type World = Awaited<ReturnType<typeof openBob>>;

const offline = async (): Promise<World> => {
  const bed = await openBob();
  const { world, tabs } = bed;
  world.goOffline();
  await world.until(() => tabs.every(({ chat }) => chat.status.value?.type === 'offline'), 'offline');
  return bed;
};
const rest = async ({ world, tabs }: World): Promise<void> => {
  world.goOnline();
  for (const tab of tabs) await untilLive(world, tab);
  await world.settle();
  await world.clock.advance(30_000);
  await world.checkAtRest();
  for (const tab of tabs) expect((shown(tab) as { messages: unknown }).messages).toEqual(held(world.server));
};
const told = ({ server }: TestWorld): readonly string[] =>
  server.faults.calls.filter(({ name }) => /^(send|recall|edit|react|pin|mark|delete|remove)/.test(name)).map(({ name }) => name);
const texts = ({ server }: TestWorld): readonly unknown[] => server.history('alice', bob).map(({ msg }) => msg);
const edit = (messageId: string, msg: string) => ({ messageId, modifiedMessage: { type: 'txt', to: 'bob', chatType: 'singleChat', msg } }) as const;

test('[OB5] commands and messages of a conversation are told in the order they were asked for', async () => {
  const bed = await offline();
  const [{ chat }, other] = bed.tabs;
  const { mine, theirs } = bed.ids;
  await chat.contact.modifyMessage(edit(mine, 'one'));
  await chat.send({ conversation: bob, type: 'txt', msg: 'two' });
  await other.chat.contact.addReaction({ messageId: theirs, reaction: '+1' });
  await chat.contact.pinConversation({ ...carol, isPinned: false });
  await chat.contact.modifyMessage(edit(mine, 'three'));
  await other.chat.contact.recallMessage({ mid: mine, to: 'bob' });
  await rest(bed);
  expect(told(bed.world).filter((name) => name !== 'pinConversation')).toEqual(['editMessage', 'send', 'reactToMessage', 'editMessage', 'recallMessage']);
  expect(texts(bed.world)).toEqual(['pinned', 'theirs', 'liked', 'two']);
});

test('[OB5] what cancels what waits leaves things as they were', async () => {
  const bed = await offline();
  const { world, tabs, ids } = bed;
  const [{ chat }] = tabs;
  const before = shown(tabs[1]);
  await chat.contact.pinConversation({ ...bob, isPinned: true });
  await chat.contact.addReaction({ messageId: ids.theirs, reaction: '+1' });
  await chat.contact.addConversationMark({ conversations: [bob], mark: 2 });
  await chat.contact.pinMessage({ ...bob, messageId: ids.theirs });
  await chat.contact.pinConversation({ ...bob, isPinned: false });
  await chat.contact.deleteReaction({ messageId: ids.theirs, reaction: '+1' });
  await chat.contact.removeConversationMark({ conversations: [bob], mark: 2 });
  await chat.contact.unpinMessage({ ...bob, messageId: ids.theirs });
  await world.settle();
  expect(shown(tabs[1])).toEqual(before);
  const seen = new Set<string>();
  tabs[1].chat.conversations().subscribe(() => seen.add(JSON.stringify(shown(tabs[1]))));
  await rest(bed);
  expect(shown(tabs[1])).toEqual(before);
  expect([...seen].filter((one) => one.includes('["bob",true'))).toEqual([]);
});

test('[OB5] of two edits that wait, the refusal of either leaves the other', async () => {
  for (const first of [true, false]) {
    const bed = await offline();
    const { world, tabs, ids } = bed;
    await tabs[0].chat.contact.modifyMessage(edit(ids.mine, 'one'));
    await tabs[0].chat.contact.modifyMessage(edit(ids.mine, 'two'));
    if (!first) world.server.faults.failNext('editMessage', { type: 'lose-answer', error: new SyncError('offline', 'not told') });
    world.server.faults.failNext('editMessage', refused);
    await rest(bed).catch(() => undefined);
    await world.until(() => waiting(tabs[1]).join() === 'edit failed', 'one has failed');
    expect((shown(tabs[1]) as { messages: unknown }).messages).toEqual(held(world.server));
    await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
    await rest(bed);
  }
});

test('[OB5] both edits refused, the message is what it was', async () => {
  const bed = await offline();
  const { world, tabs, ids } = bed;
  const before = shown(tabs[1]);
  await tabs[0].chat.contact.modifyMessage(edit(ids.mine, 'one'));
  await tabs[0].chat.contact.modifyMessage(edit(ids.mine, 'two'));
  for (let count = 0; count < 2; count += 1) world.server.faults.failNext('editMessage', refused);
  world.goOnline();
  await world.until(() => waiting(tabs[1]).join() === 'edit failed,edit failed', 'both have failed');
  await world.until(() => JSON.stringify(shown(tabs[1])) === JSON.stringify(before), 'as before');
});

test('[OB5] a message that has not left is edited and recalled where it waits', async () => {
  const bed = await offline();
  const { world, tabs } = bed;
  const send = (msg: string) => tabs[0].chat.send({ conversation: bob, type: 'txt', msg });
  const [edited, recalled] = [await send('frist'), await send('oops')];
  await tabs[1].chat.contact.modifyMessage(edit(edited.clientId, 'first'));
  await tabs[1].chat.contact.recallMessage({ mid: recalled.clientId, to: 'bob' });
  await world.settle();
  expect(waiting(tabs[1])).toEqual(['message queued']);
  expect((shown(tabs[1]) as { messages: readonly (readonly unknown[])[] }).messages.at(-1)?.[1]).toBe('first');
  await rest(bed);
  expect(told(world)).toEqual(['send']);
  expect(texts(world).at(-1)).toBe('first');
});

test('[OB5] what is asked of a message on its way waits for its id, and is told then', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const release = world.server.faults.hold('send');
  const ids: string[] = [];
  for (const msg of ['liked', 'edited', 'gone']) ids.push((await tabs[0].chat.send({ conversation: bob, type: 'txt', msg })).clientId);
  await world.until(() => world.server.faults.held('send') === 1, 'the first is on its way');
  const asked = [
    tabs[1].chat.contact.addReaction({ messageId: ids[0] ?? '', reaction: '+1' }),
    tabs[1].chat.contact.pinMessage({ ...bob, messageId: ids[1] ?? '' }),
    tabs[1].chat.contact.recallMessage({ mid: ids[0] ?? '', to: 'bob' }),
    tabs[1].chat.contact.recallMessage({ mid: ids[2] ?? '', to: 'bob' }),
  ];
  await world.settle();
  release();
  await Promise.all(asked);
  await rest(bed);
  expect(texts(world)).toEqual(['pinned', 'theirs', 'liked', 'mine', 'edited']);
  expect(world.server.history('alice', bob).at(-1)?.pin).toBeDefined();
  expect(told(world)).toEqual(['send', 'send', 'reactToMessage', 'pinMessage', 'recallMessage']);
});

test('[OB5] asked for twice in a row, by two tabs or after the worker died, it waits once', async () => {
  const bed = await offline();
  const { world, tabs, ids } = bed;
  const ask = (index: 0 | 1) => tabs[index].chat.contact.addReaction({ ...bob, messageId: ids.theirs, reaction: '+1' });
  await Promise.all([ask(0), ask(1)]);
  world.killWorker();
  await ask(1);
  await world.until(() => waiting(tabs[0]).join() === 'reaction queued', 'it waits');
  await rest(bed);
  expect(told(world)).toEqual(['reactToMessage']);
});

test.each([true, false])('[OB5] asked for by two tabs while the service is slow, both calls settle with its one answer (refused: %s)', async (isRefused) => {
  const { world, tabs, ids } = await openBob();
  if (isRefused) world.server.faults.failNext('reactToMessage', refused);
  const release = world.server.faults.hold('reactToMessage');
  const endings: string[] = [];
  const calls = tabs.map(({ chat }) =>
    chat.contact.addReaction({ ...bob, messageId: ids.theirs, reaction: '+1' }).then(
      () => void endings.push('answered'),
      (error: unknown) => void endings.push(SyncError.from(error).code),
    ),
  );
  await world.until(() => world.server.faults.held('reactToMessage') === 1, 'the service was asked');
  await world.settle();
  expect(endings).toEqual([]);
  release();
  await Promise.all(calls);
  const ending = isRefused ? 'refused' : 'answered';
  expect(endings).toEqual([ending, ending]);
  expect(world.server.faults.count('reactToMessage')).toBe(1);
});

test.each<ServiceCall>(['editMessage', 'pinMessage', 'reactToMessage'])('[OB5] what was asked of a message that is not here yet, and discarded before it came, or refused after, is not done to it (%s)', async (call) => {
  for (const isRefused of [false, true]) {
    const bed = await offline();
    const { world, tabs } = bed;
    const { contact } = tabs[0].chat;
    const { id: messageId } = world.server.write({ from: 'alice', to: 'bob', text: 'from another device' });
    if (call === 'editMessage') await contact.modifyMessage(edit(messageId, 'edited'));
    else if (call === 'pinMessage') await contact.pinMessage({ ...bob, messageId });
    else await contact.addReaction({ ...bob, messageId, reaction: '+1' });
    await world.until(() => waiting(tabs[1]).length === 1);
    await world.settle();
    if (!isRefused) await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
    const hold = world.server.faults.hold(call);
    world.server.faults.failNext(call, refused);
    world.goOnline();
    for (const tab of tabs) await untilLive(world, tab);
    await world.settle();
    hold();
    await rest(bed);
  }
});

test.each(['messageIds', 'beforeTimeStamp'])('[OB5] [HB7] of two removals of the same, discarding one leaves the other (%s)', async (what) => {
  const bed = await offline();
  const { world, tabs, ids } = bed;
  const time = world.server.mailbox('alice').find(ids.theirs)?.message.time ?? 0;
  const remove = { targetId: 'bob', chatType: 'singleChat', ...(what === 'messageIds' ? { messageIds: [ids.theirs] } : { beforeTimeStamp: time + 1 }) } as const;
  await tabs[0].chat.contact.removeHistoryMessages(remove);
  await tabs[0].chat.contact.pinConversation({ ...bob, isPinned: true });
  await tabs[1].chat.contact.removeHistoryMessages(remove);
  await world.until(() => waiting(tabs[1]).length === 3);
  await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
  const hold = world.server.faults.hold('removeHistory');
  world.goOnline();
  for (const tab of tabs) await untilLive(world, tab);
  await world.settle();
  hold();
  await rest(bed);
  expect(world.server.mailbox('alice').find(ids.theirs)).toBeUndefined();
});

test('[OB5] discarding a message discards what was asked of it', async () => {
  const bed = await offline();
  const { world, tabs } = bed;
  const { clientId } = await tabs[0].chat.send({ conversation: bob, type: 'txt', msg: 'never' });
  await tabs[0].chat.contact.addReaction({ messageId: clientId, reaction: '+1' });
  await tabs[1].chat.discard(clientId);
  await world.settle();
  expect(waiting(tabs[0])).toEqual([]);
  await rest(bed);
  expect(told(world)).toEqual([]);
});

test.each([true, false])('[OB5] a deletion asked for offline takes nothing away that came since (history too: %s)', async (deleteRoam) => {
  const bed = await offline();
  const { world, tabs } = bed;
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam });
  await world.settle();
  const since = world.server.write({ from: 'bob', to: 'alice', text: 'since' });
  await rest(bed);
  expect(world.server.history('alice', bob).at(-1)?.id).toBe(since.id);
  expect(texts(world)).toHaveLength(deleteRoam ? 1 : 5);
  expect(waiting(tabs[1])).toEqual([]);
  expect(world.server.faults.count('deleteConversation')).toBe(0);
});

test.each([true, false])('[OB5] [UR5] what was deleted is read at the service too, when something has come since (told live: %s)', async (isLive) => {
  const bed = await offline();
  const { world, tabs } = bed;
  const { server } = world;
  server.write({ from: 'bob', to: 'alice', text: 'unseen' });
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false });
  await world.settle();
  const release = isLive ? undefined : server.holdDeliveries();
  server.write({ from: 'bob', to: 'alice', text: 'since' });
  world.goOnline();
  await world.until(() => waiting(tabs[1]).length === 0, 'it is told');
  release?.();
  await world.clock.advance(30_000);
  await world.until(() => server.mailbox('alice').unread(bob) === 0, 'read');
  await rest(bed);
  const row = tabs[1].chat.conversations().value?.rows.find(({ conversationId }) => conversationId === 'bob');
  expect(row?.unReadCount).toBe(2);
});

test('[OB5] a deletion whose answer was lost takes nothing away that came in between', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  world.server.faults.failNext('deleteConversation', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  world.server.write({ from: 'bob', to: 'alice', text: 'since' });
  await world.settle();
  await rest(bed);
  expect(texts(world)).toEqual(['since']);
});

test.each(['its answer lost', 'the list not to be had'])('[OB5] [HB7] what was here when a deletion was done, and %s, stays gone though more has come since', async (trouble) => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const { server } = world;
  const hold = server.faults.hold('deleteConversation');
  if (trouble === 'its answer lost') server.faults.failNext('deleteConversation', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  else server.faults.failNext('getConversations', new SyncError('offline', 'gone'));
  const deleted = tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  await world.until(() => server.faults.held('deleteConversation') === 1);
  server.write({ from: 'bob', to: 'alice', text: 'before' });
  await world.settle();
  expect(held(server)).toHaveLength(5);
  hold();
  await deleted;
  for (const text of ['since', 'more']) server.write({ from: 'bob', to: 'alice', text });
  await rest(bed);
  expect(texts(world)).toEqual(['since', 'more']);
  const row = tabs[1].chat.conversations().value?.rows.find(({ conversationId }) => conversationId === 'bob');
  expect(row?.unReadCount).toBe(2);
});

test('[OB5] [HB7] a recall that is refused brings nothing back that was removed since', async () => {
  const bed = await openBob();
  const { world, tabs, ids } = bed;
  const { server } = world;
  const hold = server.faults.hold('recallMessage');
  server.faults.failNext('recallMessage', refused);
  const recall = tabs[0].chat.contact.recallMessage({ mid: ids.mine, to: 'bob' }).catch(() => undefined);
  await world.until(() => server.faults.held('recallMessage') === 1);
  const time = server.mailbox('alice').find(ids.mine)?.message.time ?? 0;
  const removed = tabs[1].chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', beforeTimeStamp: time + 1 });
  await world.settle();
  hold();
  await Promise.all([recall, removed]);
  await rest(bed);
  expect(server.mailbox('alice').find(ids.mine)).toBeUndefined();
});

test.each([true, false])('[OB5] a pin of a message overrules what another did to it before it was told (pinned: %s)', async (isPinned) => {
  const bed = await offline();
  const { world, tabs, ids } = bed;
  const { server } = world;
  const { contact } = tabs[0].chat;
  server.pinMessage(ids.pinned, 'bob');
  await (isPinned ? contact.pinMessage : contact.unpinMessage)({ ...bob, messageId: ids.pinned });
  await rest(bed);
  expect(server.mailbox('alice').find(ids.pinned)?.message.pin?.by).toBe(isPinned ? 'alice' : undefined);
});

test('[OB5] what was on its way when a deletion was done, and its answer lost, is deleted here too', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  const { server } = world;
  const release = server.holdDeliveries();
  server.write({ from: 'bob', to: 'alice', text: 'on its way' });
  server.faults.failNext('deleteConversation', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  await tabs[0].chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false });
  release();
  await world.settle();
  await rest(bed);
  expect(tabs[1].chat.conversations().value?.rows.map(({ conversationId }) => conversationId)).not.toContain('bob');
});

test('[SY6] [OB5] a list that lags undoes neither what waits nor what was just told', async () => {
  const bed = await openBob();
  const { world, tabs } = bed;
  // Time passes between any two looks at the clock.
  const { now } = world.clock;
  let looks = 0;
  vi.spyOn(world.clock, 'now').mockImplementation(() => now() + (looks += 1) / 10);
  const thaw = world.server.freezeLists();
  const hold = world.server.faults.hold('pinConversation');
  const seen = new Set<string>();
  const pinned = tabs[0].chat.contact.pinConversation({ ...bob, isPinned: true });
  await world.settle();
  tabs[1].chat.conversations().subscribe((value) => seen.add(String(value.rows.find(({ conversationId }) => conversationId === 'bob')?.isPinned)));
  await world.clock.advance(12_000);
  await tabs[1].chat.refresh();
  await world.settle();
  hold();
  await pinned;
  await tabs[1].chat.refresh();
  await world.settle();
  expect([...seen]).toEqual(['true']);
  thaw();
  await rest(bed);
});

test('[OB5] neither a page of history nor a list that does not know of them yet undoes a reaction, a pin or an edit', async () => {
  const bed = await openBob();
  const { world, tabs, ids } = bed;
  const { contact } = tabs[0].chat;
  const holds = (['reactToMessage', 'pinMessage', 'editMessage'] as const).map((name) => world.server.faults.hold(name));
  const asked = [
    contact.modifyMessage(edit(ids.mine, 'edited')),
    contact.deleteReaction({ ...bob, messageId: ids.liked, reaction: '+1' }),
    contact.addReaction({ ...bob, messageId: ids.theirs, reaction: '+1' }),
    contact.unpinMessage({ ...bob, messageId: ids.pinned }),
  ];
  await world.until(() => waiting(tabs[1]).length === 4, 'all of it waits');
  const before = shown(tabs[1]);
  await tabs[1].chat.contact.getHistoryMessages({ targetId: 'bob', pageSize: 50 });
  await tabs[1].chat.refresh();
  await world.settle();
  expect(shown(tabs[1])).toEqual(before);
  holds.forEach((release) => release());
  await Promise.all(asked);
  await rest(bed);
  expect(shown(tabs[1])).toEqual(before);
});

test('[OB2] [OB5] what is asked of a message that has failed waits for it, and holds up nothing', async () => {
  const bed = await openBob();
  const { world, tabs, ids } = bed;
  world.server.faults.failNext('send', refused);
  const { clientId } = await tabs[0].chat.send({ conversation: bob, type: 'txt', msg: 'late' });
  await world.until(() => waiting(tabs[0]).join() === 'message failed', 'it has failed');
  const pinned = tabs[1].chat.contact.pinMessage({ ...bob, messageId: clientId });
  await tabs[1].chat.contact.addReaction({ ...bob, messageId: ids.theirs, reaction: '+1' });
  await world.until(() => waiting(tabs[0]).join() === 'message failed,message-pin queued', 'the reaction was told');
  await tabs[0].chat.retry(clientId);
  await pinned;
  await rest(bed);
  expect(world.server.history('alice', bob).at(-1)).toMatchObject({ msg: 'late', pin: { by: 'alice' } });
});

test('[OB5] refused the second time, after the first was taken, history says how things stand', async () => {
  const bed = await openBob();
  const { world, tabs, ids } = bed;
  world.server.faults.failNext('editMessage', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  world.server.faults.failNext('editMessage', refused);
  await tabs[0].chat.contact.modifyMessage(edit(ids.mine, 'edited'));
  await world.settle();
  await world.clock.advance(5_000);
  await world.until(() => waiting(tabs[1]).join() === 'edit failed', 'it was refused');
  await world.settle();
  expect((shown(tabs[1]) as { messages: unknown }).messages).toEqual(held(world.server));
  expect(texts(world).at(-1)).toBe('edited');
});

test.each(['by this worker', 'by the next'])('[OB5] where history cannot say what became of a refused command, it is read anew %s', async (by) => {
  const bed = await openBob();
  const { world, tabs, ids } = bed;
  const { faults } = world.server;
  // Older than what is compared after each round.
  for (let n = 0; n < 60; n += 1) world.server.write({ from: 'bob', to: 'alice', text: `later ${n}` });
  await world.settle();
  faults.failNext('editMessage', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  faults.failNext('editMessage', refused);
  await tabs[0].chat.contact.modifyMessage(edit(ids.mine, 'edited'));
  await world.settle();
  for (const name of ['getHistory', 'getConversations'] as const) for (let n = 0; n < (by === 'by the next' ? 20 : 1); n += 1) faults.failNext(name, new SyncError('service-failed', 'not now'));
  await world.clock.advance(5_000);
  await world.until(() => waiting(tabs[1]).join() === 'edit failed', 'it was refused');
  await world.settle();
  if (by === 'by the next') world.killWorker();
  faults.forget();
  await world.settle();
  await world.clock.advance(30_000);
  for (const tab of tabs) await untilLive(world, tab);
  const timeline = tabs[1].chat.timeline(bob);
  while (timeline.value?.items.every((item) => item.type === 'hole' || item.message.id !== ids.mine)) await timeline.loadOlder();
  expect((shown(tabs[1]) as { messages: unknown[] }).messages).toContainEqual([ids.mine, 'edited', [], false]);
  expect(texts(world)).toContain('edited');
});

test.each(['connected', 'offline'])('[OB5] [ST2] the receipt of a message that is not here is told as well (asked for %s)', async (how) => {
  const { world, tabs } = await openBob();
  const { server } = world;
  const deliver = server.holdDeliveries();
  const { id } = server.write({ from: 'bob', to: 'alice', text: 'not here' });
  if (how === 'offline') {
    world.goOffline();
    await world.until(() => tabs[0].chat.status.value?.type === 'offline', 'offline');
  }
  await tabs[0].chat.send({ conversation: bob, type: 'read', id });
  expect(server.readersOf(id)).toEqual(how === 'offline' ? [] : ['alice']);
  world.goOnline();
  await world.until(() => server.readersOf(id).includes('alice') && waiting(tabs[0]).length === 0, 'the service was told');
  deliver();
});

test('[OB5] what is so already is told as the SDK tells it, and stays', async () => {
  const { world, tabs, ids } = await openBob();
  world.server.react({ messageId: ids.theirs, userId: 'alice', reaction: '+1', isAdded: true });
  await world.settle();
  await expect(tabs[0].chat.contact.addReaction({ messageId: ids.theirs, reaction: '+1' })).rejects.toMatchObject({ code: 'refused', details: { reason: 'already-so' } });
  expect(waiting(tabs[1])).toEqual([]);
  await world.checkAtRest();
  expect((shown(tabs[1]) as { messages: unknown }).messages).toEqual(held(world.server));
});

test('[OB5] a call that the service keeps waiting resolves: what it asked for is kept', async () => {
  const { world, tabs } = await openBob();
  world.server.faults.failNext('pinConversation', { type: 'hang' });
  let isSettled = false;
  const pinned = tabs[0].chat.contact.pinConversation({ ...bob, isPinned: true }).finally(() => (isSettled = true));
  await world.settle();
  expect(isSettled).toBe(false);
  world.service.dropConnections();
  await expect(pinned).resolves.toMatchObject({ type: 0, data: { isPinned: true } });
});
