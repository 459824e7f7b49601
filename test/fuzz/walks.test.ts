import { expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { runWalk } from './walk.ts';

/** Commands of one walk: many worlds find more than one old world. Unit: steps. */
const WALK_STEPS = 250;
/** After so many failed walks the rest would tell nothing new. */
const MOST_FAILURES = 10;
const steps = Number(process.env['MOORAGE_STEPS'] ?? 10_000);
const firstSeed = Number(process.env['MOORAGE_SEED'] ?? 1);

test(`[SY4] [SY7] [UR1] [UR2] [HB2] [HB5] [OB1] [OB3] [TB3] ${steps} steps of chance end where the service is, in every tab`, { timeout: 3_600_000 }, async () => {
  const counts = new Map<string, number>();
  const walks = Math.ceil(steps / WALK_STEPS);
  const failures: string[] = [];
  let rests = 0;
  for (let walk = 0; walk < walks; walk += 1) {
    const seed = firstSeed + walk;
    try {
      const report = await runWalk({ seed, steps: Math.min(WALK_STEPS, steps - walk * WALK_STEPS) });
      for (const [name, count] of report.counts) counts.set(name, (counts.get(name) ?? 0) + count);
      rests += report.rests;
    } catch (error) {
      // The others are walked all the same: one defect may hide another. A failure is said at once, a million steps take hours.
      failures.push(error instanceof Error ? error.message : String(error));
      process.stdout.write(`${failures.at(-1)}\n`);
      if (failures.length === MOST_FAILURES) break;
    }
  }
  process.stdout.write(`seeds ${firstSeed} to ${firstSeed + walks - 1}, ${steps} steps, ${rests} rests: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}\n`);
  expect(failures).toEqual([]);
  // A few steps of one seed need not do everything.
  if (steps >= 5_000) expect(Object.keys(COMMANDS).filter((name) => !counts.has(name))).toEqual([]);
});
