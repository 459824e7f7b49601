import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { createFakeClock } from '../../../src/testing/fake-clock.ts';
import { createIntake, type DataEvent } from '../../../src/worker/intake/intake.ts';
import type { Ledger } from '../../../src/worker/ledger/ledger.ts';
import type { WriteBatch } from '../../../src/worker/storage/storage.ts';
import { message } from '../../support/messages.ts';

/** An intake over a ledger that knows nothing, and stores what `fault` has nothing against. */
function openIntake(fault: (batch: WriteBatch) => SyncError | undefined) {
  const clock = createFakeClock();
  const stored: string[] = [];
  const dropped: string[] = [];
  let attempts = 0;
  const ledger = {
    outbox: () => [],
    tombstone: () => undefined,
    effects: () => [],
    spans: async () => [],
    directory: { row: () => undefined },
    storage: { selectUnstored: async (_key: string, all: readonly Message[]) => all, findMessage: async () => undefined, readMessages: async () => [] },
    write: async (decide: () => Promise<WriteBatch>) => {
      const batch = await decide();
      const error = fault(batch);
      attempts += 1;
      if (error !== undefined) throw error;
      stored.push(...(batch.messages ?? []).flatMap(({ puts = [] }) => puts.map(({ id }) => id)));
      return batch;
    },
  } as unknown as Ledger;
  const intake = createIntake({
    ledger,
    self: 'alice',
    environment: clock,
    continuity: { session: () => 1, isCurrent: () => true, isListed: () => true, confirm: () => undefined },
    retryDelayMs: () => 1_000,
    onDropped: ({ code }) => void dropped.push(code),
    onDistrusted: () => undefined,
    onNotice: ({ name }) => void stored.push(name),
  });
  return { clock, stored, dropped, attempts: () => attempts, push: (...events: readonly DataEvent[]) => events.forEach(intake.push), settled: intake.settled };
}

const told = (...messages: readonly Message[]): DataEvent => ({ type: 'messages', messages });
const has = (batch: WriteBatch, id: string): boolean => (batch.messages ?? []).some(({ puts = [] }) => puts.some((one) => one.id === id));

test('[ST3] [ER1] an event that the storage never takes, while it takes everything else, is dropped and told; its neighbours are stored', async () => {
  const bad = message(2);
  const { clock, stored, dropped, push, settled, attempts } = openIntake((batch) => (has(batch, bad.id) ? new SyncError('storage-failed', 'no') : undefined));
  push(told(message(1)), told(bad), told(message(3)));
  for (let second = 0; second < 20; second += 1) await clock.advance(1_000);
  await settled();
  expect(stored).toEqual([message(1).id, message(3).id]);
  expect(dropped).toEqual(['storage-failed']);
  expect(attempts()).toBeLessThan(20);
});

test.each(['storage-full', 'storage-unavailable', 'storage-failed'] as const)('[ST3] while nothing can be stored (%s) everything waits, and keeps its order', async (code) => {
  let isBroken = true;
  const { clock, stored, dropped, push, settled } = openIntake(() => (isBroken ? new SyncError(code, 'no') : undefined));
  push(told(message(1)), { type: 'notice', notice: { name: 'onCmdMessage', data: 1 } }, told(message(2)));
  for (let second = 0; second < 30; second += 1) await clock.advance(1_000);
  expect([stored, dropped]).toEqual([[], []]);
  isBroken = false;
  await clock.advance(1_000);
  await settled();
  expect(stored).toEqual([message(1).id, message(2).id, 'onCmdMessage']);
});
