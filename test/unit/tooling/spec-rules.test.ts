import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

type RuleState = 'kept' | 'partly' | 'planned';

const isState = (word: string): word is RuleState => word === 'kept' || word === 'partly' || word === 'planned';

/** The rows `| SY1 | kept | … |` of the specification, and `| EM1 | … |` of the emulator's, which are all kept. */
function specifiedRules(): ReadonlyMap<string, RuleState> {
  const rules = new Map<string, RuleState>();
  const add = (id: string, state: string): void => {
    if (rules.has(id)) throw new Error(`There are two rows for ${id}`);
    if (!isState(state)) throw new Error(`${id} is "${state}", which is none of kept, partly, planned`);
    rules.set(id, state);
  };
  const read = (...name: string[]): string => readFileSync(path.join(root, ...name), 'utf8');
  for (const [, id = '', state = ''] of read('docs', 'SPEC.md').matchAll(/^\| ([A-Z]{2}\d+) \| (.*?) \|/gm)) add(id, state);
  for (const [, id = ''] of read('emulator', 'README.md').matchAll(/^\| (EM\d+) \|/gm)) add(id, 'kept');
  return rules;
}

/** Rule ids quoted at the start of a title, `'[SY1] …'` or `'[SY1, SY4] …'`, with the files that quote them: tests, and contracts that they run. */
function quotedRules(): ReadonlyMap<string, ReadonlySet<string>> {
  const quotes = new Map<string, Set<string>>();
  const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /(\.test|-contract)\.ts$/.test(name))) {
    const source = readFileSync(path.join(root, 'test', file), 'utf8');
    for (const [claim] of source.matchAll(/(?<=['"`])(\[[A-Z]{2}\d+(, ?[A-Z]{2}\d+)*\] ?)+/g)) {
      for (const [id] of claim.matchAll(/[A-Z]{2}\d+/g)) quotes.set(id, (quotes.get(id) ?? new Set()).add(file));
    }
  }
  return quotes;
}

const rules = specifiedRules();
const quotes = quotedRules();
const idsIn = (...states: readonly RuleState[]): readonly string[] =>
  [...rules].filter(([, state]) => states.includes(state)).map(([id]) => id);

test('the specification has rules, and tests quote them', () => {
  expect(rules.size).toBeGreaterThan(40);
  expect(quotes.size).toBeGreaterThan(0);
});

test('every rule that the specification claims, whole or in part, is quoted by a test', () => {
  expect(idsIn('kept', 'partly').filter((id) => !quotes.has(id))).toEqual([]);
});

test('no test quotes a rule that the specification does not have, or only plans', () => {
  const claimed = new Set(idsIn('kept', 'partly'));
  const strays = [...quotes].filter(([id]) => !claimed.has(id)).map(([id, files]) => `${id} in ${[...files].join(', ')}`);
  expect(strays).toEqual([]);
});
