import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('[ER1] docs/errors.md tells of every code and of every reason', () => {
  const doc = read('docs/errors.md');
  const [, codes = ''] = /export type SyncErrorCode =([^;]+);/.exec(read('src/protocol/errors.ts')) ?? [];
  const named = [...codes.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code);
  const rows = [...doc.matchAll(/^\| `([a-z-]+)` \|.*\|.*\|.*\|$/gm)].map(([, code]) => code);
  expect(named.length).toBeGreaterThan(20);
  expect(rows.slice(0, named.length)).toEqual(named);

  const [, reasons = ''] = /const REASONS[^{]+\{[^}]*\} = \{([^}]+)\}/.exec(read('src/worker/service/easemob/map-error.ts')) ?? [];
  const pairs = [...reasons.matchAll(/(\d+): '([a-z-]+)'/g)];
  expect(pairs.length).toBeGreaterThan(20);
  const table = doc.slice(doc.indexOf('## Reasons'));
  for (const [, number = '', reason = ''] of pairs) {
    expect(table, reason).toContain(`\`${reason}\``);
    expect(table, number).toMatch(new RegExp(`\\b${number}\\b`));
  }
});
