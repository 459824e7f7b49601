import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { codeSamples, readmeExample, userDocs } from '../../support/readme-example.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What the compiler says of pieces of code that stand beside the demo's page code, one after another, by the name of each. */
function diagnose(samples: ReadonlyMap<string, { readonly language: 'ts' | 'tsx'; readonly code: string }>): Record<string, readonly string[]> {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const files = new Map([...samples].map(([name, { language, code }], at) => [path.join(root, 'demo', `sample-${at}.${language}`), { name, code }]));
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    const sample = files.get(path.normalize(name));
    return sample ? ts.createSourceFile(name, sample.code, ts.ScriptTarget.ES2022) : read(name, ...rest);
  };
  host.fileExists = (name) => files.has(path.normalize(name)) || ts.sys.fileExists(name);
  const program = ts.createProgram([...files.keys()], options, host);
  const said = [...files].map(([file, { name }]): [string, readonly string[]] => [
    name,
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
  ]);
  return Object.fromEntries(said.filter(([, messages]) => messages.length > 0));
}

test('every piece of code in the README and the docs is accepted by the compiler as it stands', () => {
  const samples = codeSamples();
  expect(samples.size).toBeGreaterThan(10);
  expect(diagnose(samples)).toEqual({});
});

test('a wrong name in one would be seen', () => {
  const code = readmeExample('page').replace('getLocalConversations', 'getLocalConversation');
  expect(diagnose(new Map([['page', { language: 'ts', code }]]))).toHaveProperty('page');
});

test("the README's example of a test runs as it stands", async () => {
  const folder = path.join(root, '.build');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'readme-testing-example.ts');
  writeFileSync(file, readmeExample('testing'));
  await expect(import(file)).resolves.toBeDefined();
});

/** The address that a heading gets on the pages that show Markdown. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test('every link in the README and the docs leads somewhere', () => {
  const docs = userDocs();
  const dead: string[] = [];
  let links = 0;
  for (const [name, text] of docs) {
    for (const [, target = ''] of text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      links += 1;
      const [file = '', anchor] = target.split('#');
      const page = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
      const headings = [...(docs.get(page) ?? '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
      if (!existsSync(path.join(root, page)) || (anchor !== undefined && !headings.includes(anchor))) dead.push(`${name}: ${target}`);
    }
  }
  expect(links).toBeGreaterThan(20);
  expect(dead).toEqual([]);
});
