/** `npm run docs`: writes the measured sizes and the benchmark's results into the README, so that no hand types them. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Results } from '../bench/results.ts';
import { buildIfStale } from './build.mjs';
import { withNumbers } from './docs-numbers.ts';
import { measureSizes } from './size.mjs';

const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

await buildIfStale();
const resultsFile = pathOf('bench/results.json');
const readmeFile = pathOf('README.md');
const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
const sizes = (await measureSizes()).map(({ line }) => line);
const measuredOn = statSync(resultsFile).mtime.toISOString().slice(0, 10);
writeFileSync(readmeFile, withNumbers(readFileSync(readmeFile, 'utf8'), { results, sizes, measuredOn }));
console.log('README.md: sizes and benchmark written');
