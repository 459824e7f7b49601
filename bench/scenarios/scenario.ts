import type { BenchWorld } from '../world.ts';

/** What every scenario is given. */
export type ScenarioOptions = {
  readonly world: BenchWorld;
  /** Rounds whose times are kept. */
  readonly rounds: number;
  readonly localCacheRounds?: number;
  readonly warmUps: number;
  /** Told one line a run. */
  readonly report: (line: string) => void;
};

/** Stops the benchmark when a system did not do the work it was timed for: such a time would mean nothing. */
export function expectCount(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}
