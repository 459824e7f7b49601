import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFaults, type Fault } from '../../../emulator/faults.ts';

test('[EM8] a fault strikes as often as it says, and only where', () => {
  const faults = createFaults();
  faults.add({ on: 'rest', route: 'history', userId: 'alice', type: 'hang', times: 2 });
  expect(faults.takeRest('conversation-list', 'alice')).toEqual([]);
  expect(faults.takeRest('history', 'bob')).toEqual([]);
  expect(faults.takeRest('history', 'alice')).toHaveLength(1);
  expect(faults.takeRest('history', 'alice')).toHaveLength(1);
  expect(faults.takeRest('history', 'alice')).toEqual([]);
});

test('[EM8] without a number it strikes until it is taken back or cleared', () => {
  const faults = createFaults();
  const takeBack = faults.add({ on: 'socket', frame: 'ack', type: 'lose' });
  faults.add({ on: 'socket', frame: 'notice', type: 'lose' });
  for (let index = 0; index < 5; index += 1) expect(faults.takeSocket('ack', 'alice')).toHaveLength(1);
  takeBack();
  expect(faults.takeSocket('ack', 'alice')).toEqual([]);
  faults.clear();
  expect(faults.list()).toEqual([]);
});

test('[EM8] one thing goes wrong at a time; latency goes together with it', () => {
  const faults = createFaults();
  faults.add({ on: 'rest', type: 'latency', ms: 5 });
  faults.add({ on: 'rest', type: 'status', status: 500, times: 1 });
  faults.add({ on: 'rest', type: 'drop', times: 1 });
  const types = (): string[] => faults.takeRest('history', 'alice').map((fault) => fault.type);
  expect(types()).toEqual(['latency', 'status']);
  expect(types()).toEqual(['latency', 'drop']);
  expect(types()).toEqual(['latency']);
});

test('[EM8] what is held back comes when the fault is taken back, or all are cleared', async () => {
  const faults = createFaults();
  let answered = 0;
  const ask = (): void => {
    const [struck] = faults.takeRest('history', 'alice');
    if (struck !== undefined) void faults.lifted(struck)?.then(() => (answered += 1));
  };
  const takeBack = faults.add({ on: 'rest', type: 'hold' });
  faults.add({ on: 'rest', route: 'history', type: 'drop', times: 1 });
  ask();
  ask();
  await setImmediate();
  expect(answered).toBe(0);
  takeBack();
  await setImmediate();
  expect(answered).toBe(2);
  faults.add({ on: 'rest', type: 'hold', times: 1 });
  ask();
  faults.clear();
  await setImmediate();
  expect(answered).toBe(3);
});

test('[EM8] a fault of any frame leaves what comes from the device alone', () => {
  const faults = createFaults();
  faults.add({ on: 'socket', type: 'lose' });
  expect(faults.takeSocket('upstream', 'alice')).toEqual([]);
  expect(faults.takeSocket('provision', 'alice')).toHaveLength(1);
});

test.each([
  [null, 'not an object'],
  [{ on: 'air', type: 'hang' }, 'fault.on'],
  [{ on: 'rest', type: 'garble' }, 'fault.type'],
  [{ on: 'socket', type: 'hang' }, 'fault.type'],
  [{ on: 'rest', type: 'hang', route: 'nowhere' }, 'fault.route'],
  [{ on: 'socket', type: 'lose', frame: 'nothing' }, 'fault.frame'],
  [{ on: 'rest', type: 'latency' }, 'fault.ms'],
  [{ on: 'rest', type: 'status' }, 'fault.status'],
  [{ on: 'rest', type: 'slow' }, 'fault.bytesPerSecond'],
  [{ on: 'rest', type: 'cut' }, 'fault.afterBytes'],
  [{ on: 'socket', type: 'refuse', frame: 'upstream' }, 'fault.errorCode'],
  [{ on: 'rest', type: 'hang', times: 0 }, 'fault.times'],
])('[EM8] %j is refused: %s', (fault, message) => {
  const faults = createFaults();
  expect(() => faults.add(fault as unknown as Fault)).toThrow(message);
  expect(faults.list()).toEqual([]);
});
