import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';
import { runBrowserWalk } from './browser-walk.ts';

const steps = Number(process.env['MOORAGE_BROWSER_STEPS'] ?? 240);
const seed = Number(process.env['MOORAGE_SEED'] ?? 1);

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { conversations: 0 } });
});
afterAll(() => world.close());

test(`[SY4] [SY7] [UR1] [UR2] [HB2] [HB5] [TB3] ${steps} steps of chance in a browser, over the unmodified SDK, end where the service is`, { timeout: 900_000 }, async () => {
  const counts = await runBrowserWalk(world, { seed, steps });
  process.stdout.write(`seed ${seed}, ${steps} steps: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}\n`);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(steps / 2);
});
