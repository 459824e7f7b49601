import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { browserEnvironment } from '../../../src/worker/environment.ts';
import { createClientIds } from '../../../src/worker/client-id.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';
import { openTimeline, sentTexts, shown } from './open-live.ts';
import { untilInTime } from './until-in-time.ts';

test('[OB1] client ids are unique across tabs, engines and devices, those with the same epoch among them, and grow within an engine', () => {
  const { uniqueId } = browserEnvironment();
  const all = new Set<string>();
  const devices = 40;
  const epochs = 5;
  const ids = 50;
  for (let device = 0; device < devices; device += 1) {
    for (let epoch = 1; epoch <= epochs; epoch += 1) {
      const newClientId = createClientIds({ epoch, engineId: uniqueId() });
      const made = Array.from({ length: ids }, newClientId);
      expect(made).toEqual([...made].sort());
      for (const id of made) all.add(id);
    }
  }
  expect(all.size).toBe(devices * epochs * ids);
});

test('[OB1] what an earlier engine was asked for comes before what a later one is, whatever is random in their ids', () => {
  const randoms = ['z', 'a', 'm'];
  const idsOf = (epoch: number): string[] => Array.from({ length: 12 }, createClientIds({ epoch, engineId: randoms[epoch % 3] ?? '' }));
  const inOrder = [1, 2, 9, 10, 11, 100].flatMap(idsOf);
  expect(inOrder.toSorted()).toEqual(inOrder);
});

test('[OB1] [OB3] a message of somebody else that quotes the client id of an own one is not that', async () => {
  const { world, tab, timeline } = await openTimeline();
  const outbox = watch(tab.chat.outbox);
  world.server.faults.failNext('send', new SyncError('refused', 'no'));
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'mine' });
  await world.until(() => shown(timeline.value) === 'mine failed');
  world.server.write({ from: 'bob', to: 'alice', text: 'forwarded', ext: { moorageClientId: clientId } });
  await world.until(() => shown(timeline.value) === 'forwarded received,mine failed');
  await tab.chat.contact.getHistoryMessages({ targetId: 'bob' });
  await world.settle();
  expect(outbox.value?.items.map((item) => item.clientId)).toEqual([clientId]);
  await tab.chat.retry(clientId);
  await world.until(() => shown(timeline.value) === 'forwarded received,mine sent');
  expect(sentTexts(world)).toEqual(['mine']);
});

test('[OB1] two tabs, one worker after another, and another device with the same epoch: none takes the message of the other for its own', async () => {
  const world = openWorld();
  const tabs = [await world.openTab(), await world.openTab()];
  const [first] = tabs;
  if (first === undefined) throw new Error('no tab');
  await untilLive(world, first);
  const sendAll = (what: string): Promise<readonly { readonly clientId: string }[]> =>
    Promise.all(Array.from({ length: 30 }, (_none, index) => (tabs[index % 2] ?? first).chat.send({ conversation: bob, type: 'txt', msg: `${what} ${index}` })));
  const sent = await sendAll('first');
  world.killWorker();
  await world.settle();
  for (const tab of tabs) await untilLive(world, tab);
  world.service.setReachable(false);
  const later = await sendAll('later');
  // The other device counts as we do; what differs is the part that is random.
  const theirs = later.map(({ clientId }) => `${clientId.slice(0, 18)}of-another-device`);
  world.service.setReachable(true);
  for (const clientId of theirs) world.server.write({ from: 'alice', to: 'bob', text: 'theirs', ext: { moorageClientId: clientId } });
  first.signal('online');
  await untilInTime(world, () => world.server.history('alice', bob).length === 90);
  const clientIds = world.server.history('alice', bob).map((message) => (message['ext'] as { readonly moorageClientId: string }).moorageClientId);
  expect(new Set(clientIds)).toEqual(new Set([...[...sent, ...later].map(({ clientId }) => clientId), ...theirs]));
  expect(new Set(clientIds).size).toBe(90);
  await world.checkAtRest();
});
