import { expect, test } from 'vitest';
import { openRawTab } from '../engine/raw-tab.ts';
import { bob, carol, watch } from '../engine/watch.ts';
import { openLive } from './open-live.ts';

test('[OB5] what waits is shown in the order it was asked for; a change is told as the items that changed, and the others stay the objects they are', async () => {
  const { world, tab } = await openLive();
  const raw = await openRawTab(world);
  raw.post({ type: 'subscribe', subscription: 1, query: { type: 'outbox' } });
  const outbox = watch(tab.chat.outbox);
  world.goOffline();
  const waiting: string[] = [];
  for (const [conversation, msg] of [[bob, '1'], [carol, '2'], [bob, '3'], [bob, '4']] as const) waiting.push((await tab.chat.send({ conversation, type: 'txt', msg })).clientId);
  await tab.chat.contact.pinConversation({ ...bob, isPinned: true });
  await world.until(() => outbox.value?.items.length === 5);
  await world.settle();
  const [first, second, third, , pin] = outbox.value?.items ?? [];
  expect(outbox.value?.items.map(({ clientId, kind }) => [clientId, kind])).toEqual([...waiting.map((clientId) => [clientId, 'message']), [pin?.clientId, 'pin']]);
  const before = raw.received.length;
  await tab.chat.discard(waiting[3] ?? '');
  await world.until(() => outbox.value?.items.length === 4);
  await world.settle();
  expect(outbox.value?.items.map((item, place) => item === [first, second, third, pin][place])).toEqual([true, true, true, true]);
  expect(raw.received.slice(before)).toMatchObject([{ type: 'patch', query: 'outbox', patch: { upserts: [], removes: [waiting[3]] } }]);
  // Whoever comes later is told the same, in the same order.
  const late = watch((await world.openTab()).chat.outbox);
  await world.until(() => late.value?.items.length === 4);
  expect(late.value).toEqual(outbox.value);
});
