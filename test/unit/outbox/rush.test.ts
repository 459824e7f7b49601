import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { ConversationRef } from '../../../src/protocol/ids.ts';
import { bob, watch } from '../engine/watch.ts';
import { openLive, openTimeline, sentTexts, shown, type LiveWorld } from './open-live.ts';
import { untilInTime } from './until-in-time.ts';

const people: readonly ConversationRef[] = Array.from({ length: 6 }, (_, number) => ({ conversationId: `p${number}`, conversationType: 'singleChat' }));
const texts = ['1', '2', '3', '4', '5'];
const count = people.length * texts.length;

/** Everybody is written to, and the service holds its answers back. */
async function openRush(): Promise<LiveWorld & { readonly release: () => void; readonly waiting: () => number | undefined }> {
  const { world, tab } = await openLive();
  const outbox = watch(tab.chat.outbox);
  const release = world.server.faults.hold('send');
  await Promise.all(texts.flatMap((msg) => people.map((conversation) => tab.chat.send({ conversation, type: 'txt', msg }))));
  await world.until(() => world.server.faults.held('send') === people.length, 'one message of each is on its way');
  return { world, tab, release, waiting: () => outbox.value?.items.length };
}

/** What the service has of each conversation. */
const arrived = ({ world }: Pick<LiveWorld, 'world'>): readonly unknown[] => people.map((ref) => sentTexts(world, ref).join());

test('[OB2] in a rush answers are gathered: a few transactions for all of them, and every conversation in order', async () => {
  const rush = await openRush();
  const record = rush.world.disk.record();
  rush.release();
  await untilInTime(rush.world, () => rush.waiting() === 0);
  record.stop();
  const writes = record.transactions.filter((transaction) => transaction.startsWith('readwrite') && transaction.includes('outbox'));
  expect(writes.length).toBeLessThanOrEqual(5);
  expect(record.requests.filter((request) => request === 'outbox.delete').length).toBeLessThan(count / 2);
  expect(arrived(rush)).toEqual(people.map(() => texts.join()));
  await rush.world.checkAtRest();
});

test('[OB2] in a rush nothing waits longer than a moment for those that get no answer', async () => {
  const { world, tab, timeline } = await openTimeline();
  await world.settle();
  for (let number = 0; number < 5; number += 1) world.server.faults.failNext('send', { type: 'hang' });
  for (const conversation of people.slice(0, 5)) await tab.chat.send({ conversation, type: 'txt', msg: 'no answer' });
  await world.until(() => world.server.faults.count('send') === 5);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' });
  await world.settle();
  expect(shown(timeline.value)).not.toBe('hi sent');
  await world.clock.advance(100);
  await world.until(() => shown(timeline.value) === 'hi sent');
});

test('[OB3] the worker dies while it gathers answers: each message is there once, in order', async () => {
  const rush = await openRush();
  rush.release();
  await rush.world.until(() => rush.world.server.faults.count('send') > people.length);
  rush.world.killWorker();
  await untilInTime(rush.world, () => rush.waiting() === 0);
  expect(arrived(rush)).toEqual(people.map(() => texts.join()));
  await rush.world.checkAtRest();
});

test('[HB6] what is read in the background waits for the end of a rush; what somebody asks for does not', async () => {
  const { world, tab, release, waiting } = await openRush();
  const asked = (): number => world.server.faults.count('getHistory');
  const before = asked();
  for (const from of ['dave', 'erin']) for (const text of ['1', '2']) world.server.write({ from, to: 'alice', text });
  await tab.chat.refresh();
  await world.settle();
  expect(asked()).toBe(before);
  const page = { targetId: 'dave', chatType: 'singleChat', pageSize: 20, cursor: '', searchDirection: 'up' } as const;
  expect((await tab.chat.contact.getHistoryMessages(page)).messages).toHaveLength(2);
  const during = asked();
  for (const _one of people) world.server.faults.failNext('send', new SyncError('rate-limited', 'later'));
  release();
  await world.until(() => asked() > during);
  await untilInTime(world, () => waiting() === 0);
  await world.checkAtRest();
});
