/**
 * The dependency rules of this codebase, as lint rules that say why.
 *
 * ESLint replaces a rule's options when a later block matches the same file, it does not add to them. So each part
 * of the tree is named once here, with everything that is forbidden in it, and `test/unit/tooling/lint-rules.test.ts`
 * proves that every rule still fires.
 */
/** @typedef {{ regex: string, message: string, allowTypeImports?: boolean }} ImportRule */
/** @typedef {{ selector: string, message: string }} SyntaxRule */

/** Interfaces every part of the worker may name, as types; the instance is handed in. */
const contractFiles = 'storage/storage|service/chat-service|ledger/(ledger|directory)|history/history-source';
/** Pure decisions: functions without state, transport or clock, which any part may call. Asynchrony is refused in these files. */
const pureFiles = [
  ...['unread/unread-count', 'unread/unread-changes', 'unread/listed-count', 'unread/mentions', 'history/span', 'history/next-work'],
  ...['sync/apply-page', 'sync/plan-round', 'sync/retry-delay', 'same-data', 'ledger/row-changes', 'ledger/effects', 'ledger/reactions', 'ledger/command-message'],
];
/** What decisions of the ledger are put together from. They read through the ledger they are given, inside its write queue. */
const ledgerFiles = ['batches', 'apply-messages', 'patch-batch', 'from-history', 'from-list', 'reading', 'unread-tail', 'sent-among'].map((name) => `ledger/${name}`);
const decisionFiles = [...pureFiles, ...ledgerFiles].join('|');

/** @type {Record<string, ImportRule>} */
const imports = {
  index: {
    regex: '(^|/)index(\\.[jt]s)?$',
    message: 'An index is a door for users. Inside, import the file that owns the thing: doors make import cycles.',
  },
  comlink: {
    regex: '^comlink(/|$)',
    message:
      'Comlink hangs for ever on the dead and drops error codes: only tabs/expose.ts and connection/remote.ts, which mend that, may touch it.',
  },
  idb: {
    regex: '^idb(/|$)',
    message: 'Only src/worker/storage knows IndexedDB: transactions, durability and lost connections are handled there.',
  },
  workbox: {
    regex: '^workbox-',
    message: 'Workbox belongs to src/service-worker: nobody else should pay for it or depend on a service worker.',
  },
  sdk: {
    regex: '^easemob-websdk(/|$)',
    message: 'The SDK is one ChatService among others: only its adapter in src/worker/service/easemob imports it.',
  },
  worker: {
    regex: '(^|/)\\.\\.?/(.*/)?worker/',
    message: 'The client is loaded by every tab and may be newer than the worker: they share src/protocol and nothing else.',
  },
  client: {
    regex: '(^|/)\\.\\.?/(.*/)?client/',
    message: 'The worker serves tabs of other builds too: it shares src/protocol with the client and nothing else.',
  },
  outsideProtocol: {
    regex: '^(?!\\./)',
    message: 'src/protocol is the contract: it imports nothing outside itself, so that every side can read it.',
  },
  contracts: {
    regex: `^\\.\\.?/(\\.\\./)*(${contractFiles}|environment)\\.ts$`,
    allowTypeImports: true,
    message: 'Import the type and take the instance as an option; only engine.ts and the hosts make one.',
  },
  environmentValues: {
    regex: '^\\.\\.?/(\\.\\./)*environment\\.ts$',
    allowTypeImports: true,
    message: 'Import the type and take the instance as an option; only engine.ts and the hosts make one.',
  },
  storageSiblings: {
    regex: '^\\.\\./(?!\\.\\./)[^/]+/',
    message: 'Storage knows no sibling: it stores the model of src/protocol and decides nothing.',
  },
  packageInside: {
    regex: '(^|/)\\.\\./(.*/)?(src|dist|emulator|test|bench|scripts)/',
    message: 'The demo is a user: it imports the package by its public doors (moorage, moorage/worker, …) only.',
  },
  source: {
    regex: '(^|/)\\.\\./(.*/)?src/|^moorage(/|$)',
    message: 'The emulator is the measure of the engine: shared code would hide a shared misunderstanding.',
  },
};

/**
 * @param {string} toWorker how a file of this depth writes `src/worker`
 * @returns {ImportRule} It may not import from another part of the worker.
 */
const crossing = (toWorker) => ({
  regex: `^${toWorker.replaceAll('.', '\\.')}(?!\\.\\./|(${contractFiles}|${decisionFiles})\\.ts)[^/]+/`,
  message: 'Parts of the worker do not know each other. Take what you need as an option; only engine.ts wires them.',
});

const handedIn = 'is handed in, so that a test can hold it still: use the environment you were given.';

/** Names that reach the world: time, network, storage, randomness, the browser. */
const worldNames = [
  ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'requestAnimationFrame', 'requestIdleCallback'],
  ...['performance', 'scheduler', 'crypto', 'navigator', 'location', 'document', 'window', 'self', 'globalThis'],
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'BroadcastChannel', 'SharedWorker', 'Worker'],
  ...['indexedDB', 'IDBKeyRange', 'caches', 'localStorage', 'sessionStorage', 'addEventListener', 'removeEventListener'],
];

/** @type {import('eslint').Linter.RulesRecord} */
const world = {
  'no-restricted-globals': ['error', ...worldNames.map((name) => ({ name, message: `${name} ${handedIn}` }))],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: `The clock ${handedIn}` },
    { object: 'Math', property: 'random', message: `Randomness ${handedIn}` },
    { object: 'AbortSignal', property: 'timeout', message: `The clock ${handedIn}` },
  ],
};

