import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doors } from '../../../scripts/doors.mjs';

const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

/** tsconfig files may hold comments, on lines of their own. */
const readConfig = (name: string): unknown => JSON.parse(read(name).replace(/^\s*\/\/.*$/gm, ''));

test('every door has the same source in the build, in the compiler settings and in package.json', () => {
  const { compilerOptions } = readConfig('tsconfig.base.json') as { compilerOptions: { paths: unknown } };
  expect(compilerOptions.paths).toEqual(
    Object.fromEntries(doors.map(({ specifier, entry }) => [specifier, [`./${entry}`]])),
  );

  const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
  const files = ['./package.json', './prebuilt/*'];
  expect(Object.fromEntries(Object.entries(exports).filter(([name]) => !files.includes(name)))).toEqual(
    Object.fromEntries(
      doors.map(({ specifier, output }) => [
        specifier.replace(/^moorage/, '.'),
        { types: `./dist/${output}.d.ts`, default: `./dist/${output}.js` },
      ]),
    ),
  );
});

test('every door has a source', () => {
  const missing = doors.filter(({ entry }) => !existsSync(new URL(`../../../${entry}`, import.meta.url)));
  expect(missing).toEqual([]);
});
