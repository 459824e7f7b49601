import { expectCount, type ScenarioOptions } from './scenario.ts';

const SHORT = 1_000;
const LONG = 100_000;

/** How far each reader scrolls back. Unit: pages of 50. */
const PAGES = 10;

/** Openings of another conversation before: the compiler has seen everything by then. */
const WARM_OPENINGS = 3;

export type OpenSamples = { readonly at1000: readonly number[]; readonly at100000: readonly number[] };

/**
 * Opening a timeline and scrolling back ten pages in it, in what is stored: a conversation of 1,000 messages and one of
 * 100,000, in one database.
 *
 * - Without a service: nothing is asked for, nothing arrives. A page and a worker that have just started; a third
 *   conversation is opened before, until the code is warm; then the two take turns, and turns at being first.
 */
export async function measureOpen(options: ScenarioOptions): Promise<OpenSamples> {
  const { world, rounds, warmUps, report } = options;
  const label = 'open100000';
  const account = { appKey: world.emulator.appKey, userId: 'open-owner' };
  await world.usePage('storage', label, async (tab) => {
    await tab.call('fill', { account, conversationId: 'first', messages: SHORT });
    await tab.call('fill', { account, conversationId: 'short', messages: SHORT });
    await tab.call('fill', { account, conversationId: 'long', messages: LONG });
  });

  const samples: Record<'short' | 'long', number[]> = { short: [], long: [] };
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    await world.usePage('moorage', label, async (tab) => {
      await world.logIn(tab, account.userId, { isOffline: true });
      for (let time = 0; time < WARM_OPENINGS; time += 1) await tab.call('openTimeline', 'first', PAGES);
      for (const name of round % 2 === 0 ? (['short', 'long'] as const) : (['long', 'short'] as const)) {
        const { ms, messages } = await tab.call('openTimeline', name, PAGES);
        expectCount(`${label}: messages of the ${name} one`, messages, (PAGES + 1) * 50);
        const total = ms.reduce((sum, part) => sum + part, 0);
        report(`${label.padEnd(12)} round ${round}/${rounds}  ${name.padEnd(11)} ${total.toFixed(1)} ms, opened after ${(ms[0] ?? 0).toFixed(1)} ms`);
        if (round >= 1) samples[name].push(total);
      }
    });
  }
  return { at1000: samples.short, at100000: samples.long };
}
