/**
 * `npm run bench`: the SDK alone, the SDK with `localCache`, and Moorage, side by side in one Chromium.
 *
 * - Prints a table and writes `bench/results.json`; every single time goes to `.build/bench-samples.json`.
 * - `--quick`: fewer rounds, same keys, within three minutes.
 * - Exit code 1 when Moorage ended with a wrong unread, or a system did not do its work. Times never fail it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resolveBrowser } from '../scripts/browser.mjs';
import { buildIfStale } from '../scripts/build.mjs';
import { compareWithGoals, toResults, type OtherSamples, type Samples, type UnreadSamples, type Work } from './results.ts';
import { measureFanout } from './scenarios/fanout.ts';
import { measureHistory } from './scenarios/history.ts';
import { measureList } from './scenarios/list.ts';
import { measureLive } from './scenarios/live.ts';
import { measureOpen } from './scenarios/open.ts';
import { measureRound } from './scenarios/round.ts';
import { measureSend } from './scenarios/send.ts';
import { measureStore } from './scenarios/store.ts';
import { measureSync } from './scenarios/sync.ts';
import { formatGoals, formatResults } from './table.ts';
import { createBenchWorld, type BenchWorld } from './world.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const resultsFile = path.join(root, 'bench', 'results.json');
const samplesFile = path.join(root, '.build', 'bench-samples.json');

type Scenario = 'sync1000' | 'sync5000' | 'list' | 'live' | 'history' | 'store' | 'open' | 'round' | 'fanout' | 'send';

/** Kept and warm-up rounds of each scenario. The list with `localCache` takes a quarter of a minute to store. */
type Plan = Readonly<Record<Scenario, { rounds: number; localCacheRounds?: number; warmUps: number }>>;

const FULL: Plan = {
  sync1000: { rounds: 5, warmUps: 1 },
  sync5000: { rounds: 5, warmUps: 1 },
  list: { rounds: 7, warmUps: 1 },
  live: { rounds: 5, warmUps: 1 },
  history: { rounds: 5, warmUps: 1 },
  store: { rounds: 3, warmUps: 1 },
  open: { rounds: 10, warmUps: 2 },
  round: { rounds: 5, warmUps: 1 },
  fanout: { rounds: 5, warmUps: 1 },
  send: { rounds: 5, warmUps: 1 },
};

/** The others take a second or two: some rounds of them cost little, and say much more than one. */
const QUICK: Plan = {
  sync1000: { rounds: 3, localCacheRounds: 1, warmUps: 0 },
  sync5000: { rounds: 3, localCacheRounds: 1, warmUps: 0 },
  list: { rounds: 3, warmUps: 0 },
  live: { rounds: 3, localCacheRounds: 1, warmUps: 0 },
  history: { rounds: 3, warmUps: 0 },
  store: { rounds: 2, warmUps: 0 },
  open: { rounds: 6, warmUps: 1 },
  round: { rounds: 2, warmUps: 0 },
  fanout: { rounds: 2, warmUps: 0 },
  send: { rounds: 3, warmUps: 1 },
};

async function measureAll(
  world: BenchWorld,
  plan: Plan,
  report: (line: string) => void,
): Promise<{ samples: Record<Work, Samples> & OtherSamples; unread: UnreadSamples }> {
  const small = await measureSync({ world, report, ...plan.sync1000, name: 'sync1000', conversations: 1000 });
  const large = await measureSync({ world, report, ...plan.sync5000, name: 'sync5000', conversations: 5000 });
  const lists = await measureList({ world, report, ...plan.list, conversations: 5000, stored: large.stored });
  const live = await measureLive({ world, report, ...plan.live });
  const history5000 = await measureHistory({ world, report, ...plan.history });
  const store50000 = await measureStore({ world, report, ...plan.store });
  const open100000 = await measureOpen({ world, report, ...plan.open });
  const round = await measureRound({ world, report, ...plan.round });
  const fanout8 = await measureFanout({ world, report, ...plan.fanout });
  const send500 = await measureSend({ world, report, ...plan.send });
  const works = { sync1000: small.samples, sync5000: large.samples, ...lists, live2000: live.samples, history5000 };
  return {
    samples: { ...works, store50000, open100000, round, fanout8, send500 },
    unread: live.unread,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  process.env['CHROMIUM_PATH'] = resolveBrowser();
  await buildIfStale();

  const startedAt = performance.now();
  const report = (line: string) => {
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  };
  const world = await createBenchWorld();
  try {
    const { samples, unread } = await measureAll(world, values.quick ? QUICK : FULL, report);
    const results = toResults(samples, unread);
    const about = {
      date: new Date().toISOString(),
      mode: values.quick ? 'quick' : 'full',
      browser: world.chromium.version,
      node: process.version,
      cores: availableParallelism(),
    };
    await mkdir(path.dirname(samplesFile), { recursive: true });
    await writeFile(samplesFile, `${JSON.stringify({ about, samples, unread }, null, 2)}\n`);
    await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);

    console.log(`\n${formatResults(results)}\n\n${formatGoals(compareWithGoals(results))}\n`);
    console.log(`${about.browser}, Node ${about.node}, ${about.cores} cores. Written: bench/results.json`);
    const wrong = unread.moorage.filter((total) => total !== unread.sent);
    if (wrong.length > 0) throw new Error(`Moorage counted ${wrong.join(', ')} unread of ${unread.sent} sent`);
  } finally {
    await world.close();
  }
}

await main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
