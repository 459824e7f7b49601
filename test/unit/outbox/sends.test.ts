import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, carol, shownBy, untilLive, watch } from '../engine/watch.ts';
import { openLive, openTimeline, sentTexts, shown } from './open-live.ts';
import { untilInTime } from './until-in-time.ts';

test('[OB1] a message sent offline is kept, shown as queued, and sent after a restart', async () => {
  const { world, tab } = await openLive();
  const status = watch(tab.chat.status);
  world.service.setReachable(false);
  await world.until(() => status.value?.type === 'stale');
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'kept' });
  world.killWorker();
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => shown(timeline.value) === 'kept queued');
  const [key] = timeline.value?.items.map((item) => item.key) ?? [];
  expect(key).toBe(clientId);
  world.service.setReachable(true);
  tab.signal('online');
  await untilInTime(world, () => shown(timeline.value) === 'kept sent');
  expect(timeline.value?.items.map((item) => item.key)).toEqual([clientId]);
  expect(world.server.history('bob', { conversationId: 'alice', conversationType: 'singleChat' }).map((message) => message['msg'])).toEqual(['kept']);
  expect(await shownBy(tab)).toMatchObject([['bob', 0, world.server.history('alice', bob)[0]?.id, false, []]]);
});

test('[OB3] a message the service took just before the worker died is found in history, and not sent again', async () => {
  const { world, tab, timeline } = await openTimeline();
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => world.server.history('alice', bob).length === 1, 'the service took it');
  world.killWorker();
  await untilLive(world, tab);
  await world.until(() => shown(timeline.value) === 'once sent');
  await world.settle();
  expect(world.server.history('alice', bob).map((message) => message['msg'])).toEqual(['once']);
  expect(timeline.value?.items.map(({ key }) => key)).toEqual([clientId]);
  expect(world.server.faults.count('send')).toBe(1);
});

test('[OB2] messages of a conversation are sent in order; one that fails holds up no other conversation', async () => {
  const { world, tab } = await openLive();
  const release = world.server.faults.hold('send');
  for (const msg of ['1', '2', '3']) await tab.chat.send({ conversation: bob, type: 'txt', msg });
  await tab.chat.send({ conversation: carol, type: 'txt', msg: 'other' });
  world.server.faults.failNext('send', new SyncError('refused', 'blocked', { details: { reason: 'blocked' } }));
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => shown(timeline.value) === '1 sending,2 queued,3 queued');
  release();
  await world.until(() => shown(timeline.value) === '2 sent,3 sent,1 failed');
  expect(world.server.history('alice', carol).length).toBe(1);
  const failed = timeline.value?.items.at(-1);
  await tab.chat.retry(failed?.key ?? '');
  await world.until(() => shown(timeline.value) === '2 sent,3 sent,1 sent');
});

test('[OB2] a message whose echo comes before its answer is there once', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => world.server.history('alice', bob).length === 1);
  const [message] = world.server.history('alice', bob);
  if (message !== undefined) world.server.tell('alice', { type: 'messages', messages: [message] });
  await world.until(() => shown(timeline.value) === 'once sent');
  await world.settle();
  expect(timeline.value?.items.map((item) => item.key)).toEqual([clientId]);
  expect(world.server.faults.count('send')).toBe(1);
});

test('[HB5] messages sent after a restart cost at most one request for what came before them', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'before' });
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const first = watch(tab.chat.timeline(bob));
  await world.until(() => shown(first.value) === 'before received');
  world.killWorker();
  await world.until(() => world.server.connections('alice').length === 1, 'connected again');
  const before = world.server.faults.count('getHistory');
  for (const msg of ['1', '2', '3']) await tab.chat.send({ conversation: bob, type: 'txt', msg });
  await world.until(() => shown(first.value) === 'before received,1 sent,2 sent,3 sent');
  await world.settle();
  expect(world.server.faults.count('getHistory') - before).toBeLessThanOrEqual(1);
});

test('[HB5] an own message claims nothing that was delivered before it and is not stored yet', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.write({ from: 'bob', to: 'alice', text: 'first' });
  await world.until(() => shown(timeline.value) === 'first received');
  const seen: string[] = [];
  timeline.subscribe((value) => void seen.push(shown(value)));
  const release = world.server.faults.hold('send');
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'own' });
  await world.until(() => world.server.faults.held('send') === 1);
  for (let number = 1; number <= 5; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  release();
  const all = 'first received,1 received,2 received,3 received,4 received,5 received,own sent';
  await world.until(() => shown(timeline.value) === all, 'all shown');
  expect(seen.filter((items) => items.includes('own sent'))).toEqual([all]);
});

