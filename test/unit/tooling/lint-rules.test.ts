import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;

/** The house rules need no types: without them a snippet may claim to be any file, existing or not. */
const untyped = new ESLint({ cwd: root, overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] });

/** For rules that need types: one small file is the whole program. */
const typedFile = 'test/unit/tooling/typed-snippet/snippet.ts';
const project = ['test/unit/tooling/typed-snippet/tsconfig.json'];
// Where CI is set, the parser would take the file on disk for the snippet: it expects to see every file once.
const parserOptions = { project, tsconfigRootDir: root, disallowAutomaticSingleRunInference: true };
const typed = new ESLint({ cwd: root, overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions } }] });

type Finding = { readonly rule: string | null; readonly message: string };

async function lint(eslint: ESLint, file: string, code: string): Promise<readonly Finding[]> {
  const [result] = await eslint.lintText(code, { filePath: `${root}${file}` });
  const messages = result?.messages ?? [];
  const broken = messages.find(({ fatal }) => fatal === true);
  if (broken !== undefined) throw new Error(`The snippet was not linted: ${broken.message}`);
  return messages
    .map(({ ruleId, message }) => ({ rule: ruleId, message }))
    .filter(({ rule }) => rule !== '@typescript-eslint/no-unused-vars');
}

const importing = (specifier: string): string => `import { thing } from '${specifier}';\nthing();\n`;
const importingType = (specifier: string): string =>
  `import type { Thing } from '${specifier}';\nexport type Other = Thing;\n`;

type Case = {
  readonly title: string;
  /** Pairs of a file and what it says there. */
  readonly refused: readonly (readonly [file: string, code: string])[];
  readonly allowed?: readonly (readonly [file: string, code: string])[];
  /** Part of the message, which says why. */
  readonly because: RegExp;
};

