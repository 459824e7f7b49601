import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';
import { untilInTime } from '../outbox/until-in-time.ts';

test('[OB1] [OB3] hard case 19: failed and waiting messages outlive the reset of everything around them', async () => {
  const world = openWorld({ engine: { cursorMaxAgeMs: 1_000 } });
  const { server, service } = world;
  for (const text of ['one', 'two']) server.write({ from: 'bob', to: 'alice', text });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value?.items.length === 2);
  server.faults.failNext('send', new SyncError('refused', 'no'));
  const failed = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'failed' });
  const own = (): readonly string[] =>
    (timeline.value?.items ?? []).flatMap((item) => (item.type === 'message' && item.message.from === 'alice' ? [`${String(item.message['msg'])} ${item.state.type}`] : []));
  await world.until(() => own().join() === 'failed failed');
  service.setReachable(false);
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'waiting' });
  await world.until(() => own().join() === 'failed failed,waiting queued');

  // History is removed on another device, the conversation is deleted, a stored list cursor gets too old, the worker dies.
  server.mailbox('alice').removeBefore(bob, Infinity);
  server.tellSurely('alice', { type: 'history-removed', conversation: bob });
  await tab.chat.localCache.removeLocalConversation({ ...bob, isRemoveLocalMessage: true });
  await world.clock.advance(60_000);
  world.killWorker();
  await world.until(() => own().join() === 'failed failed,waiting queued', 'the next worker has them');

  service.setReachable(true);
  await untilLive(world, tab);
  await untilInTime(world, () => own().includes('waiting sent') && own().includes('failed failed'), 'what waited is sent, what failed is kept');
  await tab.chat.retry(failed.clientId);
  await world.until(() => own().includes('failed sent'));
  const theirs = server.history('bob', { conversationId: 'alice', conversationType: 'singleChat' }).map(({ msg }) => msg);
  expect(theirs).toEqual(['one', 'two', 'waiting', 'failed']);
});
