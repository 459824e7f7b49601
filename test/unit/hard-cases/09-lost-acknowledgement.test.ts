import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

/** A world in which the service takes the next message, and its answer is lost. */
async function loseAnswer(): Promise<{ world: TestWorld; tab: TestTab; clientId: string }> {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'before' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.faults.failNext('send', { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'once' });
  await world.until(() => world.server.history('bob', { conversationId: 'alice', conversationType: 'singleChat' }).length === 2);
  await world.settle();
  return { world, tab, clientId };
}

function sentTo(world: TestWorld): readonly unknown[] {
  return world.server.history('bob', { conversationId: 'alice', conversationType: 'singleChat' }).map(({ msg }) => msg);
}

test('[OB3] hard case 9: the echo of a message whose acknowledgement was lost is the message, by its client id', async () => {
  const { world, tab, clientId } = await loseAnswer();
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value?.items.length === 2);
  world.service.dropConnections();
  await world.until(() => world.server.connections('alice').length === 1);
  const [, echo] = world.server.history('alice', bob);
  if (echo === undefined) throw new Error('the service took the message');
  world.server.tell('alice', { type: 'messages', messages: [echo] });
  await world.settle();
  await world.until(() => timeline.value?.items.every((item) => item.type === 'message' && item.state.type !== 'failed') === true);
  expect(timeline.value?.items.map((item) => item.type === 'message' && item.message['msg'])).toEqual(['before', 'once']);
  await expect(tab.chat.retry(clientId)).rejects.toMatchObject({ code: 'not-found' });
  expect(sentTo(world)).toEqual(['before', 'once']);
});

test('[OB3] hard case 9: the worker that lost the acknowledgement dies, and the message is not sent twice', async () => {
  const { world, tab, clientId } = await loseAnswer();
  world.killWorker();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => (timeline.value?.items.length ?? 0) >= 2);
  // Failed, as the first worker left it, or found by the next one already: either way it was taken.
  await tab.chat.retry(clientId).catch((error: unknown) => expect(error).toMatchObject({ code: 'not-found' }));
  await world.until(() => timeline.value?.items.every((item) => item.type === 'message' && item.state.type !== 'queued' && item.state.type !== 'sending' && item.state.type !== 'failed') === true);
  expect(timeline.value?.items).toHaveLength(2);
  expect(sentTo(world)).toEqual(['before', 'once']);
});
