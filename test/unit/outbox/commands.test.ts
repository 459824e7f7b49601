import { describe, expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { untilLive } from '../engine/watch.ts';
import { rejection } from '../client/harness.ts';
import { held, kinds, openBob, shown, waiting, type CommandKind } from './command-kinds.ts';

const refused = new SyncError('refused', 'the service refused', { details: { reason: 'not-allowed' } });
type World = Awaited<ReturnType<typeof openBob>>;

const goOffline = async ({ world, tabs }: World): Promise<void> => {
  world.goOffline();
  await world.until(() => tabs.every(({ chat }) => chat.status.value?.type === 'offline'), 'offline');
};

/** Back online, and at rest: service and tabs agree. */
const rest = async ({ world, tabs }: World): Promise<void> => {
  world.goOnline();
  for (const tab of tabs) await untilLive(world, tab);
  await world.clock.advance(30_000);
  await world.checkAtRest();
  for (const tab of tabs) expect((shown(tab) as { messages: unknown }).messages).toEqual(held(world.server));
};

const asked = ({ title, ...kind }: CommandKind) => [title, kind] as const;

describe.each(kinds.map(asked))('%s', (_title, { kind, call, ask, isDone, isUnseen }) => {
  test('[OB5] asked for offline, it is done in every tab at once, and told after the reconnect', async () => {
    const bed = await openBob();
    const { world, tabs, ids } = bed;
    await goOffline(bed);
    const before = shown(tabs[0]);
    await ask(tabs[0].chat, ids);
    await world.settle();
    for (const tab of tabs) expect(waiting(tab)).toEqual([`${kind} queued`]);
    if (isUnseen !== true) expect(shown(tabs[0])).not.toEqual(before);
    expect(shown(tabs[1])).toEqual(shown(tabs[0]));
    expect(isDone(world.server, ids)).toBe(false);
    const after = shown(tabs[0]);
    world.goOnline();
    await world.until(() => isDone(world.server, ids), 'the service was told');
    await rest(bed);
    expect(waiting(tabs[1])).toEqual([]);
    expect(world.server.faults.count(call)).toBe(1);
    expect(shown(tabs[0])).toEqual(after);
  });

  test('[OB5] with a connection the call settles with the answer; what is refused is undone and waits no more', async () => {
    const bed = await openBob();
    const { world, tabs, ids } = bed;
    const before = shown(tabs[0]);
    world.server.faults.failNext(call, refused);
    expect((await rejection(ask(tabs[0].chat, ids), 'refused')).details).toEqual({ reason: 'not-allowed' });
    await world.until(() => waiting(tabs[1]).length === 0, 'it waits no more');
    await rest(bed);
    for (const tab of tabs) expect(shown(tab)).toEqual(before);
    await ask(tabs[1].chat, ids);
    expect(isDone(world.server, ids)).toBe(true);
    await rest(bed);
  });

  test('[OB5] refused with nobody waiting, it is undone and stays as failed, until it is told again or discarded', async () => {
    const bed = await openBob();
    const { world, tabs, ids } = bed;
    const before = shown(tabs[0]);
    await goOffline(bed);
    await ask(tabs[0].chat, ids);
    world.server.faults.failNext(call, refused);
    world.goOnline();
    await world.until(() => waiting(tabs[1]).join() === `${kind} failed`, 'it has failed');
    await world.clock.advance(30_000);
    await world.until(() => JSON.stringify(shown(tabs[1])) === JSON.stringify(before), `as before: ${JSON.stringify(before)} not ${JSON.stringify(shown(tabs[1]))}`);
    const [item] = tabs[1].chat.outbox.value?.items ?? [];
    expect(item?.state).toMatchObject({ reason: { code: 'refused', details: { reason: 'not-allowed' } } });
    world.server.faults.failNext(call, refused);
    await tabs[1].chat.retry(item?.clientId ?? '');
    await world.until(() => world.server.faults.count(call) === 2 && waiting(tabs[0]).join() === `${kind} failed`, 'it has failed again');
    await tabs[1].chat.retry(item?.clientId ?? '');
    await world.until(() => isDone(world.server, ids) && waiting(tabs[0]).length === 0, 'the service was told');
    await rest(bed);
  });

  test('[OB5] discarded before it could be told, it leaves nothing behind', async () => {
    const bed = await openBob();
    const { world, tabs, ids } = bed;
    const before = shown(tabs[0]);
    await goOffline(bed);
    await ask(tabs[0].chat, ids);
    await world.settle();
    await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
    await world.settle();
    expect(waiting(tabs[0])).toEqual([]);
    await rest(bed);
    for (const tab of tabs) expect(shown(tab)).toEqual(before);
    expect(world.server.faults.count(call)).toBe(0);
  });

  test('[OB5] when its answer is lost it is told again, and done once', async () => {
    const bed = await openBob();
    const { world, tabs, ids } = bed;
    world.server.faults.failNext(call, { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
    await ask(tabs[0].chat, ids);
    await world.settle();
    await world.clock.advance(5_000);
    await world.until(() => waiting(tabs[1]).length === 0, 'it was told again');
    expect(isDone(world.server, ids)).toBe(true);
    await rest(bed);
  });

  test.each(['at once', 'offline', 'at the next worker'])('[OB5] discarded %s when its answer was lost, it is as the service has it', async (when) => {
    const bed = await openBob();
    const { world, tabs, ids } = bed;
    world.server.faults.failNext(call, { type: 'lose-answer', error: new SyncError('timeout', 'no answer') });
    await ask(tabs[0].chat, ids);
    await world.until(() => waiting(tabs[1]).join() === `${kind} unknown`, 'its answer was lost');
    if (when !== 'at once') await goOffline(bed);
    if (when === 'at the next worker') {
      world.killWorker();
      await world.clock.advance(20_000);
    }
    await tabs[1].chat.discard(tabs[1].chat.outbox.value?.items[0]?.clientId ?? '');
    await world.until(() => waiting(tabs[0]).length === 0, 'it waits no more');
    await rest(bed);
    expect(world.server.faults.count(call)).toBe(1);
  });

  test('[OB5] the worker killed at any step of it, service and store agree at rest', async () => {
    for (let step = 1; step <= 14; step += 1) {
      const bed = await openBob();
      const { world, tabs, ids } = bed;
      world.killWorkerAt(step);
      const isAsked = await ask(tabs[0].chat, ids).then(
        () => true,
        () => false,
      );
      await world.settle();
      world.killWorkerAt(undefined);
      await rest(bed);
      expect(waiting(tabs[1])).toEqual([]);
      if (isAsked) expect(isDone(world.server, ids)).toBe(true);
      await world.close();
    }
  }, 30_000);
});
