/** @type {readonly import('./index.mjs').Mutation[]} */
export const errorMutations = [
  {
    rule: 'ER2',
    what: 'a parameter is taken as it comes',
    file: 'src/protocol/take.ts',
    from: 'if (!isGood(value)) throw invalid(name);',
    to: '',
  },
  {
    rule: 'ER2',
    what: 'the error does not name the parameter',
    file: 'src/protocol/take.ts',
    from: '{ details: { parameter } }',
    to: '{}',
  },
  {
    rule: 'ER3',
    what: 'answers are taken as they come',
    file: 'src/worker/service/check-response.ts',
    from: 'if (field === undefined) return answer;',
    to: 'return answer;',
  },
  {
    rule: 'ER3',
    what: 'a page is stored without its bad rows',
    file: 'src/worker/service/check-response.ts',
    from: 'conversations: isListOf(isRow), cursor: isString',
    to: 'cursor: isString',
  },
  {
    rule: 'ER3',
    what: 'an unusable message is stored',
    file: 'src/worker/service/guarded-service.ts',
    from: 'const messages = event.messages.filter(isMessage);',
    to: 'const { messages } = event;',
  },
  {
    rule: 'ER1',
    what: 'an error crosses the port without its details',
    file: 'src/protocol/errors.ts',
    from: 'retryable: this.retryable, details: this.details };',
    to: 'retryable: this.retryable, details: {} };',
  },
  {
    rule: 'ER4',
    what: 'an unknown error is quoted',
    file: 'src/protocol/errors.ts',
    from: '`unexpected ${name}`',
    to: '`unexpected ${String(value)}`',
  },
];
