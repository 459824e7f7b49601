import { SYSTEMS, type Samples, type System } from '../results.ts';
import { runRounds } from '../rounds.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';

export type SyncOptions = ScenarioOptions & { readonly name: 'sync1000' | 'sync5000'; readonly conversations: number };

/** A run that stored a whole list: open its label again, as its user, to find it. */
export type StoredList = { readonly label: string; readonly userId: string };

type Run = StoredList & { readonly ms: number };

/**
 * First sync: the whole conversation list, 50 a page, into an empty database.
 *
 * - From the first list request's arrival at the emulator until the page knows that the last page is stored. Login
 *   and the start of scripts and workers are outside, for all three.
 *
 * @returns The times, and for each system the last run's stored list.
 */
export async function measureSync(
  options: SyncOptions,
): Promise<{ readonly samples: Samples; readonly stored: ReadonlyMap<System, StoredList> }> {
  const { world, name, conversations } = options;
  const { emulator } = world;
  const userId = `${name}-owner`;
  emulator.seed({ accounts: [userId], owner: userId, conversations, messagesPerConversation: 1 });

  const run = (system: System, label: string): Promise<Run> =>
    world.usePage(system, label, async (tab) => {
      emulator.journal.reset();
      await world.logIn(tab, userId);
      const { endedAt, rows } = await tab.call('sync');
      expectCount(`${label}: rows`, rows, conversations);
      const first = emulator.journal.entries({ kind: 'rest', name: 'conversation-list' })[0];
      if (first === undefined) throw new Error(`${label}: no list request was seen`);
      return { label, userId, ms: endedAt - first.time };
    });

  const runs = await runRounds<System, Run>({ ...options, systems: SYSTEMS, run, describe: ({ ms }) => `${ms.toFixed(0)} ms` });
  const timesOf = (system: System) => (runs.get(system) ?? []).map(({ ms }) => ms);
  return {
    samples: { sdk: timesOf('sdk'), localCache: timesOf('localCache'), moorage: timesOf('moorage') },
    stored: new Map([...runs].flatMap(([system, all]) => all.slice(-1).map((last) => [system, last] as const))),
  };
}
