import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Results } from '../../../bench/results.ts';
import { withNumbers } from '../../../scripts/docs-numbers.ts';

const fileText = (name: string): string => readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');
const results = JSON.parse(fileText('bench/results.json')) as Results;

test('the README has a place for the numbers, and keeps everything else', () => {
  const readme = fileText('README.md');
  const filled = withNumbers(readme, { results, sizes: ['a door: 1.00 kB of 2 kB'], measuredOn: '2020-02-02' });
  expect(filled).toContain('- a door: 1.00 kB of 2 kB');
  expect(filled).toContain(`sent: ${results.live2000.unread.sent}`);
  expect(filled).toContain('on 2020-02-02');
  const outside = (text: string): string => text.replace(/<!-- generated: numbers -->[\s\S]*<!-- \/generated -->/, '');
  expect(outside(filled)).toBe(outside(readme));
});

test('numbers written twice are written once', () => {
  const options = { results, sizes: [], measuredOn: '2020-02-02' };
  const once = withNumbers(fileText('README.md'), options);
  expect(withNumbers(once, options)).toBe(once);
});

test('a README without the place is refused', () => {
  expect(() => withNumbers('# Moorage', { results, sizes: [], measuredOn: '2020-02-02' })).toThrow('README.md lacks');
});
