import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, carol, watch } from '../engine/watch.ts';
import { openLive, openTab, openTimeline, sentTexts, shown } from './open-live.ts';
import { untilInTime } from './until-in-time.ts';

const lostAnswer = { type: 'lose-answer', error: new SyncError('timeout', 'no answer') } as const;
const timeout = new SyncError('timeout', 'no answer');

test('[OB3] a message whose answer was lost is unknown, found by itself, and never there twice', async () => {
  const { world, tab, timeline } = await openTimeline();
  const outbox = watch(tab.chat.outbox);
  const seen: string[] = [];
  timeline.subscribe((value) => void seen.push(shown(value)));
  world.server.faults.failNext('send', lostAnswer);
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => shown(timeline.value) === 'once unknown');
  expect(outbox.value?.items).toMatchObject([{ clientId, kind: 'message', state: { type: 'unknown' } }]);
  await untilInTime(world, () => shown(timeline.value) === 'once sent');
  expect(outbox.value?.items).toEqual([]);
  expect(timeline.value?.items.map(({ key }) => key)).toEqual([clientId]);
  expect(seen.filter((value) => value.includes(','))).toEqual([]);
  expect(world.server.faults.count('send')).toBe(1);
  await world.checkAtRest();
});

test('[OB3] a message that did not arrive is sent again by itself, once its absence can be believed', async () => {
  const { world, tab, timeline } = await openTimeline({ engine: { lookUpDelayMs: 3_000, retry: { firstMs: 100, longestMs: 100 } } });
  world.server.faults.failNext('send', timeout);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'again' });
  await world.until(() => shown(timeline.value) === 'again unknown');
  await world.clock.advance(2_900);
  await world.settle();
  expect(world.server.faults.count('getHistory')).toBeGreaterThan(0);
  expect(world.server.faults.count('send')).toBe(1);
  await untilInTime(world, () => shown(timeline.value) === 'again sent', 'sent again', 2);
  expect(sentTexts(world)).toEqual(['again']);
});

test('[OB3] what was looked for in vain is queued again, and no longer unknown, while it must wait', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', timeout);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'again' });
  await world.until(() => shown(timeline.value) === 'again unknown');
  world.server.faults.failNext('send', new SyncError('rate-limited', 'later', { details: { retryAfterMs: 30_000 } }));
  await untilInTime(world, () => world.server.faults.count('send') === 2, 'told again', 10);
  await world.settle();
  expect(shown(timeline.value)).toBe('again queued');
  const asked = world.server.faults.count('getHistory');
  await untilInTime(world, () => shown(timeline.value) === 'again sent', 'sent', 60);
  expect(world.server.faults.count('getHistory')).toBe(asked);
  expect(sentTexts(world)).toEqual(['again']);
});

test('[OB3] what a history that lags behind does not show yet is not sent twice', async () => {
  const { world, tab, timeline } = await openTimeline({ engine: { lookUpDelayMs: 3_000, retry: { firstMs: 100, longestMs: 100 } } });
  world.server.faults.failNext('send', lostAnswer);
  const behind = { messages: [], cursor: undefined, isLast: true };
  world.server.faults.failNext('getHistory', { type: 'answer', value: behind });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await untilInTime(world, () => shown(timeline.value) === 'once sent');
  expect(sentTexts(world)).toEqual(['once']);
});

test('[OB3] an answer to what was asked before the message was sent proves nothing', async () => {
  const { world, tab } = await openLive({ engine: { retry: { firstMs: 10_000, longestMs: 10_000 } } });
  let answer: (page: unknown) => void = () => undefined;
  world.server.faults.failNext('getHistory', { type: 'answer', value: new Promise((resolve) => (answer = resolve)) });
  const early = tab.chat.contact.getHistoryMessages({ targetId: 'bob', pageSize: 50 });
  await world.until(() => world.server.faults.count('getHistory') === 1);
  world.server.faults.failNext('send', lostAnswer);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  const outbox = watch(tab.chat.outbox);
  await world.until(() => outbox.value?.items[0]?.state.type === 'unknown');
  await world.clock.advance(6_000);
  await world.settle();
  answer({ messages: [], cursor: undefined, isLast: true });
  await early;
  await untilInTime(world, () => outbox.value?.items.length === 0);
  expect(sentTexts(world)).toEqual(['once']);
});

test('[OB3] it is looked for back to where the conversation stood, past any number of messages, and no further', async () => {
  const world = openWorld();
  for (let number = 1; number <= 300; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `old ${number}` });
  world.server.mailbox('alice').takeKept();
  const tab = await openTab(world);
  world.server.faults.failNext('send', lostAnswer);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'deep' });
  await world.until(() => sentTexts(world).length === 1, 'taken');
  for (let number = 1; number <= 120; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `new ${number}` });
  const outbox = watch(tab.chat.outbox);
  await untilInTime(world, () => outbox.value?.items.length === 0, 'found');
  expect(sentTexts(world)).toEqual(['deep']);
  expect(world.server.faults.count('send')).toBe(1);
  // Three pages, and one that was read ahead.
  const asked = world.server.faults.count('getHistory');
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(asked).toBeLessThanOrEqual(4);

  world.server.faults.failNext('send', timeout);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'absent' });
  await untilInTime(world, () => sentTexts(world).length === 2, 'sent again');
  // Each look goes one page back: there the conversation stood when it was queued.
  expect(world.server.faults.count('getHistory') - asked).toBeLessThanOrEqual(2);
  await world.checkAtRest();
});

