import { expect, test } from 'vitest';
import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { HistoryRequest } from '../../../src/protocol/worker-api.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { bob, carol, untilLive, watch } from './watch.ts';

type TimelineValue = QueryValue['timeline'] | undefined;

const texts = (value: TimelineValue): readonly unknown[] => (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg']));
const range = (from: number, through: number): readonly string[] => Array.from({ length: through - from + 1 }, (_, index) => String(from + index));
const cursors = (world: TestWorld, ref: ConversationRef): readonly string[] =>
  world.server.faults.calls
    .filter(({ name, request }) => name === 'getHistory' && (request as HistoryRequest).conversation.conversationId === ref.conversationId)
    .map(({ request }) => (request as HistoryRequest).cursor);

function write(world: TestWorld, from: string, first: number, through: number): void {
  for (let number = first; number <= through; number += 1) world.server.write({ from, to: 'alice', text: String(number) });
}

/** Bob writes four messages to a tab that shows them; the third is lost on the way. */
async function loseThird() {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  write(world, 'bob', 1, 2);
  await world.until(() => texts(timeline.value).length === 2);
  const lose = world.server.loseDeliveries();
  write(world, 'bob', 3, 3);
  lose();
  write(world, 'bob', 4, 4);
  await world.until(() => texts(timeline.value).includes('4'));
  return { world, tab, timeline };
}

/** What is stored, seen by a tab that cannot reach the service. */
async function stored(world: TestWorld, ref: ConversationRef): Promise<readonly unknown[]> {
  world.service.setReachable(false);
  const tab = await world.openTab();
  const timeline = watch(tab.chat.timeline(ref));
  await world.until(() => timeline.value !== undefined);
  while (timeline.value?.state.hasOlder === true && (await timeline.loadOlder().catch(() => ({ added: 0 }))).added > 0);
  await world.settle();
  tab.chat.close();
  return texts(timeline.value);
}

test('[HB5] every live event is lost, and at rest nothing is missing', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  write(world, 'bob', 1, 3);
  write(world, 'carol', 1, 3);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 6);
  // The service lets nothing through from now on, connected or not, and tells the list alone.
  const lose = world.server.loseDeliveries();
  write(world, 'bob', 4, 130);
  write(world, 'carol', 4, 4);
  const history = watch(tab.chat.history(bob));
  await tab.chat.refresh();
  await world.until(() => history.value?.type === 'complete' && total.value === 134, 'all of it was fetched');
  write(world, 'bob', 131, 140);
  world.service.dropConnections();
  await world.until(() => total.value === 144 && history.value?.type === 'complete', 'after a reconnect as well');
  lose();
  await world.settle();
  expect(await stored(world, bob)).toEqual(range(1, 140));
  expect(await stored(world, carol)).toEqual(range(1, 4));
});

test('[HB5] a message lost between two that came live is found when the list is read next', async () => {
  const { world, tab, timeline } = await loseThird();
  await tab.chat.refresh();
  await world.until(() => texts(timeline.value).join() === '1,2,3,4', 'the lost one');
  const before = cursors(world, bob).length;
  await tab.chat.refresh();
  await world.settle();
  expect(cursors(world, bob).length, 'nothing came since').toBe(before);
});

test('[HB5] a message lost before one that came live is found by the next engine, when this one died', async () => {
  const { world, tab, timeline } = await loseThird();
  world.killWorker();
  await world.until(() => texts(timeline.value).join() === '1,2,3,4', 'the lost one');
  const before = cursors(world, bob).length;
  world.killWorker();
  await untilLive(world, tab);
  await world.settle();
  expect(cursors(world, bob).length, 'what was compared is not compared again').toBe(before);
});

test('[HB5] what was missed is fetched once on a connection when it brings nothing, and only where history is stored', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  write(world, 'bob', 1, 1);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 1);
  world.service.setReachable(false);
  await world.settle();
  const lose = world.server.loseDeliveries();
  write(world, 'bob', 2, 2);
  write(world, 'carol', 1, 1);
  lose();
  // The list knows of a message that history does not give.
  for (let page = 0; page < 5; page += 1) world.server.faults.failNext('getHistory', { type: 'answer', value: { messages: [], cursor: undefined, isLast: true } });
  world.service.setReachable(true);
  await world.until(() => total.value === 3);
  for (let more = 0; more < 3; more += 1) await world.settle();
  expect(cursors(world, bob)).toEqual(['']);
  expect(cursors(world, carol)).toEqual([]);
  world.server.faults.forget();
  world.service.dropConnections();
  await world.until(() => cursors(world, bob).length === 2, 'the next connection tries again');
  await world.settle();
  expect(await stored(world, bob)).toEqual(['1', '2']);
});

