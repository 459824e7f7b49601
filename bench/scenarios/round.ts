import type { RoundSample } from '../results.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';

const CONVERSATIONS = 5_000;
const CHANGED = [0, 10, 200] as const;

/**
 * Coming back after some of 5,000 conversations changed while no page was open: the list is read again, by a new worker.
 *
 * - Each of the changed ones has got a message, so that it stands at the head of the list.
 * - List calls as the emulator counts them; the time from the first of them until the page knows that the round is complete.
 */
export async function measureRound({ world, rounds, warmUps, report }: ScenarioOptions): Promise<readonly RoundSample[]> {
  const { emulator } = world;
  const userId = 'round-owner';
  const label = 'round5000';
  emulator.seed({ accounts: [userId], owner: userId, conversations: CONVERSATIONS, messagesPerConversation: 1 });
  const peers = emulator.state.conversations(userId).filter(({ chatType }) => chatType === 'singleChat');
  const come = () =>
    world.usePage('moorage', label, async (tab) => {
      emulator.journal.reset();
      await world.logIn(tab, userId);
      const { endedAt, rows } = await tab.call('sync');
      expectCount(`${label}: rows`, rows, CONVERSATIONS);
      const calls = emulator.journal.entries({ kind: 'rest', name: 'conversation-list' });
      return { listCalls: calls.length, ms: calls[0] === undefined ? 0 : endedAt - calls[0].time };
    });
  await come();

  const samples: RoundSample[] = [];
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    for (const changed of CHANGED) {
      for (const { id } of peers.slice(0, changed)) {
        emulator.write({ from: id, to: userId, chatType: 'singleChat', text: `while you were away, ${round}` });
      }
      const { listCalls, ms } = await come();
      report(`${label.padEnd(12)} round ${round}/${rounds}  changed ${String(changed).padEnd(3)} ${listCalls} list calls, ${ms.toFixed(0)} ms`);
      if (round >= 1) samples.push({ changed, listCalls, ms });
    }
  }
  return samples;
}