test('[OB3] [OB2] later messages of the conversation wait for one in doubt, others do not; when it cannot be looked up they pass it', async () => {
  const { world, tab, timeline } = await openTimeline();
  const failing = (count: number): void => {
    for (let page = 0; page < count; page += 1) world.server.faults.failNext('getHistory', new SyncError('service-failed', 'no history'));
  };
  failing(100);
  world.server.faults.failNext('send', lostAnswer);
  for (const msg of ['1', '2', '3']) await tab.chat.send({ conversation: bob, type: 'txt', msg });
  await tab.chat.send({ conversation: carol, type: 'txt', msg: 'other' });
  await world.until(() => shown(timeline.value) === '1 unknown,2 queued,3 queued');
  await world.until(() => sentTexts(world, carol).length === 1, 'others go on');
  await world.clock.advance(5_000);
  await world.settle();
  expect(sentTexts(world)).toEqual(['1']);
  await untilInTime(world, () => shown(timeline.value) === '2 sent,3 sent,1 unknown', 'passed');
  expect(sentTexts(world)).toEqual(['1', '2', '3']);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: '4' });
  await world.until(() => sentTexts(world).length === 4, 'passed without a wait');
  world.server.faults.forget();
  await untilInTime(world, () => shown(timeline.value) === '1 sent,2 sent,3 sent,4 sent', 'found');
  expect(sentTexts(world)).toEqual(['1', '2', '3', '4']);
  await world.checkAtRest();
});

test('[OB3] a look-up that the service refuses leaves a message unknown until the next connection', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', lostAnswer);
  for (let page = 0; page < 3; page += 1) world.server.faults.failNext('getHistory', new SyncError('refused', 'not now'));
  await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: '2' });
  await untilInTime(world, () => shown(timeline.value) === '2 sent,1 unknown', 'passed at once', 3);
  world.server.faults.forget();
  world.service.dropConnections();
  await untilInTime(world, () => shown(timeline.value) === '1 sent,2 sent');
  expect(sentTexts(world)).toEqual(['1', '2']);
});

test('[OB3] `unknown` survives the worker, and the next one looks it up', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', lostAnswer);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => shown(timeline.value) === 'once unknown');
  world.service.setReachable(false);
  world.killWorker();
  await untilInTime(world, () => shown(timeline.value) === 'once unknown', 'shown from storage');
  world.service.setReachable(true);
  tab.signal('online');
  await untilInTime(world, () => shown(timeline.value) === 'once sent');
  expect(sentTexts(world)).toEqual(['once']);
});

test('[OB3] a clock that is set back does not put off what is in doubt', async () => {
  const { world, tab } = await openLive({ engine: { retry: { firstMs: 1_000, longestMs: 1_000 } } });
  const release = world.server.faults.hold('getHistory');
  world.server.faults.failNext('send', timeout);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'again' });
  await untilInTime(world, () => world.server.faults.held('getHistory') === 1, 'being looked up');
  world.clock.set(world.clock.now() - 3_600_000);
  release();
  await untilInTime(world, () => sentTexts(world).length === 1, 'sent again', 10);
});

test('[OB3] one look is enough for all that an earlier worker left in a conversation', async () => {
  const { world, tab } = await openLive();
  world.service.setReachable(false);
  for (let number = 1; number <= 20; number += 1) await tab.chat.send({ conversation: bob, type: 'txt', msg: `${number}` });
  world.killWorker();
  await untilInTime(world, () => world.service.server.connections('alice').length === 0);
  world.service.setReachable(true);
  tab.signal('online');
  await untilInTime(world, () => sentTexts(world).length === 20);
  expect(sentTexts(world)).toEqual(Array.from({ length: 20 }, (_none, index) => String(index + 1)));
  expect(world.server.faults.count('getHistory')).toBeLessThanOrEqual(4);
});

test('[OB3] a live message, or a page that a tab reads, takes out the message that was in doubt', async () => {
  for (const by of ['live', 'page'] as const) {
    const { world, tab } = await openLive({ engine: { retry: { firstMs: 60_000, longestMs: 60_000 } } });
    const timeline = watch(tab.chat.timeline(bob));
    const seen: string[] = [];
    timeline.subscribe((value) => void seen.push(shown(value)));
    world.server.faults.failNext('send', lostAnswer);
    const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
    await world.until(() => shown(timeline.value) === 'once unknown');
    const [message] = world.server.history('alice', bob);
    if (by === 'live' && message !== undefined) world.server.tell('alice', { type: 'messages', messages: [message] });
    if (by === 'page') await tab.chat.contact.getHistoryMessages({ targetId: 'bob' });
    await world.until(() => shown(timeline.value) === 'once sent', by);
    expect(timeline.value?.items.map(({ key }) => key)).toEqual([clientId]);
    await world.clock.advance(120_000);
    await world.settle();
    expect(seen.filter((value) => value.includes(','))).toEqual([]);
    expect(world.server.faults.count('send')).toBe(1);
  }
});

test('[OB3] a failed message that is found at the service after all is sent', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', { type: 'lose-answer', error: new SyncError('refused', 'no') });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => shown(timeline.value) === 'once failed');
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob' });
  await world.until(() => shown(timeline.value) === 'once sent');
  const outbox = watch(tab.chat.outbox);
  await world.until(() => outbox.value?.items.length === 0, 'nothing waits');
});
