import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Emulator } from '../../emulator/start-emulator.ts';
import { SYSTEMS, type Samples, type System, type UnreadSamples } from '../results.ts';
import { runRounds } from '../rounds.ts';
import type { ScenarioOptions } from './scenario.ts';

const MESSAGES = 2000;
const CONVERSATIONS = 50;

/** Messages the emulator writes before it sends what it has: a busy stream, not one single burst. */
const MESSAGES_PER_TURN = 10;

type Run = { readonly ms: number; readonly unread: number | null };

async function writeAll(emulator: Emulator, to: string): Promise<void> {
  for (let index = 0; index < MESSAGES; index += 1) {
    const from = `live-peer-${index % CONVERSATIONS}`;
    emulator.write({ from, to, chatType: 'singleChat', text: `message ${index}` });
    if (index % MESSAGES_PER_TURN === MESSAGES_PER_TURN - 1) await nextTurn();
  }
}

/**
 * Others write 2,000 messages over 50 conversations while the page is connected.
 *
 * - From the first write until the page was handed all of them (and all are stored, where they are stored).
 * - Each run is an account of its own with no conversation yet, so nothing is read from the list.
 */
export async function measureLive(
  options: ScenarioOptions,
): Promise<{ readonly samples: Samples; readonly unread: UnreadSamples }> {
  const { world } = options;
  const { emulator } = world;

  const run = (system: System, label: string): Promise<Run> =>
    world.usePage(system, label, async (tab) => {
      await world.logIn(tab, label);
      // Moorage reads the (empty) list first; the others have nothing to do.
      if (system === 'moorage') await tab.call('sync');
      await tab.call('expectMessages', MESSAGES);
      const startedAt = Date.now();
      await writeAll(emulator, label);
      const { endedAt, unread } = await tab.call('receiveAll');
      return { ms: endedAt - startedAt, unread };
    });

  const describe = ({ ms, unread }: Run) => `${ms.toFixed(0)} ms${unread === null ? '' : `, unread ${unread}`}`;
  const runs = await runRounds<System, Run>({ ...options, name: 'live2000', systems: SYSTEMS, run, describe });
  const timesOf = (system: System) => (runs.get(system) ?? []).map(({ ms }) => ms);
  const unreadOf = (system: System) => (runs.get(system) ?? []).flatMap(({ unread }) => (unread === null ? [] : [unread]));
  return {
    samples: { sdk: timesOf('sdk'), localCache: timesOf('localCache'), moorage: timesOf('moorage') },
    unread: { sent: MESSAGES, localCache: unreadOf('localCache'), moorage: unreadOf('moorage') },
  };
}
