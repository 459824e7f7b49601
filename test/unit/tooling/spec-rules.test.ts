import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

type RuleState = 'kept' | 'partly' | 'planned';

/** The rows `| SY1 | kept | … |` of the specification. */
function specifiedRules(): ReadonlyMap<string, RuleState> {
  const spec = readFileSync(path.join(root, 'docs', 'SPEC.md'), 'utf8');
  const rows = [...spec.matchAll(/^\| ([A-Z]{2}\d+) \| (.*?) \|/gm)];
  const rules = new Map<string, RuleState>();
  for (const [, id = '', state = ''] of rows) {
    if (rules.has(id)) throw new Error(`docs/SPEC.md has two rows for ${id}`);
    if (state !== 'kept' && state !== 'partly' && state !== 'planned') {
      throw new Error(`docs/SPEC.md: ${id} is "${state}", which is none of kept, partly, planned`);
    }
    rules.set(id, state);
  }
  return rules;
}

/** Rule ids quoted at the start of a title, `'[SY1] …'` or `'[SY1, SY4] …'`, with the files that quote them. */
function quotedRules(): ReadonlyMap<string, ReadonlySet<string>> {
  const quotes = new Map<string, Set<string>>();
  const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.test.ts'))) {
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
