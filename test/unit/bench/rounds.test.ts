import { expect, test } from 'vitest';
import { runRounds } from '../../../bench/rounds.ts';

test('systems take turns, and warm-up rounds are thrown away', async () => {
  const order: string[] = [];
  const lines: string[] = [];
  const kept = await runRounds<string, number>({
    name: 'sync1000',
    systems: ['sdk', 'moorage'],
    rounds: 2,
    warmUps: 1,
    run: async (_system, label) => order.push(label),
    report: (line) => lines.push(line),
    describe: (outcome) => `run ${outcome}`,
  });
  expect(order).toEqual([
    ...['sync1000-sdk-1', 'sync1000-moorage-1'],
    ...['sync1000-sdk-2', 'sync1000-moorage-2'],
    ...['sync1000-sdk-3', 'sync1000-moorage-3'],
  ]);
  expect([...kept]).toEqual([
    ['sdk', [3, 5]],
    ['moorage', [4, 6]],
  ]);
  expect(lines[0]).toContain('warm-up');
  expect(lines.at(-1)).toMatch(/round 2\/2 +moorage +run 6/);
});

test('localCache can take part in fewer rounds than the others', async () => {
  const order: string[] = [];
  await runRounds<string, number>({
    name: 'x',
    systems: ['sdk', 'localCache'],
    rounds: 2,
    localCacheRounds: 1,
    warmUps: 0,
    run: async (system) => order.push(system),
    report: () => undefined,
    describe: String,
  });
  expect(order).toEqual(['sdk', 'localCache', 'sdk']);
});

test('a run that fails ends the rounds', async () => {
  const run = async (): Promise<number> => {
    throw new Error('no rows');
  };
  const options = { name: 'x', systems: ['sdk'], rounds: 1, warmUps: 0, report: () => undefined, describe: String } as const;
  await expect(runRounds({ ...options, run })).rejects.toThrow('no rows');
});