/** @type {readonly SyntaxRule[]} */
const clockSyntax = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: `The clock ${handedIn}` },
];

const explicit = 'Say what an export returns: the contract is written, not inferred from today\'s body.';

/**
 * `explicit-module-boundary-types` without its false alarms about methods inside values whose type is written.
 *
 * @type {readonly SyntaxRule[]}
 */
const exportSyntax = [
  { selector: 'ExportNamedDeclaration > FunctionDeclaration:not([returnType])', message: explicit },
  {
    selector:
      'ExportNamedDeclaration > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > ArrowFunctionExpression:not([returnType])',
    message: explicit,
  },
  {
    selector:
      'ExportNamedDeclaration > ClassDeclaration > ClassBody > MethodDefinition[kind="method"][key.type!="PrivateIdentifier"] > FunctionExpression:not([returnType])',
    message: explicit,
  },
];

/** @type {readonly SyntaxRule[]} */
const sourceSyntax = [
  ...exportSyntax,
  {
    selector: 'ExportAllDeclaration',
    message: 'Name what you export: `export *` makes an accident public and hides where a name comes from.',
  },
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Named exports only: a thing has one name everywhere.',
  },
  {
    selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
    message: 'No mutable module state: two engines in one process would share it. Keep it in a factory.',
  },
  {
    selector:
      ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > NewExpression.init[callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0]',
    message: 'No mutable module state: an empty collection is made to be filled. Keep it in a factory.',
  },
];

/** @type {readonly SyntaxRule[]} */
const decisionSyntax = [
  {
    selector: ':function[async=true], AwaitExpression, NewExpression[callee.name="Promise"]',
    message: 'A decision that other parts may call is pure: it waits for nothing. Let a lifecycle act on what it returns.',
  },
];

/**
 * @param {readonly ImportRule[]} patterns
 * @returns {import('eslint').Linter.RulesRecord}
 */
const forbidImports = (patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: [...patterns] }],
});

const { index, comlink, idb, workbox, sdk, worker, client } = imports;

/** What no file of `src` may import unless its part of the tree says otherwise. */
const nobody = [index, comlink, idb, workbox, sdk];
/** @param {readonly (ImportRule | undefined)[]} rules @param {readonly (ImportRule | undefined)[]} without */
const all = (rules, without = []) =>
  /** @type {ImportRule[]} */ (rules.filter((rule) => rule !== undefined && !without.includes(rule)));

const { contracts, environmentValues, storageSiblings } = imports;
const wiring = [...nobody, client];
const inPart = [...wiring, contracts, crossing('../')];

/**
 * Parts of the tree in order: a file takes its import rules from the LAST part that matches it.
 *
 * @type {readonly { files: string[], forbidden: ImportRule[] }[]}
 */
const parts = [
  { files: ['src/protocol/**'], forbidden: all([imports.outsideProtocol, index]) },
  { files: ['src/client/**'], forbidden: all([...nobody, worker]) },
  { files: ['src/client/sdk-declarations.ts'], forbidden: all([...nobody, worker], [sdk]) },
  { files: ['src/client/connection/remote.ts'], forbidden: all([...nobody, worker], [comlink]) },
  { files: ['src/worker/*.ts'], forbidden: all([...wiring, contracts, crossing('./')]) },
  { files: ['src/worker/*/**'], forbidden: all(inPart) },
  { files: ['src/worker/engine.ts', 'src/worker/assemble-{engine,calls}.ts', 'src/worker/serve.ts', 'src/worker/hosts/**'], forbidden: all(wiring) },
  { files: ['src/worker/index.ts', 'src/client/index.ts', 'src/testing/**'], forbidden: all(nobody) },
  { files: ['src/worker/tabs/expose.ts'], forbidden: all(inPart, [comlink]) },
  {
    files: ['src/worker/storage/**'],
    forbidden: all([...wiring, storageSiblings, environmentValues], [idb]),
  },
  { files: ['src/worker/service/easemob/**'], forbidden: all([...wiring, contracts, crossing('../../')], [sdk]) },
  { files: ['src/service-worker/**'], forbidden: all(nobody, [workbox]) },
  { files: ['src/local-cache/**', 'src/react/**', 'src/vue/**'], forbidden: all(nobody) },
  { files: ['demo/**/*.ts'], forbidden: all([imports.packageInside]) },
  { files: ['emulator/**'], forbidden: all([imports.source, index]) },
];

/** The files that hand the world in, and the scripts that start in it. */
const worldFiles = [
  'src/*/environment.ts',
  'src/worker/hosts/**',
  'src/worker/service/easemob/**',
  'src/service-worker/**',
  'src/local-cache/**',
];

/** @type {import('eslint').Linter.Config[]} */
export const houseRules = [
  { files: ['**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...exportSyntax] } },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...sourceSyntax, ...clockSyntax], ...world } },
  {
    files: worldFiles,
    rules: {
      'no-restricted-syntax': ['error', ...sourceSyntax],
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
    },
  },
  {
    files: pureFiles.map((name) => `src/worker/${name}.ts`),
    rules: { 'no-restricted-syntax': ['error', ...sourceSyntax, ...clockSyntax, ...decisionSyntax] },
  },
  ...parts.map(({ files, forbidden }) => ({ files, rules: forbidImports(forbidden) })),
];
