import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';
import { openLive, openTab, openTimeline, sentTexts, shown } from './open-live.ts';
import { untilInTime } from './until-in-time.ts';

test('[OB2] [OB3] a refusal fails a message with its reason, holds up no other, and is not tried again by itself', async () => {
  const { world, tab, timeline } = await openTimeline();
  const outbox = watch(tab.chat.outbox);
  world.server.faults.failNext('send', new SyncError('refused', 'the service refused', { details: { reason: 'muted', serviceCode: 507 } }));
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: '2' });
  await world.until(() => shown(timeline.value) === '2 sent,1 failed');
  await world.clock.advance(600_000);
  world.service.dropConnections();
  await untilInTime(world, () => world.server.connections('alice').length === 1);
  await world.settle();
  expect(outbox.value?.items).toMatchObject([
    { clientId, state: { type: 'failed', reason: { code: 'refused', retryable: false, details: { reason: 'muted', serviceCode: 507 } } } },
  ]);
  expect(world.server.faults.count('send')).toBe(2);
  // The service said no: there is nothing to look up.
  const asked = world.server.faults.count('getHistory');
  await Promise.all([tab.chat.retry(clientId), tab.chat.retry(clientId)]);
  await world.until(() => shown(timeline.value) === '2 sent,1 sent');
  expect(world.server.faults.count('getHistory')).toBe(asked);
  expect(sentTexts(world)).toEqual(['2', '1']);
});

test('[OB3] what was refused before the worker died is sent without a look when it is retried', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', new SyncError('refused', 'no'));
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
  await world.until(() => shown(timeline.value) === '1 failed');
  world.killWorker();
  await untilLive(world, tab);
  await world.until(() => world.server.connections('alice').length === 1);
  await world.settle();
  await tab.chat.retry(clientId);
  await world.until(() => shown(timeline.value) === '1 sent', 'without a wait');
});

test('[OB3] what failed over a defect of ours is looked up before it is sent again by hand', async () => {
  const { world, tab } = await openLive();
  const outbox = watch(tab.chat.outbox);
  world.server.faults.failNext('send', { type: 'lose-answer', error: new SyncError('internal', 'a defect') });
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => outbox.value?.items[0]?.state.type === 'failed');
  await tab.chat.retry(clientId);
  await untilInTime(world, () => outbox.value?.items.length === 0);
  expect(sentTexts(world)).toEqual(['once']);
});

test('[OB3] `rate-limited` keeps the wait the service asks for, in order, without a look', async () => {
  const { world, tab, timeline } = await openTimeline();
  world.server.faults.failNext('send', new SyncError('rate-limited', 'later', { details: { retryAfterMs: 30_000 } }));
  for (const msg of ['1', '2']) await tab.chat.send({ conversation: bob, type: 'txt', msg });
  await world.until(() => shown(timeline.value) === '1 queued,2 queued');
  await world.clock.advance(29_000);
  await world.settle();
  expect(world.server.faults.count('send')).toBe(1);
  await untilInTime(world, () => shown(timeline.value) === '1 sent,2 sent', 'sent', 2);
  expect(sentTexts(world)).toEqual(['1', '2']);
  expect(world.server.faults.count('getHistory')).toBeLessThanOrEqual(1);
});

test('[OB2] what the service fails at again and again, and surely does not have, has failed after five times', async () => {
  const { world, tab, timeline } = await openTimeline();
  const outbox = watch(tab.chat.outbox);
  for (let attempt = 0; attempt < 5; attempt += 1) world.server.faults.failNext('send', new SyncError('service-failed', 'trouble', { details: { serviceCode: 503 } }));
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: '2' });
  await untilInTime(world, () => shown(timeline.value) === '2 sent,1 failed', 'failed', 120);
  expect(outbox.value?.items).toMatchObject([{ clientId, state: { reason: { code: 'service-failed', details: { serviceCode: 503 } } } }]);
  expect(world.server.faults.count('send')).toBe(6);
  await tab.chat.retry(clientId);
  await untilInTime(world, () => shown(timeline.value) === '2 sent,1 sent');
});

