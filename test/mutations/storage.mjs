/** @type {readonly import('./index.mjs').Mutation[]} */
export const storageMutations = [
  {
    rule: 'ST1',
    what: 'a write resolves before its transaction has completed',
    file: 'src/worker/storage/database.ts',
    from: `  await done;
  return value;`,
    to: '  return value;',
  },
  {
    rule: 'ST1',
    what: 'tabs are told what could not be stored',
    file: 'src/worker/ledger/ledger.ts',
    from: 'if (!isEmpty(batch)) announce(takeOver(batch, await store(batch, durability)));',
    to: 'if (!isEmpty(batch)) announce(takeOver(batch, await store(batch, durability).catch(() => [])));',
  },
  {
    rule: 'ST4',
    what: 'a database that is gone is made anew',
    file: 'src/worker/storage/database.ts',
    from: 'mayCreate: !wasOpen,',
    to: 'mayCreate: true,',
  },
  {
    rule: 'ST3',
    what: 'a lost connection is not opened again',
    file: 'src/worker/storage/database.ts',
    from: 'const MAX_ATTEMPTS = 3;',
    to: 'const MAX_ATTEMPTS = 1;',
  },
  {
    rule: 'ST5',
    what: 'logging out leaves the data',
    file: 'src/worker/engine.ts',
    from: 'await storage.destroy({ keepsOutbox });',
    to: 'storage.close();',
  },
  {
    rule: 'OB4',
    what: 'logging out does not ask',
    file: 'src/worker/calls/log-out.ts',
    from: "if (queued !== 'keep' && waiting > 0) throw",
    to: "if (queued !== 'keep' && waiting < 0) throw",
  },
  {
    rule: 'OB4',
    what: 'logging out does not wait until what waits is sent',
    file: 'src/worker/calls/log-out.ts',
    from: "if (queued === 'send') await untilSent(timeoutMs);",
    to: '',
  },
  {
    rule: 'OB4',
    what: 'what is to be kept is wiped',
    file: 'src/worker/engine.ts',
    from: 'await storage.destroy({ keepsOutbox });',
    to: 'await storage.destroy();',
  },
  {
    rule: 'OB4',
    what: 'more is kept than what waits',
    file: 'src/worker/storage/open-storage.ts',
    from: "const CLEARED = ['conversationPages', 'conversations', ",
    to: 'const CLEARED = [',
  },
  {
    rule: 'ST6',
    what: 'an upgrade throws away what was stored',
    file: 'src/worker/storage/migrations.ts',
    from: 'MIGRATIONS.slice(options.from)',
    to: '[...[...database.objectStoreNames].map((name) => () => database.deleteObjectStore(name)), ...MIGRATIONS]',
  },
];
