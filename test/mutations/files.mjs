/** @type {readonly import('./index.mjs').Mutation[]} */
export const fileMutations = [
  {
    rule: 'OB5',
    what: 'progress is told as often as there is any',
    file: 'src/worker/outbox/file-uploads.ts',
    from: 'now - toldAt < PROGRESS_MS',
    to: 'now - toldAt < 0',
  },
  {
    rule: 'OB5',
    what: 'where a file is, is not stored before its message is sent',
    file: 'src/worker/outbox/file-uploads.ts',
    from: 'outboxUpdates: [{ ...now, message: { ...now.message, ...fields } }]',
    to: '',
  },
  {
    rule: 'OB5',
    what: 'a failed upload leaves a doubt',
    file: 'src/worker/outbox/sends.ts',
    from: 'hasLeft: ({ message }) => !needsUpload(message),',
    to: '',
  },
  {
    rule: 'OB5',
    what: 'the file is handed over with the message',
    file: 'src/worker/outbox/file-uploads.ts',
    from: 'const { file: _sent, ...rest } = message;',
    to: 'const rest = message;',
  },
  {
    rule: 'OB5',
    what: 'the file crosses the port with each step of its progress',
    file: 'src/worker/tabs/timeline-window.ts',
    from: 'return { type: item.type, key: item.key, state: item.state };',
    to: 'return item;',
  },
  {
    rule: 'OB5',
    what: 'discarding a message does not end its upload',
    file: 'src/worker/service/guard-upload.ts',
    from: "request.signal.addEventListener('abort', abort);",
    to: '',
  },
  {
    rule: 'OB5',
    what: 'an upload that goes on is taken for dead',
    file: 'src/worker/service/guard-upload.ts',
    from: '          listen();\n          request.onProgress',
    to: '          request.onProgress',
  },
];
