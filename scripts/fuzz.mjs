/**
 * `npm run test:fuzz`: seeded walks over the in-process world, a million steps unless told otherwise.
 *
 * - `MOORAGE_STEPS`: how many. `MOORAGE_SEED`: the first walk's seed; else one that differs from run to run.
 * - A failing walk prints its seed: `MOORAGE_SEED=<seed> MOORAGE_STEPS=250 npm run test:fuzz` walks it again.
 */
import { programOf, runStep } from './steps.mjs';

process.env.MOORAGE_STEPS ??= '1000000';
process.env.MOORAGE_SEED ??= String(1 + Math.floor(Math.random() * 1_000_000_000));
const walks = { name: 'fuzz', command: programOf('vitest'), args: ['run', '--project', 'fuzz', 'test/fuzz/walks.test.ts'] };
const { ok } = await runStep(walks, { live: true });
process.exitCode = ok ? 0 : 1;