const cases: readonly Case[] = [
  {
    title: 'the client does not import the worker',
    refused: [
      ['src/client/connect.ts', importing('../worker/engine.ts')],
      ['src/client/store/timeline.ts', importingType('../../worker/storage/storage.ts')],
      ['src/client/connection/remote.ts', importing('../../worker/engine.ts')],
    ],
    allowed: [['src/client/connect.ts', importing('./connection/open-worker.ts')]],
    because: /loaded by every tab/,
  },
  {
    title: 'the worker does not import the client',
    refused: [
      ['src/worker/engine.ts', importing('../client/connect.ts')],
      ['src/worker/sync/sync-loop.ts', importingType('../../client/connect.ts')],
      ['src/worker/hosts/shared-worker.ts', importing('../../client/connect.ts')],
      ['src/worker/storage/database.ts', importing('../../client/connect.ts')],
    ],
    because: /tabs of other builds/,
  },
  {
    title: 'protocol imports nothing outside itself',
    refused: [
      ['src/protocol/model.ts', importing('comlink')],
      ['src/protocol/model.ts', importingType('../worker/environment.ts')],
    ],
    allowed: [['src/protocol/model.ts', importing('./ids.ts')]],
    because: /is the contract/,
  },
  {
    title: 'idb is imported in storage only',
    refused: [
      ['src/worker/engine.ts', importing('idb')],
      ['src/client/connect.ts', importingType('idb')],
      ['src/worker/sync/sync-loop.ts', importing('idb')],
    ],
    allowed: [['src/worker/storage/database.ts', importing('idb')]],
    because: /Only src\/worker\/storage knows IndexedDB/,
  },
  {
    title: 'comlink is imported in expose.ts and remote.ts only',
    refused: [
      ['src/worker/engine.ts', importing('comlink')],
      ['src/worker/tabs/announce.ts', importing('comlink')],
      ['src/client/connect.ts', importing('comlink')],
    ],
    allowed: [
      ['src/worker/tabs/expose.ts', importing('comlink')],
      ['src/client/connection/remote.ts', importing('comlink')],
    ],
    because: /hangs for ever on the dead/,
  },
  {
    title: 'the SDK is imported by its adapter only',
    refused: [
      ['src/worker/engine.ts', importing('easemob-websdk')],
      ['src/client/sdk/local-cache.ts', importingType('easemob-websdk/Easemob-chat')],
    ],
    allowed: [
      ['src/worker/service/easemob/create-connection.ts', importing('easemob-websdk')],
      ['test/types/local-cache.ts', importingType('easemob-websdk')],
    ],
    because: /one ChatService among others/,
  },
  {
    title: 'workbox is imported in src/service-worker only',
    refused: [
      ['src/client/connect.ts', importing('workbox-window')],
      ['src/worker/hosts/service-worker.ts', importing('workbox-precaching')],
    ],
    allowed: [['src/service-worker/page.ts', importing('workbox-window')]],
    because: /belongs to src\/service-worker/,
  },
  {
    title: 'parts of the worker do not import each other',
    refused: [
      ['src/worker/sync/sync-loop.ts', importing('../storage/database.ts')],
      ['src/worker/sync/sync-loop.ts', importingType('../service/easemob/index.ts')],
      ['src/worker/service/easemob/index.ts', importing('../../storage/database.ts')],
      ['src/worker/clock.ts', importing('./storage/database.ts')],
      ['src/worker/sync/sync-loop.ts', importingType('../history/backfill.ts')],
      ['src/worker/history/backfill.ts', importing('../ledger/write-queue.ts')],
    ],
    allowed: [
      ['src/worker/engine.ts', importing('./storage/database.ts')],
      ['src/worker/hosts/shared-worker.ts', importing('../service/chat-service.ts')],
      ['src/worker/sync/sync-loop.ts', importing('../../protocol/ids.ts')],
      ['src/worker/sync/sync-loop.ts', importing('./apply-page.ts')],
      ['src/worker/history/backfill.ts', importing('../unread/unread-count.ts')],
      ['src/worker/service/easemob/list-page.ts', importing('./read-row.ts')],
    ],
    because: /do not know each other/,
  },
  {
    title: 'parts of the worker take storage, service and environment as types, made elsewhere',
    refused: [
      ['src/worker/sync/sync-loop.ts', importing('../storage/storage.ts')],
      ['src/worker/sync/sync-loop.ts', importing('../service/chat-service.ts')],
      ['src/worker/sync/sync-loop.ts', importing('../environment.ts')],
      ['src/worker/storage/database.ts', importing('../environment.ts')],
    ],
    allowed: [
      ['src/worker/sync/sync-loop.ts', importingType('../storage/storage.ts')],
      ['src/worker/outbox/outbox.ts', importingType('../service/chat-service.ts')],
      ['src/worker/service/easemob/connection.ts', importingType('../../environment.ts')],
      ['src/worker/storage/database.ts', importingType('../environment.ts')],
    ],
    because: /Import the type and take the instance/,
  },
  {
    title: 'a decision that other parts may call waits for nothing',
    refused: [
      ['src/worker/history/span.ts', `export const later = async (): Promise<number> => 1;\n`],
      ['src/worker/unread/unread-count.ts', `export const never = (): Promise<never> => new Promise(() => undefined);\n`],
    ],
    allowed: [['src/worker/history/span.ts', `export const two = (): number => 2;\n`]],
    because: /A decision that other parts may call is pure/,
  },
  {
    title: 'storage knows no sibling',
    refused: [['src/worker/storage/database.ts', importingType('../service/chat-service.ts')]],
    allowed: [['src/worker/storage/database.ts', importing('../../protocol/model.ts')]],
    because: /Storage knows no sibling/,
  },
  {
    title: 'nothing inside imports an index',
    refused: [
      ['src/client/connect.ts', importing('./index.ts')],
      ['src/worker/engine.ts', importing('./service/easemob/index.ts')],
      ['emulator/main.ts', importing('./index.ts')],
    ],
    because: /a door for users/,
  },
  {
    title: 'the demo imports the package by its public doors only',
    refused: [
      ['demo/main.ts', importing('../src/client/connect.ts')],
      ['demo/view/list.ts', importing('../../dist/index.js')],
      ['demo/main.ts', importing('../emulator/start-emulator.ts')],
    ],
    allowed: [
      ['demo/main.ts', importing('moorage')],
      ['demo/chat.worker.ts', importing('moorage/worker')],
    ],
    because: /The demo is a user/,
  },
  {
    title: 'the emulator shares no code with the engine',
    refused: [
      ['emulator/state/history.ts', importing('../../src/protocol/ids.ts')],
      ['emulator/main.ts', importing('moorage/testing')],
    ],
    because: /measure of the engine/,
  },
  {
    title: 'no export *',
    refused: [['src/client/index.ts', `export * from './connect.ts';\n`]],
    allowed: [['src/client/index.ts', `export { connect } from './connect.ts';\n`]],
    because: /Name what you export/,
  },
  {
    title: 'no default export',
    refused: [['src/client/connect.ts', `export default 1;\n`]],
    because: /Named exports only/,
  },
  {
    title: 'no mutable module state',
    refused: [
      ['src/worker/engine.ts', `let count = 0;\nexport const next = (): number => (count += 1);\n`],
      ['src/client/connect.ts', `export let count = 0;\ncount += 1;\n`],
      ['src/worker/service/easemob/connect.ts', `const open = new Map<string, number>();\nopen.set('a', 1);\n`],
      ['src/client/connect.ts', `export const open = new WeakMap<object, number>();\n`],
    ],
    allowed: [
      ['src/protocol/limits.ts', `export const LIMIT = 50;\nexport const KINDS: ReadonlySet<string> = new Set(['a']);\n`],
      ['src/worker/engine.ts', `export function create(): number {\n  let count = 0;\n  count += 1;\n  return count;\n}\n`],
    ],
    because: /No mutable module state/,
  },
  {
    title: 'an export says what it returns',
    refused: [
      ['src/client/connect.ts', `export function two() {\n  return 2;\n}\n`],
      ['emulator/faults.ts', `export const two = () => 2;\n`],
      ['src/protocol/errors.ts', `export class Two {\n  get() {\n    return 2;\n  }\n}\n`],
    ],
    allowed: [
      ['src/client/connect.ts', `export const two: () => number = () => 2;\n`],
      ['emulator/faults.ts', `export const routes: readonly Route[] = [{ handle(request) {} }];\n`],
    ],
    because: /Say what an export returns/,
  },
  {
    title: 'the world is handed in',
    refused: [
      ...[
        ...['setTimeout(() => undefined, 1)', 'setInterval(() => undefined, 1)', 'performance.now()'],
        ...['new Date()', 'Date.now()', 'AbortSignal.timeout(1)', 'Math.random()', 'crypto.randomUUID()'],
        ...['navigator.onLine', 'location.href', 'document.title', 'window.name', 'self.name', 'globalThis.name'],
        ...['fetch("/")', 'new WebSocket("/")', 'indexedDB.open("a")', 'new BroadcastChannel("a")', 'localStorage.a'],
      ].map((expression) => ['src/worker/sync/sync-loop.ts', `export const thing = (): unknown => ${expression};\n`] as const),
      ['src/client/connect.ts', `export const now = (): number => Date.now();\n`],
      ['src/client/connection/open-worker.ts', `export const now = (): Date => new Date();\n`],
      ['src/testing/fake-service.ts', `export const now = (): number => performance.now();\n`],
    ],
    allowed: [
      ['src/worker/environment.ts', `export const now = (): number => Date.now() + Math.random() + performance.now();\n`],
      ['src/client/environment.ts', `export const online = (): boolean => navigator.onLine;\n`],
      ['src/worker/hosts/shared-worker.ts', `self.addEventListener('connect', () => undefined);\n`],
      ['src/worker/sync/sync-loop.ts', `export const day = (ms: number): Date => new Date(ms);\n`],
    ],
    because: /is handed in/,
  },
];

