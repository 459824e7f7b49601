import { expect, test } from 'vitest';
import type { OutgoingMessage } from '../../../src/protocol/model.ts';
import { createTabCalls } from '../../../src/worker/calls/tab-calls.ts';
import { bob } from '../engine/watch.ts';

/** The calls of a tab, and what has been queued so far. */
function openCalls() {
  const queued: unknown[] = [];
  const fail = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const { send } = createTabCalls({
    outbox: {
      send(message) {
        queued.push(message['msg'] ?? message.file?.filename);
        // Storing never ends: the next need not wait for that.
        return new Promise(() => undefined);
      },
      retry: fail,
      discard: fail,
    },
    service: { uploadFile: fail },
    sendNow: fail,
    timeline: () => {
      throw new Error('not asked for');
    },
    commands: { ask: fail },
    history: { pause: () => Promise.resolve(), resume: () => Promise.resolve() },
    settings: { maxFileBytes: 1_000 },
  });
  return { queued, send: (message: Omit<OutgoingMessage, 'conversation'>) => send({ ...message, conversation: bob } as OutgoingMessage) };
}

/** A file that can be read when the test says so, or cannot be read. */
function slowFile(filename: string) {
  let end: (error?: Error) => void = () => undefined;
  const bytes = new Promise<void>((resolve, reject) => (end = (error) => (error === undefined ? resolve() : reject(error))));
  const data = Object.assign(new Blob([filename]), { slice: () => ({ arrayBuffer: () => bytes }) });
  return { message: { type: 'file', file: { data, filename } }, read: () => end(), fail: () => end(new DOMException('gone', 'NotReadableError')) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('[OB2] what is sent while a file is checked is queued after it, whichever is checked first', async () => {
  const { queued, send } = openCalls();
  const [first, second] = [slowFile('first'), slowFile('second')];
  for (const message of [{ type: 'txt', msg: 'before' }, first.message, { type: 'txt', msg: 'between' }, second.message, { type: 'txt', msg: 'after' }]) void send(message);
  await turn();
  expect(queued).toEqual(['before']);
  second.read();
  await turn();
  expect(queued).toEqual(['before']);
  first.read();
  await turn();
  expect(queued).toEqual(['before', 'first', 'between', 'second', 'after']);
});

test('[OB2] [ER2] a file that is refused holds up nothing', async () => {
  const { queued, send } = openCalls();
  const [first, second] = [slowFile('first'), slowFile('second')];
  const refused = [first, second].map(({ message }) => send(message).catch((error: unknown) => error));
  void send({ type: 'txt', msg: 'after' });
  await expect(send({ type: 'file', file: 'none' })).rejects.toMatchObject({ code: 'invalid-argument', details: { parameter: 'file' } });
  second.fail();
  first.fail();
  expect(await Promise.all(refused)).toMatchObject([{ details: { parameter: 'file.data' } }, { details: { parameter: 'file.data' } }]);
  await turn();
  expect(queued).toEqual(['after']);
});
