export type RoundsOptions<System extends string, T> = {
  /** Named in the progress lines. */
  readonly name: string;
  readonly systems: readonly System[];
  /** Rounds whose outcome is kept. */
  readonly rounds: number;
  /** Of these, how many `localCache` takes part in, from the first on: it takes most of the time. Default: all of them. */
  readonly localCacheRounds?: number;
  /** Rounds before those, thrown away: they warm the caches of disk, network and compiler. */
  readonly warmUps: number;
  /** One run. `label` is unique in the scenario: name the run's origin and account by it. */
  readonly run: (system: System, label: string) => Promise<T>;
  /** One line of news: runs take up to half a minute. */
  readonly report: (line: string) => void;
  readonly describe: (outcome: T) => string;
};

/**
 * Runs A B C A B C …: what disturbs the machine for a while disturbs all systems alike.
 *
 * @returns The kept outcomes of each system, in the order they were taken.
 */
export async function runRounds<System extends string, T>(options: RoundsOptions<System, T>): Promise<ReadonlyMap<System, readonly T[]>> {
  const { name, systems, rounds, warmUps, run, report, describe, localCacheRounds = rounds } = options;
  const kept = new Map<System, T[]>(systems.map((system) => [system, []]));
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    const title = round < 1 ? 'warm-up' : `round ${round}/${rounds}`;
    for (const system of systems) {
      if (system === 'localCache' && round > localCacheRounds) continue;
      const outcome = await run(system, `${name}-${system.toLowerCase()}-${round + warmUps}`);
      report(`${name.padEnd(12)} ${title.padEnd(10)} ${system.padEnd(11)} ${describe(outcome)}`);
      if (round >= 1) kept.get(system)?.push(outcome);
    }
  }
  return kept;
}
