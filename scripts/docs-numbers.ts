import { formatResults } from '../bench/table.ts';
import type { Results } from '../bench/results.ts';

const START = '<!-- generated: numbers -->';
const END = '<!-- /generated -->';

/**
 * @param options.sizes One line a door, as the size check prints it.
 * @param options.measuredOn The day of the benchmark, as a date.
 * @returns The README with its numbers replaced by these.
 * @throws {Error} when the README has no place for them
 */
export function withNumbers(readme: string, options: { readonly results: Results; readonly sizes: readonly string[]; readonly measuredOn: string }): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`README.md lacks ${START} … ${END}`);
  const block = [
    START,
    '',
    'Minified and gzipped, dependencies included, without the SDK:',
    '',
    ...options.sizes.map((line) => `- ${line}`),
    '',
    `Medians of \`npm run bench\` on ${options.measuredOn}: one Chromium, one local emulator, the same data, two cores, on-disk profile.`,
    'Look at the ratios: times differ between machines. A ratio below 1 is faster than the peer.',
    '',
    '```',
    formatResults(options.results),
    '```',
    '',
  ].join('\n');
  return readme.slice(0, start) + block + readme.slice(end);
}
