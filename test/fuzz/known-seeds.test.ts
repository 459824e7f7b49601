import { test } from 'vitest';
import { runWalk } from './walk.ts';

/**
 * Walks that failed once, with what was wrong then. Commands are drawn from the seed by their weights: when those change a
 * seed walks elsewhere, and only the unit test named beside it still holds the defect.
 */
const known: readonly { readonly title: string; readonly seed: number; readonly steps: number }[] = [
  // unit/client/live-queries.test.ts, "waits for the next worker to know the timeline"
  { title: '[TB3] [ER1] loadOlder between two workers overtook its own subscription', seed: 7, steps: 90 },
  // unit/engine/unread.test.ts, "only the list told of is recalled"
  { title: '[UR1] a list was taken for an old one after the last message it knew was recalled', seed: 23, steps: 90 },
  // unit/engine/outbox.test.ts, "claims nothing that was delivered before it"
  { title: '[HB5] an own message claimed what was delivered before it and then lost with the engine', seed: 276, steps: 150 },
  // unit/engine/outbox.test.ts, "a message looked up on one connection proves nothing"
  { title: '[HB5] a message looked up on one connection proved the completeness of the next', seed: 9, steps: 240 },
  // unit/unread/unread-count.test.ts, "a list that is ahead of a recall"
  { title: '[UR5] a list ahead of a recall was taken for another device that had read', seed: 1174, steps: 120 },
  { title: '[UR5] the same, and the recall told to the next engine', seed: 1250, steps: 150 },
  // unit/engine/removed-lag.test.ts
  { title: '[SY6] a list that lagged brought a last message back that was removed elsewhere, for ever', seed: 1263, steps: 30 },
];

for (const { title, seed, steps } of known) {
  test(`${title} (seed ${seed})`, async () => {
    await runWalk({ seed, steps });
  });
}
