import { expect, test } from 'vitest';
import { createJoinedWrites } from '../../../src/worker/joined-writes.ts';
import { createWriteQueue } from '../../../src/worker/ledger/write-queue.ts';
import type { WriteBatch } from '../../../src/worker/storage/storage.ts';

/** A writer that is as slow as the test wants, and remembers its transactions. */
function openWriter() {
  const queue = createWriteQueue();
  const stored: (readonly number[])[] = [];
  let failure: Error | undefined;
  const write = (decide: () => WriteBatch | Promise<WriteBatch>): Promise<void> =>
    queue.run(async () => {
      const { outboxRemoves = [] } = await decide();
      if (failure !== undefined) throw failure;
      stored.push(outboxRemoves);
    });
  return { write, stored, run: queue.run, fail: (error: Error | undefined) => (failure = error), ...createJoinedWrites(write, (outboxRemoves: readonly number[]) => ({ outboxRemoves })) };
}

test('[OB1] what is asked for while an earlier write is under way is one transaction, in order; who asked learns when it is stored', async () => {
  const { join, run, stored } = openWriter();
  let finish: () => void = () => undefined;
  void run(() => new Promise<void>((resolve) => (finish = resolve)));
  let isStored = false;
  const joined = [1, 2, 3].map((number) => join(number));
  joined[0]?.then(() => (isStored = true), () => undefined);
  await new Promise((resolve) => setTimeout(resolve));
  expect([stored, isStored]).toEqual([[], false]);
  finish();
  await Promise.all(joined);
  await join(4);
  expect(stored).toEqual([[1, 2, 3], [4]]);
});

test('[OB2] nothing is joined past what is written alone', async () => {
  const { join, alone, stored } = openWriter();
  await Promise.all([join(1), join(2), alone(() => ({ outboxRemoves: [3] })), join(4), join(5)]);
  expect(stored).toEqual([[1, 2], [3], [4, 5]]);
});

test('a transaction that fails is told to all who asked for it, and to nobody else', async () => {
  const { join, fail, stored } = openWriter();
  fail(new Error('the disk'));
  const outcomes = await Promise.allSettled([join(1), join(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fail(undefined);
  await join(3);
  expect(stored).toEqual([[3]]);
});
