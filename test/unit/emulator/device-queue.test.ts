import { expect, test } from 'vitest';
import { createDeviceQueue, type DeviceQueue, type QueueName } from '../../../emulator/state/device-queue.ts';

const bob: QueueName = { name: 'bob', chatType: 'singleChat' };
const carol: QueueName = { name: 'carol', chatType: 'singleChat' };
const group: QueueName = { name: 'club', chatType: 'groupChat' };

function fill(queue: DeviceQueue, name: QueueName, ids: readonly string[]): void {
  for (const id of ids) queue.add(name, { id });
}

const ids = (metas: readonly { readonly id?: string }[]): (string | undefined)[] => metas.map((meta) => meta.id);

test('[EM7] batches come in order, and what was not acknowledged comes again', () => {
  const queue = createDeviceQueue();
  fill(queue, bob, ['1', '2', '3', '4', '5']);
  const first = queue.pull('bob', { limit: 2 });
  expect(ids(first.metas)).toEqual(['1', '2']);
  expect(ids(queue.pull('bob', { limit: 2 }).metas)).toEqual(['1', '2']);
  const second = queue.pull('bob', { limit: 2, ackKey: first.nextKey });
  expect(ids(second.metas)).toEqual(['3', '4']);
  const third = queue.pull('bob', { limit: 2, ackKey: second.nextKey });
  expect(queue.pull('bob', { limit: 2, ackKey: third.nextKey }).metas).toEqual([]);
  expect(queue.waiting()).toEqual([]);
});

test('[EM7] keys never repeat in a device: the SDK takes a repeated key for the end of the queue', () => {
  const queue = createDeviceQueue();
  fill(queue, bob, ['1']);
  fill(queue, carol, ['2']);
  const keys = [queue.pull('bob', { limit: 1 }).nextKey, queue.pull('carol', { limit: 1 }).nextKey];
  expect(new Set(keys).size).toBe(2);
  expect(keys.every((key) => key > 0)).toBe(true);
});

test('[EM7] the limits drop the oldest over all conversations of a kind', () => {
  const queue = createDeviceQueue();
  for (let index = 0; index < 6; index += 1) {
    fill(queue, index % 2 === 0 ? bob : carol, [`s${index}`]);
    fill(queue, group, [`g${index}`]);
  }
  queue.trim({ single: 3, group: 2 });
  expect(ids(queue.all())).toEqual(['s3', 's4', 'g4', 's5', 'g5']);
  expect(queue.waiting().map(({ queue: { name }, count }) => [name, count])).toEqual([
    ['bob', 1],
    ['club', 2],
    ['carol', 2],
  ]);
});

test('[EM7] within the limits nothing is lost', () => {
  const queue = createDeviceQueue();
  fill(queue, bob, ['1', '2']);
  queue.trim({ single: 2, group: 0 });
  expect(ids(queue.all())).toEqual(['1', '2']);
});

test('[EM7] a queue that never was is empty', () => {
  expect(createDeviceQueue().pull('nobody', { limit: 5 }).metas).toEqual([]);
});
