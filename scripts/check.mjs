/** `npm run check`: types, lint and unit tests, within a minute on two cores. No browser, no build. */
import { compilerSteps, lintStep } from './static-checks.mjs';
import { programOf, report, runStep } from './steps.mjs';

/** @type {import('./steps.mjs').Step} */
const unitTests = { name: 'unit tests', command: programOf('vitest'), args: ['run', '--project', 'unit'] };

/** Two lanes for two cores: each runs its steps one after the other. */
const lanes = [[...compilerSteps, unitTests], [lintStep]];

const outcomes = (
  await Promise.all(
    lanes.map(async (lane) => {
      const results = [];
      for (const step of lane) {
        const outcome = await runStep(step);
        report(outcome);
        results.push(outcome);
      }
      return results;
    }),
  )
).flat();

const failed = outcomes.filter(({ ok }) => !ok).length;
console.log(`${outcomes.length - failed} of ${outcomes.length} steps passed`);
process.exitCode = failed === 0 ? 0 : 1;
