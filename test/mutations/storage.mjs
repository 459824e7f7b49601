/** @type {readonly import('./index.mjs').Mutation[]} */
export const storageMutations = [
  {
    rule: 'ST1',
    what: 'a write resolves before its transaction has completed',
    file: 'src/worker/storage/database.ts',
    from: `  await done;
  return value;`,
    to: '  return value;',
    tests: ['test/contract/storage', 'test/unit/storage', 'test/unit/engine/storage-trouble.test.ts'],
  },
  {
    rule: 'ST1',
    what: 'tabs are told what could not be stored',
    file: 'src/worker/ledger/ledger.ts',
    from: 'if (!isEmpty(batch)) announce(takeOver(batch, await store(batch, durability)));',
    to: 'if (!isEmpty(batch)) announce(takeOver(batch, await store(batch, durability).catch(() => [])));',
    tests: ['test/unit/engine/storage-trouble.test.ts'],
  },
];
