/** @type {readonly import('./index.mjs').Mutation[]} */
export const outboxMutations = [
  {
    rule: 'OB1',
    what: 'a send resolves before it is stored',
    file: 'src/worker/outbox/outbox.ts',
    from: "await ledger.write(() => ({ outboxAdds: [entry] }), 'strict');",
    to: "void ledger.write(() => ({ outboxAdds: [entry] }), 'strict').catch(() => undefined);",
  },
  {
    rule: 'OB1',
    what: 'the client id of a message is not found again',
    file: 'src/worker/client-id.ts',
    from: "return typeof ext.moorageClientId === 'string' ? ext.moorageClientId : undefined;",
    to: 'return undefined;',
  },
  {
    rule: 'OB1',
    what: 'a waiting message is lost with its engine',
    file: 'src/worker/storage/outbox-store.ts',
    from: "database.read(['outbox'], (transaction) => transaction.objectStore('outbox').getAll())",
    to: 'Promise.resolve([])',
  },
  {
    rule: 'OB2',
    what: 'a failure holds up every conversation',
    file: 'src/worker/outbox/outbox.ts',
    from: 'if (!busy.has(conversation)) void drain(conversation);',
    to: 'if (busy.size === 0) void drain(conversation);',
  },
  {
    rule: 'OB2',
    what: 'the last message written is sent first',
    file: 'src/worker/outbox/outbox.ts',
    from: 'queued().find(({ conversation }) => conversation === key)',
    to: 'queued().findLast(({ conversation }) => conversation === key)',
  },
  {
    rule: 'OB3',
    what: 'what may have been sent is sent again without a look',
    file: 'src/worker/outbox/outbox.ts',
    from: 'const found = messages.find((message) => clientIdOf(message, self) === clientId);',
    to: 'const found = messages.find((message) => clientIdOf(message, self) === `not ${clientId}`);',
  },
];
