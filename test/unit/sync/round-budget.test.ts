import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { createRoundBudget } from '../../../src/worker/sync/round-budget.ts';

const open = (roundsPerWindow = 2) => {
  const clock = { now: 1_000_000 };
  const budget = createRoundBudget({ settings: { roundsPerWindow, roundWindowMs: 60_000 }, now: () => clock.now });
  let requests = 0;
  const ask = (error?: SyncError) =>
    budget.ask(async () => {
      requests += 1;
      if (error !== undefined) throw error;
      return 'page';
    });
  return { clock, budget, ask, requests: () => requests };
};

test('[SY5] a budget of rounds slides with time, and a clock that is set back does not lock it', () => {
  const { clock, budget } = open();
  budget.spend();
  clock.now += 10_000;
  budget.spend();
  expect(budget.waitMs()).toBe(50_000);
  clock.now += 50_000;
  expect(budget.waitMs()).toBe(0);
  budget.spend();
  clock.now -= 500_000;
  expect(budget.waitMs()).toBe(0);
});

test('[SY5] after a refusal nobody asks before the time the service named, whoever wants to', async () => {
  const { clock, budget, ask, requests } = open();
  await expect(ask(new SyncError('rate-limited', 'later', { details: { retryAfterMs: 90_000 } }))).rejects.toMatchObject({ message: 'later' });
  clock.now += 30_000;
  await expect(ask()).rejects.toMatchObject({ code: 'rate-limited', retryable: true, details: { retryAfterMs: 60_000 } });
  expect(budget.waitMs()).toBe(60_000);
  expect(requests()).toBe(1);
  clock.now += 60_000;
  expect(budget.waitMs()).toBe(0);
  expect(await ask()).toBe('page');
});

test('[SY5] a refusal without a time holds for one round’s share of the budget', async () => {
  const { budget, ask } = open(5);
  await expect(ask(new SyncError('rate-limited', 'later'))).rejects.toThrow('later');
  expect(budget.waitMs()).toBe(12_000);
});

test('[SY5] other failures, and a clock that is set back after a refusal, lock nothing', async () => {
  const { clock, budget, ask } = open();
  await expect(ask(new SyncError('timeout', 'slow'))).rejects.toThrow('slow');
  expect(budget.waitMs()).toBe(0);
  await expect(ask(new SyncError('rate-limited', 'later', { details: { retryAfterMs: 9_000 } }))).rejects.toThrow('later');
  clock.now -= 86_400_000;
  expect(await ask()).toBe('page');
});