test('[HB5] a message looked up on one connection proves nothing for a later connection', async () => {
  const { world, tab } = await openLive();
  world.server.faults.failNext('send', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'own' });
  await world.settle();
  let answer: (page: unknown) => void = () => undefined;
  world.server.faults.failNext('getHistory', { type: 'answer', value: new Promise((resolve) => (answer = resolve)) });
  await tab.chat.retry(clientId);
  await world.until(() => world.server.faults.count('getHistory') === 1, 'looked up');
  const page = { messages: world.server.history('alice', bob), isLast: true };
  const end = world.server.loseDeliveries();
  world.server.write({ from: 'bob', to: 'alice', text: 'missed' });
  world.service.dropConnections();
  end();
  await world.settle();
  await untilLive(world, tab);
  answer(page);
  await world.settle();
  world.server.write({ from: 'bob', to: 'alice', text: 'next' });
  await world.settle();
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => shown(timeline.value) === 'own sent,missed received,next received', 'no gap');
});

test('[HB7] an own message whose history was removed elsewhere before its answer came does not come back', async () => {
  const world = openWorld();
  const { server } = world;
  server.write({ from: 'bob', to: 'alice', text: 'first' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => shown(timeline.value) === 'first received');
  let answer: (message: unknown) => void = () => undefined;
  server.faults.failNext('send', { type: 'answer', value: new Promise((resolve) => (answer = resolve)) });
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'own' });
  await world.until(() => server.faults.count('send') === 1);
  const end = server.loseDeliveries();
  const own = server.write({ from: 'alice', to: 'bob', text: 'own', ext: { moorageClientId: clientId } });
  end();
  server.mailbox('alice').remove(bob, [own.id]);
  server.tell('alice', { type: 'history-removed', conversation: bob });
  await world.until(() => shown(timeline.value) === 'first received,own sending');
  answer(own);
  await world.until(() => shown(timeline.value) === 'first received');
  await tab.chat.contact.getServerConversations();
  await world.settle();
  expect(shown(timeline.value)).toBe('first received');
});

test('[OB2] answers that wait for the disk are stored together: twenty messages take a few transactions', async () => {
  const { world, tab, timeline } = await openTimeline();
  const release = world.server.faults.hold('send');
  const texts = Array.from({ length: 20 }, (_, number) => String(number));
  await Promise.all(texts.map((msg) => tab.chat.send({ conversation: bob, type: 'txt', msg })));
  const record = world.disk.record();
  release();
  await world.until(() => shown(timeline.value) === texts.map((text) => `${text} sent`).join());
  record.stop();
  const writes = record.transactions.filter((transaction) => transaction.startsWith('readwrite') && transaction.includes('messages'));
  expect(writes.length).toBeLessThan(10);
  expect(sentTexts(world)).toEqual(texts);
  await world.checkAtRest();
});

test('[OB3] [HB5] answers that could not be stored are looked up: each message is there once, in order, and nothing is claimed without them', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.write({ from: 'bob', to: 'alice', text: 'first' });
  await world.until(() => shown(timeline.value) === 'first received');
  const release = world.server.faults.hold('send');
  const texts = ['1', '2', '3', '4', '5', '6', '7', '8'];
  await Promise.all(texts.map((msg) => tab.chat.send({ conversation: bob, type: 'txt', msg })));
  world.disk.abortWrite(1, 'DataError');
  const before = world.server.faults.count('getHistory');
  release();
  await untilInTime(world, () => shown(timeline.value) === ['first received', ...texts.map((text) => `${text} sent`)].join());
  expect(sentTexts(world)).toEqual(texts);
  expect(world.server.faults.count('send')).toBe(texts.length);
  expect(world.server.faults.count('getHistory')).toBeGreaterThan(before);
  await world.checkAtRest();
});

test('[HB5] a message that was taken, not stored and then discarded is missing below the next, and comes with history', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.write({ from: 'bob', to: 'alice', text: 'first' });
  await world.until(() => shown(timeline.value) === 'first received');
  world.server.faults.failNext('getHistory', new SyncError('timeout', 'no answer'));
  const answer = world.server.faults.hold('send');
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'lost' });
  world.disk.abortWrite(1, 'DataError');
  answer();
  await world.until(() => shown(timeline.value) === 'first received,lost unknown');
  await tab.chat.discard(clientId);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'next' });
  await world.until(() => shown(timeline.value).endsWith('next sent'));
  await world.until(() => shown(timeline.value) === 'first received,lost sent,next sent');
  await world.checkAtRest();
});
