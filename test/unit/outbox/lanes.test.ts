import { expect, test } from 'vitest';
import { conversationKey, type ConversationRef } from '../../../src/protocol/ids.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { Ledger } from '../../../src/worker/ledger/ledger.ts';
import type { TellOptions, Waiting } from '../../../src/worker/outbox/lane-handler.ts';
import { createLanes } from '../../../src/worker/outbox/lanes.ts';
import type { OutboxEntry, WriteBatch } from '../../../src/worker/storage/storage.ts';
import { createFakeClock } from '../../../src/testing/fake-clock.ts';
import { bob, carol } from '../engine/watch.ts';

type Told = { readonly clientId: string; readonly take: () => void; readonly end: (error?: Error) => void };

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Lanes over entries that wait in memory, and a service whose every answer, and every disk whose every write, is the test's to give. */
function openLanes(entries: readonly [clientId: string, type: 'send' | 'command', ref?: ConversationRef][]) {
  const clock = createFakeClock();
  let outbox: readonly OutboxEntry[] = entries.map(([clientId, type, ref = bob], index) => {
    const common = { seq: index + 1, conversation: conversationKey(ref), clientId, createdAt: 0, state: { type: 'queued' as const } };
    return type === 'send'
      ? { ...common, type, message: { conversation: ref, type: 'txt', msg: clientId } }
      : { ...common, type, command: { kind: 'remove-history', beforeTime: 1 } as never };
  });
  const told: Told[] = [];
  const lookedUp: string[] = [];
  const handler = {
    async tell({ clientId, seq }: Waiting, { onTaken }: TellOptions) {
      await new Promise<void>((resolve, reject) => told.push({ clientId, take: onTaken, end: (error) => (error === undefined ? resolve() : reject(error)) }));
      outbox = outbox.filter((entry) => entry.seq !== seq);
    },
    lookUp({ clientId, seq }: Waiting) {
      lookedUp.push(clientId);
      outbox = outbox.filter((entry) => entry.seq !== seq);
      return Promise.resolve(true);
    },
    refused: () => Promise.resolve(),
  };
  const write = async (decide: () => WriteBatch | Promise<WriteBatch>): Promise<WriteBatch> => {
    const batch = await decide();
    const updates = batch.outboxUpdates ?? [];
    outbox = outbox.map((entry) => updates.find(({ seq }) => seq === entry.seq) ?? entry);
    return batch;
  };
  const lanes = createLanes({
    ledger: { outbox: () => outbox, write } as unknown as Ledger,
    environment: clock,
    retryDelayMs: () => 1_000,
    handlers: { send: handler, command: handler },
    onSending: () => undefined,
  });
  // As if they had been added here: nobody has seen them.
  const isFresh = lanes.add(() => ({ outboxAdds: outbox.flatMap((entry) => (entry.type === 'acknowledge' ? [] : [entry])) }));
  return { lanes, told, lookedUp, isFresh, names: () => told.map(({ clientId }) => clientId), states: () => outbox.map((entry) => 'state' in entry && entry.state.type) };
}

test('[OB2] the next message of a conversation leaves when the service has the one before it, though that is not stored yet', async () => {
  const { lanes, told, names, isFresh } = openLanes([['1', 'send'], ['2', 'send']]);
  await isFresh;
  lanes.start();
  await settle();
  expect(names()).toEqual(['1']);
  told[0]?.take();
  await settle();
  expect(names()).toEqual(['1', '2']);
});

test('[OB2] a command waits until what was sent before it in its conversation is stored; other conversations do not', async () => {
  const { lanes, told, names, isFresh } = openLanes([['1', 'send'], ['2', 'command'], ['3', 'send'], ['4', 'command', carol]]);
  await isFresh;
  lanes.start();
  await settle();
  expect(names()).toEqual(['1', '4']);
  told[0]?.take();
  await settle();
  expect(names()).toEqual(['1', '4']);
  told[0]?.end();
  await settle();
  expect(names()).toEqual(['1', '4', '2']);
  told[2]?.end();
  await settle();
  expect(names()).toEqual(['1', '4', '2', '3']);
});

test('[OB3] what the service has taken and could not be stored is in doubt, and looked up: it is not sent again', async () => {
  const { lanes, told, names, lookedUp, states, isFresh } = openLanes([['1', 'send'], ['2', 'send'], ['3', 'command']]);
  await isFresh;
  lanes.start();
  await settle();
  told[0]?.take();
  await settle();
  told[0]?.end(new SyncError('storage-failed', 'the disk'));
  told[1]?.take();
  await settle();
  expect([lookedUp, states()]).toEqual([['1'], ['queued', 'queued']]);
  told[1]?.end();
  await settle();
  expect(names()).toEqual(['1', '2', '3']);
});
