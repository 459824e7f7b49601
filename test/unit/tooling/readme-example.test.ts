import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { readmeExample } from '../../support/readme-example.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What the compiler says of a piece of code that stands beside the demo's page code. */
function diagnose(code: string): readonly string[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const file = path.join(root, 'demo', 'readme-example.ts');
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => (name === file ? ts.createSourceFile(name, code, ts.ScriptTarget.ES2022) : read(name, ...rest));
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  return ts
    .getPreEmitDiagnostics(program, source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

test.each(['page', 'worker'] as const)("the README's %s example is accepted by the compiler as it stands", { timeout: 60_000 }, (name) => {
  expect(diagnose(readmeExample(name))).toEqual([]);
});

test('a wrong name in the example would be seen', { timeout: 60_000 }, () => {
  expect(diagnose(readmeExample('page').replace('loadOlder', 'loadElder'))).not.toEqual([]);
});

test("the README's example of a test runs as it stands", async () => {
  const folder = path.join(root, '.build');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'readme-testing-example.ts');
  writeFileSync(file, readmeExample('testing'));
  await expect(import(file)).resolves.toBeDefined();
});
