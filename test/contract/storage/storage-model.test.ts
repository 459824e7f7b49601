import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePositions, conversationKey } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { openStorage } from '../../../src/worker/storage/open-storage.ts';
import { message } from '../../support/messages.ts';
import { nodeEnvironment } from '../../support/node-environment.ts';

const bob = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });

/** Everything that can ever be stored: several messages a millisecond, ids that do not always grow with time. */
function universe(isOrderly: boolean): readonly Message[] {
  return Array.from({ length: 400 }, (_, index) =>
    message(0, { id: String(isOrderly ? 90 + index * 3 : 90 + ((index * 7919) % 4001)), time: 1_000 + Math.floor(index / 3) }),
  ).sort(comparePositions);
}

const step = fc.oneof(
  // A page: a run of neighbours. Live messages: short runs near the end.
  { weight: 5, arbitrary: fc.record({ type: fc.constant('page' as const), at: fc.nat(399), size: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('scatter' as const), at: fc.array(fc.nat(399), { minLength: 1, maxLength: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), at: fc.array(fc.nat(399), { minLength: 1, maxLength: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('removeRun' as const), at: fc.nat(399), size: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('removeBefore' as const), at: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reopen' as const) }) },
);

test('[HB8] [ST1] whatever is put and removed, in any order, what is read equals a plain map', async () => {
  let largest = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.array(fc.record({ at: fc.nat(399), limit: fc.integer({ min: 1, max: 130 }) }), { minLength: 3, maxLength: 3 }),
      async (isOrderly, steps, windows) => {
        const environment = nodeEnvironment();
        const account = { appKey: 'org#app', userId: 'alice' };
        const open = () => openStorage({ account, environment, instanceId: environment.uniqueId() });
        const known = universe(isOrderly);
        const pick = (indexes: readonly number[]) => [...new Set(indexes)].flatMap((index) => known.slice(index, index + 1));
        const model = new Map<string, Message>();
        let storage = await open();
        let edits = 0;

        for (const one of steps) {
          if (one.type === 'reopen') {
            storage.close();
            storage = await open();
          } else if (one.type === 'page' || one.type === 'scatter') {
            edits += 1;
            const chosen = one.type === 'page' ? known.slice(one.at, one.at + one.size) : pick(one.at);
            const puts = chosen.map((item) => ({ ...item, msg: `put ${edits}` }));
            const unstored = await storage.selectUnstored(bob, puts);
            expect(unstored.map(({ id }) => id)).toEqual(puts.map(({ id }) => id).filter((id) => !model.has(id)));
            await storage.write({ messages: [{ conversation: bob, puts }] });
            for (const item of puts) model.set(item.id, item);
          } else if (one.type === 'removeBefore') {
            const removeBefore = 1_000 + one.at;
            await storage.write({ messages: [{ conversation: bob, removeBefore }] });
            for (const item of known) if (item.time < removeBefore) model.delete(item.id);
          } else {
            const chosen = one.type === 'remove' ? pick(one.at) : known.slice(one.at, one.at + one.size);
            const removes = chosen.map(({ id }) => id);
            await storage.write({ messages: [{ conversation: bob, removes }] });
            for (const id of removes) model.delete(id);
          }
          const expected = [...model.values()].sort(comparePositions);
          largest = Math.max(largest, expected.length);
          expect(await storage.readMessages({ conversation: bob, before: null, limit: 50 })).toEqual(expected.slice(-50));
        }

        const expected = [...model.values()].sort(comparePositions);
        expect(await storage.readMessagesAfter({ conversation: bob, after: null })).toEqual(expected);
        for (const { at, limit } of windows) {
          const position = known[at] ?? null;
          const before = expected.filter((item) => position === null || comparePositions(item, position) < 0);
          const after = expected.filter((item) => position === null || comparePositions(item, position) > 0);
          expect(await storage.readMessages({ conversation: bob, before: position, limit })).toEqual(before.slice(-limit));
          expect(await storage.readMessagesAfter({ conversation: bob, after: position })).toEqual(after);
          expect(await storage.findMessage(bob, position?.id ?? '')).toEqual(model.get(position?.id ?? ''));
        }
        storage.close();
      },
    ),
    { numRuns: 80 },
  );
  expect(largest).toBeGreaterThan(200);
});
