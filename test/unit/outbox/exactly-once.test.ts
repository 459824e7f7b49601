import { expect, test } from 'vitest';
import { walkOnce, type Tally } from './exactly-once-walk.ts';

const WALKS = Number(process.env['MOORAGE_WALKS'] ?? 1_000);
const firstSeed = Number(process.env['MOORAGE_SEED'] ?? 1);
/** After so many failed walks the rest would tell nothing new. */
const MOST_FAILURES = 3;

test(`[OB1] [OB2] [OB3] over ${WALKS} walks, with answers lost, sockets cut and workers killed between any two steps, the service has each message exactly once`, { timeout: 1_200_000 }, async () => {
  const tally: Tally = new Map();
  const failures: string[] = [];
  for (let seed = firstSeed; seed < firstSeed + WALKS && failures.length < MOST_FAILURES; seed += 1) {
    await walkOnce(seed, tally).catch((error: unknown) => failures.push(String(error)));
  }
  process.stdout.write(`${[...tally].map(([name, count]) => `${name}: ${count}`).join(', ')}\n`);
  expect(failures).toEqual([]);
  // The walks have been where they were meant to go.
  if (WALKS >= 1_000) for (const name of ['asked to send', 'asked to getHistory', 'shown as unknown', 'shown as sending', 'shown as queued']) expect(tally.get(name), name).toBeGreaterThan(WALKS / 2);
});
