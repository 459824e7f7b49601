import { expect, onTestFinished, test } from 'vitest';
import { createConnection } from '../../../src/client/connection/connection.ts';
import type { TabLocks } from '../../../src/client/environment.ts';
import { account, eventually, prepare, quiet } from './harness.ts';

/** A connection whose engine lock is the test's: `die` frees it, before or after anybody waits. */
async function open(isDeadFrom: 'the start' | 'now on' = 'now on', mourningMs = 0) {
  const { page, worker } = prepare();
  const deaths: (() => void)[] = [];
  let isDead = isDeadFrom === 'the start';
  const locks: TabLocks = {
    request: (name, options, whileHeld) => {
      if (!name.startsWith('engine')) return page.locks.request(name, options, whileHeld);
      return new Promise((resolve, reject) => {
        const grant = (): void => void whileHeld().then(resolve, reject);
        deaths.push(grant);
        if (isDead) grant();
        isDead = false;
      });
    },
  };
  const log: string[] = [];
  const connection = await createConnection(
    { environment: { ...page, locks, mourningMs }, account, worker: worker.factory },
    {
      attach: () => void log.push('attach'),
      detach: () => void log.push('detach'),
      fail: (error) => void log.push(error.code),
    },
  );
  onTestFinished(() => connection.close());
  return { worker, page, connection, log, deaths };
}

test('[TB4] an engine that is dead by the time its welcome arrives is replaced', async () => {
  const { worker, log } = await open('the start');
  await eventually(() => expect(log).toEqual(['attach', 'detach', 'attach']));
  await quiet();
  expect(worker.names).toHaveLength(2);
});

test('[TB4] a page whose browser learns of deaths late asks for the next engine when it has', async () => {
  const { worker, page, log, deaths } = await open('now on', 200);
  await eventually(() => expect(deaths).toHaveLength(1));
  deaths[0]?.();
  await eventually(() => expect(log).toEqual(['attach', 'detach']));
  page.pass(199);
  await quiet();
  expect(worker.names).toHaveLength(1);
  page.pass(1);
  await eventually(() => expect(log.at(-1)).toBe('attach'));
  await quiet();
  expect(worker.names).toHaveLength(2);
  expect(page.timers()).toEqual([]);
});

test('[TB4] a death told late, of a worker that was left already, is no news', async () => {
  const { worker, connection, log, deaths } = await open();
  connection.renew();
  await eventually(() => expect(log).toEqual(['attach', 'detach', 'attach']));
  deaths[0]?.();
  await quiet();
  expect(worker.names).toHaveLength(2);
});

test('[TB4] renewing while a hello is under way changes nothing', async () => {
  const { worker, connection, log } = await open();
  connection.renew();
  connection.renew();
  connection.wake();
  await eventually(() => expect(log).toEqual(['attach', 'detach', 'attach']));
  await quiet();
  expect(worker.names).toHaveLength(2);
});

test('nothing brings back what was closed, not even while it was being opened', async () => {
  const { worker, connection, log, page } = await open();
  connection.renew();
  connection.close();
  connection.close();
  await quiet();
  connection.renew();
  connection.wake();
  await quiet();
  page.pass(60_000);
  await quiet();
  expect(log.filter((entry) => entry === 'attach')).toHaveLength(1);
  expect(worker.names.length).toBeLessThanOrEqual(2);
  expect(page.timers()).toEqual([]);
});
