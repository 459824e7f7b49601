import type { StoreSystem } from '../pages/contract.ts';
import { runRounds } from '../rounds.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';

const MESSAGES = 50_000;

/**
 * 50,000 messages of history in ten conversations, stored page by page: Moorage's storage against the fastest that
 * IndexedDB can do with a record a message (rows with an index take a fifth longer).
 *
 * - Both in a page, with the same messages, 50 a transaction, durability relaxed, each transaction's completion awaited.
 */
export async function measureStore(options: ScenarioOptions): Promise<Readonly<Record<StoreSystem, readonly number[]>>> {
  const run = (system: StoreSystem, label: string): Promise<number> =>
    options.world.usePage('storage', label, async (tab) => {
      const { ms, stored } = await tab.call('storeHistory', system, MESSAGES);
      expectCount(`${label}: messages`, stored, MESSAGES);
      return ms;
    });
  const describe = (ms: number) => `${ms.toFixed(0)} ms`;
  const runs = await runRounds<StoreSystem, number>({ ...options, name: 'store50000', systems: ['raw', 'moorage'], run, describe });
  return { raw: runs.get('raw') ?? [], moorage: runs.get('moorage') ?? [] };
}
