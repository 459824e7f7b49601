import { IDBFactory } from 'fake-indexeddb';
import { expect, onTestFinished, test } from 'vitest';
import type { ServiceConversation } from '../../../src/worker/service/chat-service.ts';
import { createTestWorld, type TestWorld } from '../../../src/testing/test-world.ts';
import { openStorage } from '../../../src/worker/storage/open-storage.ts';
import { nodeEnvironment } from '../../support/node-environment.ts';
import { shownBy, untilLive } from '../engine/watch.ts';

const DAY = 86_400_000;
const account = { appKey: 'org#app', userId: 'alice' };

/** A world whose worker can be killed at its n-th step: a transaction begun or completed, a question or an answer of the service. */
function openMortalWorld(): { readonly world: TestWorld; readonly factory: IDBFactory; steps(): number; killAt(step: number): void; isDead(): boolean } {
  const factory = new IDBFactory();
  const world = createTestWorld({ indexedDB: factory, keyRange: IDBKeyRange, account, engine: { listPageSize: 20, backfill: { conversations: 0, messages: 0 } } });
  onTestFinished(() => world.close());
  let asked = 0;
  let deadline = Infinity;
  let isKilled = false;
  const steps = (): number => asked + world.disk.steps();
  const kill = (): void => {
    deadline = Infinity;
    isKilled = true;
    world.killWorker();
  };
  const { faults } = world.server;
  const run = faults.run.bind(faults);
  const step = (): void => {
    asked += 1;
    if (steps() >= deadline) kill();
  };
  faults.run = async (call, work) => {
    step();
    const answer = await run(call, work);
    step();
    return answer;
  };
  const watchStorage = (): void => {
    world.disk.atStep(1, () => {
      if (steps() >= deadline) kill();
      else if (deadline < Infinity) queueMicrotask(watchStorage);
    });
  };
  return {
    world,
    factory,
    steps,
    killAt(n) {
      isKilled = false;
      deadline = steps() + n;
      if (n < Infinity) watchStorage();
    },
    isDead: () => isKilled,
  };
}

const shape = (rows: readonly ServiceConversation[]): readonly unknown[] =>
  rows.map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, row.isPinned, row.marks]);

/** Everything the stored cursor says was read is stored. */
async function expectNoCursorAhead(factory: IDBFactory, list: readonly ServiceConversation[]): Promise<void> {
  const storage = await openStorage({ account, environment: { ...nodeEnvironment(), indexedDB: factory }, instanceId: 'looker' });
  const listSync = await storage.loadListSync();
  const rows = new Map((await storage.loadConversations()).map((row) => [row.conversationId, row.lastMessage?.id]));
  storage.close();
  if (listSync === undefined) return;
  const read = listSync.cursor === null ? list.length : Number(/\d+$/.exec(listSync.cursor)?.[0] ?? 0);
  for (const { conversationId, lastMessage } of list.slice(0, read)) expect(rows.get(conversationId), `${conversationId} at cursor ${listSync.cursor}`).toBe(lastMessage?.id);
}

/** Writes what nobody is told: only the list knows. */
function writeUnheard(world: TestWorld, from: number, through: number): void {
  const lose = world.server.loseDeliveries();
  for (let number = from; number <= through; number += 1) world.server.write({ from: `user-${number}`, to: 'alice', text: 'while away' });
  lose();
}

const rounds: readonly (readonly [string, (world: TestWorld) => void])[] = [
  ['the first round', () => undefined],
  ['a head round after a short absence', (world) => writeUnheard(world, 1, 50)],
  ['a whole round after a long absence', (world) => {
    writeUnheard(world, 40, 45);
    world.clock.set(world.clock.now() + 8 * DAY);
  }],
];

test.each(rounds)('[SY7] [SY1] hard case 3: killed at any step of %s, the next engine ends as the service is, and no cursor is ever ahead of its rows', async (name, prepare) => {
  const run = async (killAt: number): Promise<{ readonly steps: number; readonly wasKilled: boolean }> => {
    const mortal = openMortalWorld();
    const { world, factory } = mortal;
    world.server.seed({ userId: 'alice', conversations: 90 });
    world.server.mailbox('alice').pin({ conversationId: 'user-4', conversationType: 'singleChat' }, 7);
    if (name !== 'the first round') {
      const tab = await world.openTab();
      await untilLive(world, tab);
      tab.chat.close();
      world.killWorker();
    }
    prepare(world);
    const before = mortal.steps();
    mortal.killAt(killAt);
    // Whoever opens it dies with the worker, as a browser that is closed.
    const opening = world.openTab().catch(() => undefined);
    const live = opening.then((opened) => opened && untilLive(world, opened)).catch(() => undefined);
    let isLive = false;
    void live.then(() => (isLive = true));
    await world.until(() => mortal.isDead() || isLive, 'killed, or live');
    const steps = mortal.steps() - before;
    const wasKilled = mortal.isDead();
    if (!wasKilled) world.killWorker();
    await world.settle();
    const listed = world.server.list('alice');
    const { length } = world.server.faults.calls;
    if (name === 'the first round') await expectNoCursorAhead(factory, listed);
    const next = await world.openTab();
    await untilLive(world, next);
    expect([...(await shownBy(next))].sort()).toEqual([...shape(listed)].sort());
    expect(world.server.faults.calls.slice(length).filter((call) => call.name === 'getConversations').length).toBeLessThanOrEqual(8);
    await world.close();
    return { steps, wasKilled };
  };

  const { steps } = await run(Infinity);
  let kills = 0;
  for (let step = 1; step <= steps; step += 1) if ((await run(step)).wasKilled) kills += 1;
  expect(kills).toBeGreaterThan(steps * 0.8);
});
