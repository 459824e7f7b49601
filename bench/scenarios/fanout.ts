import { runRounds } from '../rounds.ts';
import { expectCount, type ScenarioOptions } from './scenario.ts';

const TABS = 8;

/** Rows that each tab shows: a screen of them, as an app does. */
const ROWS = 30;

/** Changes of a run. The first ones find cold code, so they are thrown away. */
const CHANGES = 25;
const COLD_CHANGES = 5;

const SIZES = { at50: 50, at5000: 5_000 } as const;
type Size = keyof typeof SIZES;

export type FanoutSamples = Readonly<Record<Size, readonly number[]>>;

/**
 * One change reaching 8 tabs, stored first: from a tab's call that sets a conversation's field until the last of the
 * tabs, the caller among them, has been given the changed row. The account has 50 conversations, or 5,000.
 */
export async function measureFanout(options: ScenarioOptions): Promise<FanoutSamples> {
  const { world } = options;
  for (const [size, conversations] of Object.entries(SIZES)) {
    const owner = `fanout-${size}`;
    world.emulator.seed({ accounts: [owner], owner, conversations, messagesPerConversation: 1 });
  }

  const run = (size: Size, label: string): Promise<readonly number[]> =>
    world.usePages({ kind: 'moorage', label, count: TABS }, async (tabs) => {
      for (const tab of tabs) await world.logIn(tab, `fanout-${size}`);
      const [caller] = tabs;
      if (caller === undefined) throw new Error('no tabs');
      const { rows } = await caller.call('sync');
      expectCount(`${label}: conversations`, rows, SIZES[size]);
      const watched = await Promise.all(tabs.map((tab) => tab.call('watchRows', ROWS)));
      for (const { rows: shown } of watched) expectCount(`${label}: rows shown`, shown, ROWS);
      const startedAt = await caller.call('makeChanges', watched[0]?.first ?? '', CHANGES);
      const seenAt = await Promise.all(tabs.map((tab) => tab.call('sawChanges', CHANGES)));
      return startedAt.map((start, change) => Math.max(...seenAt.map((times) => times[change] ?? Infinity)) - start).slice(COLD_CHANGES);
    });

  const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  const describe = (times: readonly number[]) => `${middle(times).toFixed(1)} ms in the middle of ${times.length}`;
  const runs = await runRounds<Size, readonly number[]>({ ...options, name: 'fanout8', systems: ['at50', 'at5000'], run, describe });
  return { at50: (runs.get('at50') ?? []).flat(), at5000: (runs.get('at5000') ?? []).flat() };
}