for (const { title, refused, allowed = [], because } of cases) {
  test(`lint: ${title}`, async () => {
    for (const [file, code] of refused) {
      const messages = (await lint(untyped, file, code)).map(({ message }) => message);
      expect(messages, `${file}\n${code}`).toContainEqual(expect.stringMatching(because));
    }
    for (const [file, code] of allowed) {
      expect(await lint(untyped, file, code), `${file}\n${code}`).toEqual([]);
    }
  });
}

const typedCases: readonly (readonly [title: string, rule: string, code: string])[] = [
  ['no floating promise', 'no-floating-promises', `const later = async (): Promise<void> => {};\nlater();\n`],
  ['no misused promise', 'no-misused-promises', `[1].forEach(async () => {});\n`],
  ['no any', 'no-explicit-any', `export const thing: any = 1;\n`],
  ['types are imported as types', 'consistent-type-imports', `import { Thing } from './thing.ts';\nexport type A = Thing;\n`],
  [
    'switches are exhaustive',
    'switch-exhaustiveness-check',
    `export function f(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      break;\n  }\n}\n`,
  ],
];

for (const [title, rule, code] of typedCases) {
  test(`lint: ${title}`, async () => {
    const rules = (await lint(typed, typedFile, code)).map((finding) => finding.rule);
    expect(rules).toContain(`@typescript-eslint/${rule}`);
  });
}

test('lint: a rule cannot be switched off in a file', async () => {
  const code = `/* eslint-disable */\nexport * from './connect.ts';\n`;
  const rules = (await lint(untyped, 'src/client/index.ts', code)).map((finding) => finding.rule);
  expect(rules).toContain('no-restricted-syntax');
});
