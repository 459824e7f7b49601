import { expect, test } from 'vitest';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { Message } from '../../../src/protocol/model.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

type TimelineValue = QueryValue['timeline'] | undefined;

const texts = (value: TimelineValue): readonly unknown[] => (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg']));
const range = (from: number, through: number): readonly string[] => Array.from({ length: through - from + 1 }, (_, index) => String(from + index));

/** A world in which bob has written messages 1 to `count` while alice was away, and her first tab. */
async function after(count: number, options: Parameters<typeof openWorld>[0] = {}): Promise<{ readonly world: TestWorld; readonly tab: TestTab; readonly all: readonly Message[] }> {
  const world = openWorld(options);
  for (let number = 1; number <= count; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  return { world, tab, all: world.server.history('alice', bob) };
}

const idOf = (all: readonly Message[], number: number): string => all[number - 1]?.id ?? '';

test('[HB4] a jump to a message shows it with its neighbours, from the service in two requests, then from storage', async () => {
  const { world, tab, all } = await after(1_000);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.jumpTo({ messageId: idOf(all, 500) });
  await world.until(() => texts(timeline.value).includes('500'));
  expect(texts(timeline.value)).toEqual(range(475, 524));
  expect(timeline.value?.state).toMatchObject({ hasOlder: true, hasNewer: true, isLoading: false, error: null });
  expect(world.server.faults.count('getHistory')).toBe(3);
  world.service.setReachable(false);
  await timeline.jumpTo(null);
  await world.until(() => texts(timeline.value).at(-1) === '1000');
  expect(timeline.value?.state.hasNewer).toBe(false);
  await timeline.jumpTo({ messageId: idOf(all, 480) });
  await world.until(() => texts(timeline.value).includes('480'));
  expect(texts(timeline.value)).toEqual(range(455, 504));
  expect(world.server.faults.count('getHistory')).toBe(3);
});

test('[HB4] from a place jumped to, one reads on in both directions, up to the newest and down to the start', async () => {
  const { world, tab, all } = await after(400);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.jumpTo({ messageId: idOf(all, 150) });
  for (let page = 0; (await timeline.loadNewer()).hasNewer; page += 1) expect(page).toBeLessThan(20);
  for (let page = 0; (await timeline.loadOlder()).hasOlder; page += 1) expect(page).toBeLessThan(20);
  await world.until(() => timeline.value?.state.hasOlder === false);
  expect(texts(timeline.value)).toEqual(range(1, 400));
  world.server.write({ from: 'bob', to: 'alice', text: '401' });
  await world.until(() => texts(timeline.value).at(-1) === '401');
});

test('[HB4] what is read up from a jump joins what was there: no hole is left, and none is shown in between', async () => {
  const { world, tab, all } = await after(200);
  const timeline = watch(tab.chat.timeline(bob));
  const history = watch(tab.chat.history(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.jumpTo({ messageId: idOf(all, 1) });
  await world.until(() => texts(timeline.value)[0] === '1');
  expect(timeline.value?.state).toMatchObject({ hasOlder: false, hasNewer: true });
  await world.until(() => history.value?.type === 'has-holes');
  while ((await timeline.loadNewer()).hasNewer) expect(texts(timeline.value)).not.toContain('…');
  await world.until(() => texts(timeline.value).length === 200);
  expect(texts(timeline.value)).toEqual(range(1, 200));
  await world.until(() => history.value?.type === 'complete');
});

test('[HB2] a jump to a time shows the first message from then on, after one filtered request that claims nothing', async () => {
  const { world, tab, all } = await after(300);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  const time = all[99]?.time ?? 0;
  await timeline.jumpTo({ time: time - 1 });
  await world.until(() => texts(timeline.value).includes('100'));
  expect(texts(timeline.value)).toEqual(range(75, 124));
  const before = world.server.faults.count('getHistory');
  await timeline.jumpTo({ time: (all[299]?.time ?? 0) + 1 });
  await world.until(() => texts(timeline.value).at(-1) === '300');
  await timeline.jumpTo({ time });
  await world.until(() => texts(timeline.value).includes('100'));
  expect(texts(timeline.value)).toEqual(range(75, 124));
  expect(world.server.faults.count('getHistory')).toBe(before);
  await timeline.jumpTo({ time: 0 });
  await world.until(() => texts(timeline.value)[0] === '1');
  expect(timeline.value?.state).toMatchObject({ hasOlder: false, hasNewer: true });
});

test('[HB4] a jump to a message that nobody knows is not-found, and one that is refused says why; the window stays', async () => {
  const { world, tab, all } = await after(120);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await expect(timeline.jumpTo({ messageId: '99' })).rejects.toMatchObject({ code: 'not-found' });
  world.server.faults.failNext('getHistory', new SyncError('refused', 'no'));
  await expect(timeline.jumpTo({ messageId: idOf(all, 60) })).rejects.toMatchObject({ code: 'refused' });
  expect(texts(timeline.value)).toEqual(range(71, 120));
  await world.until(() => timeline.value?.state.error?.code === 'refused');
});

test('[HB4] live messages are not shown above a window that was moved, and are there when it comes back', async () => {
  const { world, tab, all } = await after(300);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.jumpTo({ messageId: idOf(all, 100) });
  await world.until(() => texts(timeline.value).includes('100'));
  const { clientId } = await tab.chat.send({ conversation: bob, type: 'txt', msg: 'mine' });
  world.server.write({ from: 'bob', to: 'alice', text: '301' });
  const total = watch(tab.chat.conversation(bob));
  await world.until(() => total.value?.lastMessage?.['msg'] === '301');
  await world.settle();
  expect(texts(timeline.value)).toEqual(range(75, 124));
  await timeline.jumpTo(null);
  await world.until(() => texts(timeline.value).at(-1) === '301');
  expect(texts(timeline.value).slice(-3)).toEqual(['300', 'mine', '301']);
  expect(timeline.value?.items.at(-2)?.key).toBe(clientId);
});

test('[HB4] a window holds no more than its limit: widened at one end, it lets go at the other', async () => {
  const { world, tab } = await after(300, { engine: { timelineWindow: 100 } });
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.loadOlder();
  expect(await timeline.loadOlder()).toEqual({ added: 50, hasOlder: true });
  await world.until(() => texts(timeline.value)[0] === '151');
  expect(texts(timeline.value)).toEqual(range(151, 250));
  expect(timeline.value?.state.hasNewer).toBe(true);
  expect(await timeline.loadNewer()).toEqual({ added: 50, hasNewer: false });
  await world.until(() => texts(timeline.value).at(-1) === '300');
  expect(texts(timeline.value)).toEqual(range(201, 300));
  for (let number = 301; number <= 400; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  await world.until(() => texts(timeline.value).at(-1) === '400');
  expect(texts(timeline.value).length).toBeLessThanOrEqual(150);
  expect(timeline.value?.state.hasNewer).toBe(false);
});

test('[TB4] a reader who had jumped is shown the same place by the next worker, without a request', async () => {
  const { world, tab, all } = await after(600);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  await timeline.jumpTo({ messageId: idOf(all, 200) });
  await world.until(() => texts(timeline.value).includes('200'));
  const shown: number[] = [];
  timeline.subscribe(({ items }) => void shown.push(items.length));
  world.service.setReachable(false);
  world.killWorker();
  await world.until(() => shown.length > 1, 'the next worker has answered');
  await world.settle();
  expect(texts(timeline.value)).toEqual(range(175, 224));
  expect(timeline.value?.state.hasNewer).toBe(true);
});

test('[HB4] fill fetches one page of the hole it names; a hole that is not shown is not-found', async () => {
  const { world, tab } = await after(5);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 5);
  await expect(timeline.fill('hole:1:2')).rejects.toMatchObject({ code: 'not-found' });
  world.service.setReachable(false);
  const lose = world.server.loseDeliveries();
  for (let number = 6; number <= 80; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  lose();
  for (let tries = 0; tries < 40; tries += 1) world.server.faults.failNext('getHistory', new SyncError('service-failed', 'no'));
  world.service.setReachable(true);
  await untilLive(world, tab);
  world.server.write({ from: 'bob', to: 'alice', text: '81' });
  await world.until(() => texts(timeline.value).join() === [...range(1, 5), '…', '81'].join());
  const hole = (): { readonly key: string; readonly isLoading: boolean; readonly code: string | undefined } => {
    const item = timeline.value?.items.find(({ type }) => type === 'hole');
    return item?.type === 'hole' ? { key: item.key, isLoading: item.isLoading, code: item.error?.code } : { key: '', isLoading: false, code: undefined };
  };
  await world.until(() => hole().code === 'service-failed' && !hole().isLoading, 'the hole says why');
  await expect(timeline.fill(hole().key)).rejects.toMatchObject({ code: 'service-failed' });
  world.server.faults.forget();
  const release = world.server.faults.hold('getHistory');
  const filling = timeline.fill(hole().key);
  await world.until(() => hole().isLoading, 'the hole says that it is being filled');
  expect(hole().code).toBe('service-failed');
  release();
  expect(await filling).toEqual({ added: 50 });
  await world.until(() => !texts(timeline.value).includes('…'), 'the rest is filled by itself');
  expect(texts(timeline.value)).toEqual(range(1, 81));
});

test('[HB8] an own message in view says how far it has come: sent, delivered, read', async () => {
  const { world, tab } = await after(1);
  const timeline = watch(tab.chat.timeline(bob));
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'one' });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'two' });
  const states = (): readonly string[] => (timeline.value?.items ?? []).flatMap((item) => (item.type === 'message' && item.message.from === 'alice' ? [item.state.type] : []));
  await world.until(() => states().join() === 'sent,sent');
  const [, one] = world.server.history('alice', bob);
  world.server.deliver(one?.id ?? '');
  await world.until(() => states().join() === 'delivered,sent');
  world.server.readMessage(one?.id ?? '', 'bob');
  await world.until(() => states().join() === 'read,sent');
  world.server.read('bob', { conversationId: 'alice', conversationType: 'singleChat' });
  await world.until(() => states().join() === 'read,read');
});

test.each(['loadOlder', 'loadNewer'] as const)('[HB4] what %s reads while somebody jumps away does not stand next to what is shown then', async (load) => {
  const { world, tab, all } = await after(200);
  const timeline = watch(tab.chat.timeline(bob));
  while ((await timeline.loadOlder()).hasOlder) await world.settle();
  await timeline.jumpTo({ messageId: idOf(all, 100) });
  await Promise.all([timeline[load](), timeline.jumpTo(load === 'loadOlder' ? null : { messageId: idOf(all, 30) })]);
  await world.settle();
  const [first = ''] = texts(timeline.value);
  expect(texts(timeline.value)).toEqual(range(Number(first), Number(first) + (timeline.value?.items.length ?? 0) - 1));
});
