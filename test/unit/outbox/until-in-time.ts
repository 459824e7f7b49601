import type { TestWorld } from '../../../src/testing/test-world.ts';

/** Waits until the condition holds, letting up to `seconds` pass on the clock. @throws when it never does */
export async function untilInTime(world: TestWorld, condition: () => boolean, what = 'the condition', seconds = 120): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (let round = 0; round < 2 && !condition(); round += 1) await world.settle();
    if (condition()) return;
    await world.clock.advance(1_000);
  }
  throw new Error(`never within ${seconds} s: ${what}`);
}