test('[HB5] killed while it catches up, the next engine goes on from where it was', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  write(world, 'bob', 1, 2);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 2);
  world.service.setReachable(false);
  await world.settle();
  const lose = world.server.loseDeliveries();
  write(world, 'bob', 3, 300);
  lose();
  world.service.setReachable(true);
  await world.until(() => cursors(world, bob).length >= 3, 'in the middle of it');
  world.killWorker();
  const history = watch(tab.chat.history(bob));
  await world.until(() => history.value?.type === 'complete');
  expect(cursors(world, bob).length).toBeLessThanOrEqual(10);
  expect(await stored(world, bob)).toEqual(range(1, 300));
});

test('[HB5] a refusal for one conversation does not stop the others, and is not asked again on that connection', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  write(world, 'bob', 1, 1);
  write(world, 'carol', 1, 1);
  const total = watch(tab.chat.unread);
  await world.until(() => total.value === 2);
  world.service.setReachable(false);
  await world.settle();
  const lose = world.server.loseDeliveries();
  write(world, 'carol', 2, 60);
  write(world, 'bob', 2, 60);
  lose();
  world.server.faults.failNext('getHistory', new SyncError('refused', 'not this one'));
  world.service.setReachable(true);
  const [one, other] = [watch(tab.chat.history(bob)), watch(tab.chat.history(carol))];
  await world.until(() => [one.value?.type, other.value?.type].includes('complete'));
  await world.settle();
  await world.clock.advance(300_000);
  expect([one.value?.type, other.value?.type].sort()).toEqual(['complete', 'has-holes']);
  expect(cursors(world, bob).length + cursors(world, carol).length).toBe(3);
});

test('[HB4] whole history stays whole while messages are sent and come in, and nobody is told otherwise in between', async () => {
  const world = openWorld();
  write(world, 'bob', 1, 3);
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [timeline, history] = [watch(tab.chat.timeline(bob)), watch(tab.chat.history(bob))];
  await world.until(() => history.value?.type === 'complete' && timeline.value?.items.length === 3, 'all of it is here');
  const told: unknown[] = [];
  history.subscribe(({ type }) => told.push(type));
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'mine' });
  write(world, 'bob', 4, 4);
  await world.until(() => texts(timeline.value).length === 5 && timeline.value?.items.every((item) => item.type === 'message' && item.state.type !== 'queued') === true);
  await world.settle();
  expect(told).toEqual(['complete']);
});

test('[HB5] what the service kept comes in parts: what another device sent between them is not among it, and is fetched', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [status, total] = [watch(tab.chat.status), watch(tab.chat.unread)];
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  write(world, 'bob', 1, 1);
  world.server.write({ from: 'alice', to: 'bob', text: 'own' });
  const [first] = world.server.history('alice', bob);
  world.server.react({ messageId: first?.id ?? '', userId: 'bob', reaction: 'hi', isAdded: true });
  write(world, 'bob', 2, 70);
  const release = world.server.faults.hold('getConversations');
  world.service.setReachable(true);
  await world.until(() => total.value === 70);
  release();
  await world.until(() => status.value?.type === 'live');
  await world.settle();
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value !== undefined);
  while (timeline.value?.state.hasOlder === true) await timeline.loadOlder();
  await world.settle();
  expect(texts(timeline.value)).toEqual(['1', 'own', ...range(2, 70)]);
});

test('[HB5] while the list cannot be read, what comes live is proven by one request where a tab looks, and costs one span elsewhere', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const [total, timeline] = [watch(tab.chat.unread), watch(tab.chat.timeline(bob))];
  await world.until(() => timeline.value !== undefined);
  const asked = cursors(world, bob).length;
  const release = world.server.faults.hold('getConversations');
  world.service.dropConnections();
  await world.until(() => world.server.faults.held('getConversations') === 1);
  for (let number = 1; number <= 10; number += 1) {
    write(world, 'bob', number, number);
    write(world, 'carol', number, number);
    await world.until(() => total.value === 2 * number);
    await world.settle();
  }
  expect(texts(timeline.value)).toEqual(range(1, 10));
  // The first, as nothing was stored then.
  expect(cursors(world, bob).slice(asked)).toEqual(['', '']);
  expect(await stored(world, carol)).toEqual([...range(1, 9), '…', '10']);
  release();
});
