import type { Samples, System } from '../results.ts';
import { runRounds } from '../rounds.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';
import type { StoredList } from './sync.ts';

export type ListOptions = ScenarioOptions & {
  readonly conversations: number;
  /** Where a sync has stored the list. */
  readonly stored: ReadonlyMap<System, StoredList>;
};

/** How many rows fill a first screen. */
const FIRST_ROWS = 30;

type Run = { readonly wholeMs: number; readonly firstMs: number };

/**
 * The list from storage, in a page and a worker that have just started: nothing of it is in memory yet.
 *
 * - From the page's call until it holds the rows; the connection (login, or worker) is there before.
 * - The SDK alone stores nothing, so it has no time here.
 */
export async function measureList(options: ListOptions): Promise<{ readonly list5000: Samples; readonly first30: Samples }> {
  const { world, conversations, stored } = options;

  const run = async (system: System): Promise<Run> => {
    const list = stored.get(system);
    if (list === undefined) throw new Error(`${system} has stored no list`);
    const firstMs = await world.usePage(system, list.label, async (tab) => {
      await world.logIn(tab, list.userId);
      const { ms, rows } = await tab.call('firstRows', FIRST_ROWS);
      expectCount(`${list.label}: first rows`, rows, FIRST_ROWS);
      return ms;
    });
    const wholeMs = await world.usePage(system, list.label, async (tab) => {
      await world.logIn(tab, list.userId);
      const { ms, rows } = await tab.call('wholeList');
      expectCount(`${list.label}: rows of the whole list`, rows, conversations);
      return ms;
    });
    return { wholeMs, firstMs };
  };

  const describe = ({ wholeMs, firstMs }: Run) => `all ${wholeMs.toFixed(1)} ms, first ${FIRST_ROWS} ${firstMs.toFixed(1)} ms`;
  const runs = await runRounds<System, Run>({ ...options, name: 'list5000', systems: ['localCache', 'moorage'], run, describe });
  const pick = (key: keyof Run): Samples => ({
    sdk: [],
    localCache: (runs.get('localCache') ?? []).map((outcome) => outcome[key]),
    moorage: (runs.get('moorage') ?? []).map((outcome) => outcome[key]),
  });
  return { list5000: pick('wholeMs'), first30: pick('firstMs') };
}
