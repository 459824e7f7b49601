import { expect, test } from 'vitest';
import type { Message } from '../../../src/protocol/model.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

/** Shortly after the server's first messages. */
const NOW = 1_700_000_010_000;

type Bed = { readonly world: TestWorld; readonly tab: TestTab; readonly all: readonly Message[]; readonly texts: () => readonly unknown[] };

/** A world in which the list tells of three messages, and history, so many times, of the first `known` only. */
async function behind(options: { readonly known: number; readonly times: number; readonly now?: number }): Promise<Bed> {
  const world = openWorld({ engine: { backfill: { conversations: 20, messages: 50 } } });
  const { server, clock } = world;
  clock.set(options.now ?? NOW);
  const all = ['1', '2', '3'].map((text) => server.write({ from: 'bob', to: 'alice', text }));
  server.mailbox('alice').takeKept();
  const messages = all.slice(0, options.known).reverse();
  for (let time = 0; time < options.times; time += 1) server.faults.failNext('getHistory', { type: 'answer', value: { messages, cursor: '', isLast: true } });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  watch(tab.chat.backfill);
  await world.until(() => server.faults.count('getHistory') === 1, 'history was asked');
  await world.settle();
  return { world, tab, all, texts: () => (timeline.value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg'])) };
}

test.each([0, 1])('[HB5] history that lags behind the list is asked again, and is whole then; it knew of %i of 3', async (known) => {
  const { world, tab, texts } = await behind({ known, times: 2 });
  expect(texts()).toEqual(['1'].slice(0, known));
  expect(tab.chat.backfill.value?.type).not.toBe('done');
  expect(tab.chat.backfill.value?.error).toBeNull();
  for (let second = 0; second < 10; second += 1) await world.clock.advance(1_000);
  await world.until(() => texts().length === 3, 'all is shown');
  expect(texts()).toEqual(['1', '2', '3']);
  expect(world.server.faults.count('getHistory')).toBe(3);
  await world.checkAtRest();
});

test('[HB5] what comes live after a page that lagged does not hide what the page lacked', async () => {
  const { world, texts } = await behind({ known: 1, times: 1 });
  world.server.write({ from: 'bob', to: 'alice', text: '4' });
  await world.until(() => texts().at(-1) === '4');
  for (let second = 0; second < 10; second += 1) await world.clock.advance(1_000);
  expect(texts()).toEqual(['1', '2', '3', '4']);
  await world.checkAtRest();
});

test.each([
  ['for ever', NOW, 5],
  ['of a message long gone', NOW + 3_600_000, 1],
])('[HB5] [HB6] where history lacks the last message %s it is not asked for ever', async (_what, now, requests) => {
  const { world, tab } = await behind({ known: 0, times: 100, now });
  for (let second = 0; second < 120; second += 1) await world.clock.advance(1_000);
  expect(world.server.faults.count('getHistory')).toBe(requests);
  expect(tab.chat.backfill.value?.type).toBe('done');
});

test('[HB5] whoever asks for older messages does not storm history that lags', async () => {
  const { world, tab } = await behind({ known: 0, times: 100 });
  await tab.chat.timeline(bob).loadOlder();
  await world.settle();
  expect(world.server.faults.count('getHistory')).toBe(2);
});
