import { expect, test } from 'vitest';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

const texts = (value: QueryValue['timeline'] | undefined): readonly unknown[] => (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg']));
const range = (from: number, through: number): readonly string[] => Array.from({ length: through - from + 1 }, (_, index) => String(from + index));

test('[HB4] [HB5] hard case 1: of 700 messages missed the queue kept 500; the hole is seen, survives a kill in mid-fill, and ends as the history is', async () => {
  const world = openWorld({ engine: { timelineWindow: 2_000 } });
  const write = (from: number, through: number): void => {
    for (let number = from; number <= through; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  };
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  write(1, 10);
  await world.until(() => texts(timeline.value).length === 10);
  await timeline.loadOlder();

  world.service.setReachable(false);
  await world.settle();
  write(11, 710);
  const hold = world.server.faults.hold('getHistory');
  world.service.setReachable(true);
  await world.until(() => texts(timeline.value).includes('710'), 'what the queue kept');
  const shown = texts(timeline.value);
  expect(shown.filter((text) => text !== '…').length).toBeLessThanOrEqual(510);
  expect(shown.at(-2), 'only the newest is known to be without a gap below').toBe('…');
  const hole = timeline.value?.items.find(({ type }) => type === 'hole');
  expect(hole).toMatchObject({ error: null });
  hold();

  await world.until(() => world.server.faults.count('getHistory') >= 6, 'in the middle of it');
  world.killWorker();
  await world.until(() => !texts(timeline.value).includes('…') && texts(timeline.value).length === 710, 'the next engine fills the rest');
  expect(texts(timeline.value)).toEqual(range(1, 710));
  const ids = timeline.value?.items.map((item) => item.type === 'message' && item.message.id);
  expect(ids).toEqual(world.server.history('alice', bob).map(({ id }) => id));
  expect(world.server.faults.count('getHistory'), 'in fifties, and no page twice but for the kill').toBeLessThanOrEqual(18);
});
