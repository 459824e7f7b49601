import { SYSTEMS, type Samples, type System } from '../results.ts';
import { runRounds } from '../rounds.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';

const MESSAGES = 5000;

type Run = { readonly ms: number; readonly messages: number };

/**
 * The whole history of one conversation, newest to oldest, 50 a page, each page asked for after the one before.
 *
 * - From the first call until the last page is in the page's hands (and stored, in Moorage: its timeline shows only
 *   what is committed). The SDK stores no history, with `localCache` or without.
 */
export async function measureHistory(options: ScenarioOptions): Promise<Samples> {
  const { world } = options;
  const userId = 'history-owner';
  world.emulator.seed({ accounts: [userId], owner: userId, conversations: 1, messagesPerConversation: MESSAGES });
  const [conversation] = world.emulator.state.conversations(userId);
  if (conversation === undefined) throw new Error('the emulator has no conversation to read');

  const run = (system: System, label: string): Promise<Run> =>
    world.usePage(system, label, async (tab) => {
      await world.logIn(tab, userId);
      await tab.call('sync');
      const { ms, messages } = await tab.call('history', conversation.id);
      expectCount(`${label}: messages`, messages, MESSAGES);
      return { ms, messages };
    });

  const describe = ({ ms }: Run) => `${ms.toFixed(0)} ms`;
  const runs = await runRounds<System, Run>({ ...options, name: 'history5000', systems: SYSTEMS, run, describe });
  const timesOf = (system: System) => (runs.get(system) ?? []).map(({ ms }) => ms);
  return { sdk: timesOf('sdk'), localCache: timesOf('localCache'), moorage: timesOf('moorage') };
}
