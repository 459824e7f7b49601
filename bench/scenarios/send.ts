import { runRounds } from '../rounds.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';

const MESSAGES = 500;
const TABS = 4;
const CONVERSATIONS = 10;

type System = 'sdk' | 'sdkInOrder' | 'moorage';

export type SendSamples = Readonly<Record<System, readonly number[]>>;

/**
 * 500 texts to 10 people, asked for all at once: from one page with the SDK, from 4 tabs with Moorage.
 *
 * - From the first call until the service has accepted the last message, and whoever sent it knows.
 * - The SDK puts each message on its socket when it is told to and waits for no answer before the next: the fastest it can, kept
 *   nowhere. `sdkInOrder` waits for the answer before the next message of a conversation, as an application must that is to keep
 *   their order when one fails. Moorage stores each durably first, waits as well, and stores each answer.
 */
export async function measureSend(options: ScenarioOptions): Promise<SendSamples> {
  const { world } = options;
  const { emulator } = world;

  const run = async (system: System, label: string): Promise<number> => {
    const kind = system === 'moorage' ? system : 'sdk';
    const to = Array.from({ length: CONVERSATIONS }, (_, number) => `${label}-${number}`);
    emulator.seed({ accounts: [label, ...to], owner: label, conversations: 0 });
    const ms = await world.usePages({ kind, label, count: kind === 'sdk' ? 1 : TABS }, async (tabs) => {
      for (const tab of tabs) await world.logIn(tab, label);
      if (system === 'moorage') for (const tab of tabs) await tab.call('sync');
      const times = await Promise.all(tabs.map((tab) => tab.call('sendMessages', to, MESSAGES / tabs.length, system === 'sdkInOrder')));
      return Math.max(...times.map(({ endedAt }) => endedAt)) - Math.min(...times.map(({ startedAt }) => startedAt));
    });
    const arrived = to.flatMap((peer) => emulator.state.history(label, peer).map(({ id }) => id));
    expectCount(`${label}: messages the service has`, new Set(arrived).size, MESSAGES);
    expectCount(`${label}: messages it has once`, arrived.length, MESSAGES);
    return ms;
  };

  const runs = await runRounds({ ...options, name: 'send500', systems: ['sdk', 'sdkInOrder', 'moorage'] as const, run, describe: (ms: number) => `${ms.toFixed(0)} ms` });
  return { sdk: runs.get('sdk') ?? [], sdkInOrder: runs.get('sdkInOrder') ?? [], moorage: runs.get('moorage') ?? [] };
}
