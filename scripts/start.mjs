/** `npm start`: builds what is stale, then serves the demo and a local Easemob with seeded accounts on one address. */
import { buildIfStale } from './build.mjs';
import { programOf, root, runStep } from './steps.mjs';
import path from 'node:path';

await buildIfStale();
const { ok } = await runStep(
  {
    name: 'demo',
    command: programOf('tsx'),
    args: [path.join(root, 'scripts', 'serve-demo.ts'), ...process.argv.slice(2)],
  },
  { live: true },
);
process.exitCode = ok ? 0 : 1;
