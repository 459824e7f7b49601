import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { createFakeClock } from '../../../src/testing/fake-clock.ts';
import { createRequestGate } from '../../../src/worker/history/request-gate.ts';

test('[HB6] only so many requests run at a time, in order, and one that leaves hands its place on', async () => {
  let freed = 0;
  const gate = createRequestGate({ limit: 2, environment: createFakeClock(), onFree: () => (freed += 1) });
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const request = (number: number) =>
    gate.run(() => {
      begun.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number)));
    });
  const all = [1, 2, 3, 4].map(request);
  expect([begun, gate.free()]).toEqual([[1, 2], 0]);
  ends[1]?.();
  await all[1];
  await Promise.resolve();
  expect([begun, gate.free(), freed]).toEqual([[1, 2, 3], 0, 0]);
  ends[0]?.();
  ends[2]?.();
  await Promise.all([all[0], all[2]]);
  ends[3]?.();
  expect(await all[3]).toBe(4);
  expect([gate.free(), freed]).toEqual([2, 2]);
});

test('[HB6] while a refusal holds nobody is let through, and a clock that is set back does not lock the gate', async () => {
  const clock = createFakeClock();
  const gate = createRequestGate({ limit: 2, environment: clock, onFree: () => undefined });
  const refusal = new SyncError('rate-limited', 'slowly', { details: { retryAfterMs: 5_000 } });
  await expect(gate.run(() => Promise.reject(refusal))).rejects.toBe(refusal);
  await clock.advance(2_000);
  let asked = 0;
  await expect(gate.run(async () => (asked += 1))).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 3_000 } });
  expect([asked, gate.free(), gate.waitMs()]).toEqual([0, 0, 3_000]);
  clock.set(clock.now() - 3_600_000);
  expect(await gate.run(async () => 'answer')).toBe('answer');
});
