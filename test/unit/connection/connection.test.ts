import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { createConnection } from '../../../src/worker/connection/connection.ts';

const nothing = (): void => undefined;

/** A connection to a service whose every attempt ends when it is told to. */
function openConnection() {
  const attempts: { readonly succeed: () => void; readonly fail: () => void }[] = [];
  const waits: { readonly delayMs: number; readonly end: () => void }[] = [];
  const connection = createConnection({
    service: {
      connect: () =>
        new Promise((resolve, reject) => {
          attempts.push({ succeed: resolve, fail: () => reject(new SyncError('offline', 'no network')) });
        }),
      disconnect: () => Promise.resolve(),
      renewToken: () => Promise.resolve(),
      wake: nothing,
    },
    deviceId: 'device',
    environment: {
      now: () => 0,
      setTimer(end, delayMs) {
        waits.push({ delayMs, end });
        return nothing;
      },
    },
    getToken: () => Promise.resolve('token'),
    retryDelayMs: () => 60_000,
    onConnected: nothing,
    onLost: nothing,
    onChange: nothing,
  });
  return { connection, attempts, waits };
}

test('[SY7] an attempt that fails after the network came back is followed by the next one at once', async () => {
  const { connection, attempts, waits } = openConnection();
  connection.start();
  await setImmediate();
  connection.wake();
  attempts[0]?.fail();
  await setImmediate();
  expect(waits.at(-1)?.delayMs).toBe(0);
  waits.at(-1)?.end();
  await setImmediate();
  expect(attempts).toHaveLength(2);
  // Once: the network that came back is one attempt's news.
  attempts[1]?.fail();
  await setImmediate();
  expect(waits.at(-1)?.delayMs).toBe(60_000);
});

test('[SY7] what woke an attempt that succeeded shortens no later wait', async () => {
  const { connection, attempts, waits } = openConnection();
  connection.start();
  await setImmediate();
  connection.wake();
  attempts[0]?.succeed();
  await setImmediate();
  expect(connection.facts().phase).toBe('connected');
  connection.handle({ type: 'disconnected', willRetry: false, error: new SyncError('offline', 'lost') });
  expect(waits.at(-1)?.delayMs).toBe(60_000);
});
