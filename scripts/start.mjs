/** `npm start`: builds what is stale, then serves the demo and a local Easemob with seeded accounts on one address. */
import { register } from 'tsx/esm/api';
import { buildIfStale } from './build.mjs';

await buildIfStale();
register();
await import('./serve-demo.ts');
