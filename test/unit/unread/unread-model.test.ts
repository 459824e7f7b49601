import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUnreadModel, type UnreadModel as Model } from './unread-model.ts';

type Step = { readonly name: keyof Model; readonly number: number; readonly flag: boolean };

const seed = Number(process.env['MOORAGE_SEED'] ?? Date.now() % 1_000_000_000);

function steps(weights: Partial<Record<keyof Model, number>>): fc.Arbitrary<readonly Step[]> {
  const step = fc.oneof(
    ...Object.entries(weights).map(([name, weight]) => ({
      weight,
      arbitrary: fc.record({ name: fc.constant(name as keyof Model), number: fc.nat(6), flag: fc.boolean() }),
    })),
  );
  return fc.array(step, { minLength: 5, maxLength: 60 });
}

function take(model: Model, { name, number, flag }: Step, losing = false): void {
  switch (name) {
    case 'write':
      return model.write(flag && number < 3);
    case 'deliver':
      return model.deliver(losing && number === 0);
    case 'list':
      return model.list(number);
    case 'recall':
      return model.recall(number);
    case 'clear':
    case 'land':
    case 'answer':
    case 'readElsewhere':
    case 'fill':
      return model[name]();
    default:
      throw new Error(name);
  }
}

const all = { write: 10, deliver: 12, list: 5, clear: 4, land: 3, answer: 3, recall: 1 } as const;

test(`[UR1] [UR5] [UR6] nothing lost: whatever lags, the count ends at what the user has not read (seed ${seed})`, () => {
  fc.assert(
    fc.property(steps(all), (taken) => {
      const model = createUnreadModel();
      for (const step of taken) take(model, step);
      model.rest();
      expect(model.count()).toBe(model.truth());
    }),
    { numRuns: 3_000, seed },
  );
});

test(`[UR7] read on other devices as well, with an event that says up to where (seed ${seed})`, () => {
  fc.assert(
    fc.property(steps({ ...all, readElsewhere: 2 }), (taken) => {
      const model = createUnreadModel();
      for (const step of taken) take(model, step);
      model.rest();
      expect(model.count()).toBe(model.truth());
    }),
    { numRuns: 3_000, seed },
  );
});

test(`[UR1] [UR5] messages lost on the way, and found in history at last (seed ${seed})`, () => {
  fc.assert(
    fc.property(steps({ ...all, recall: 0 }), (taken) => {
      const model = createUnreadModel();
      for (const step of taken) take(model, step, true);
      model.rest();
      expect(model.count()).toBe(model.truth());
    }),
    { numRuns: 3_000, seed },
  );
});