test('[OB2] `offline` is tried again for as long as it takes', async () => {
  const { world, tab, timeline } = await openTimeline();
  for (let attempt = 0; attempt < 12; attempt += 1) world.server.faults.failNext('send', new SyncError('offline', 'not now'));
  await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
  await untilInTime(world, () => shown(timeline.value) === '1 sent', 'sent', 600);
  expect(world.server.faults.count('send')).toBe(13);
});

test('[OB2] discarding what is being sent waits for its outcome: what was taken cannot be discarded', async () => {
  const { world, tab, timeline } = await openTimeline();
  for (const isTaken of [true, false]) {
    const release = world.server.faults.hold('send');
    if (!isTaken) world.server.faults.failNext('send', new SyncError('offline', 'no'));
    const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
    await world.until(() => shown(timeline.value).endsWith('1 sending'));
    const discarded = tab.chat.discard(clientId).catch((error: unknown) => error);
    await world.settle();
    expect(shown(timeline.value)).toMatch(/1 sending$/);
    release();
    expect(await discarded).toEqual(isTaken ? expect.objectContaining({ code: 'not-found', details: { clientId } }) : undefined);
    await world.until(() => shown(timeline.value) === '1 sent');
    await world.clock.advance(60_000);
    await world.settle();
    expect(sentTexts(world)).toEqual(['1']);
  }
});

test('[OB2] discarding and retrying do the same once as often as they are asked, and name what they do not find', async () => {
  const world = openWorld();
  const [one, two] = [await openTab(world), await openTab(world)];
  const timeline = watch(one.chat.timeline(bob));
  world.service.setReachable(false);
  const { clientId } = await one.chat.send({ conversation: bob, type: 'txt', msg: 'never' });
  const other = await one.chat.send({ conversation: bob, type: 'txt', msg: 'sent' });
  await one.chat.retry(clientId);
  await Promise.all([one.chat.discard(clientId), two.chat.discard(clientId)]);
  await one.chat.discard(clientId);
  world.service.setReachable(true);
  one.signal('online');
  await world.until(() => shown(timeline.value) === 'sent sent');
  expect(sentTexts(world)).toEqual(['sent']);
  for (const gone of [clientId, other.clientId, 'nonsense']) {
    await expect(one.chat.retry(gone)).rejects.toMatchObject({ code: 'not-found', details: { clientId: gone } });
    if (gone !== clientId) await expect(one.chat.discard(gone)).rejects.toMatchObject({ code: 'not-found', details: { clientId: gone } });
  }
});

test('[OB2] a message that is discarded just before its turn is not sent', async () => {
  const { world, tab } = await openLive();
  for (let turns = 0; turns < 40; turns += 1) {
    const sends = world.server.faults.count('send');
    const first = world.server.faults.hold('send');
    await tab.chat.send({ conversation: bob, type: 'txt', msg: `first ${turns}` });
    const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: `second ${turns}` });
    await world.until(() => world.server.faults.held('send') === 1);
    const discarded = tab.chat.discard(clientId).then(
      () => true,
      () => false,
    );
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    first();
    const isDiscarded = await discarded;
    await world.settle();
    expect(world.server.faults.count('send') - sends).toBe(isDiscarded ? 1 : 2);
  }
});

test('[OB2] a message in doubt that is discarded is not sent again; if it had arrived, it is shown as what it is', async () => {
  const { world, tab } = await openLive();
  const outbox = watch(tab.chat.outbox);
  for (const hasArrived of [false, true]) {
    const error = new SyncError('timeout', 'no answer');
    world.server.faults.failNext('send', hasArrived ? { type: 'lose-answer', error } : error);
    const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: '1' });
    await world.until(() => outbox.value?.items[0]?.state.type === 'unknown');
    await tab.chat.discard(clientId);
    await world.until(() => outbox.value?.items.length === 0);
  }
  const timeline = watch(tab.chat.timeline(bob));
  await world.checkAtRest();
  expect(world.server.faults.count('send')).toBe(2);
  expect(shown(timeline.value)).toBe('1 sent');
});
