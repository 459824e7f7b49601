import type { BrowserContext } from 'playwright-core';
import { createRandom, type Random } from '../../../emulator/seed-random.ts';
import type { Emulator } from '../../../emulator/start-emulator.ts';
import type { Ending } from '../../support/proof/contract.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, openTab, type Tab } from '../../support/proof/tab.ts';
import type { ProofWorld } from '../../support/proof/world.ts';
import { COMMANDS } from './commands.ts';
import { GROUP, KEYS, PEERS } from './people.ts';
import { expectService } from './service-rest.ts';

/** A walk under way, as its commands see it. */
export interface BrowserWalk {
  readonly userId: string;
  readonly emulator: Emulator;
  readonly random: Random;
  readonly tabs: readonly Tab[];
  /** Conversations that were cleared here, by key. */
  readonly cleared: Set<string>;
  step(): number;
  /** Begins a call in a tab; how it ends is judged at the next rest. */
  begin(tab: Tab, name: string, call: string, argument: unknown): Promise<void>;
  openTab(): Promise<void>;
  closeTab(tab: Tab): Promise<void>;
  killWorker(): Promise<void>;
}

/** Commands between two rests. Unit: commands. */
const STRETCH = 30;

/**
 * Walks: commands drawn from the seed, now and then a rest at which every tab is compared with the service.
 *
 * @returns What it did, by the command's name.
 * @throws An error that names the seed, the step and the last commands.
 */
export async function runBrowserWalk(world: ProofWorld, options: { readonly seed: number; readonly steps: number }): Promise<ReadonlyMap<string, number>> {
  const { seed, steps } = options;
  const { emulator } = world;
  const random = createRandom(seed);
  const userId = `walker${seed}`;
  emulator.seed({ accounts: [userId, ...PEERS], conversations: 0 });
  emulator.setGroup(GROUP, [userId, ...PEERS]);
  const profile = await world.newProfile();
  const walk = createBrowserWalk({ world, profile, random, userId, step: () => step });
  const names = Object.entries(COMMANDS).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  const counts = new Map<string, number>();
  const trail: string[] = [];
  let step = 0;
  try {
    await walk.openTab();
    await walk.openTab();
    for (; step < steps; step += 1) {
      const name = random.pick(names);
      trail.push(name);
      if ((await COMMANDS[name]?.run(walk)) !== false) counts.set(name, (counts.get(name) ?? 0) + 1);
      if ((step + 1) % STRETCH > 0 && step + 1 < steps) continue;
      await rest(walk);
      trail.length = 0;
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}, step ${step} of ${steps}: ${why}\n  since the last rest: ${trail.join(' ')}`, { cause });
  } finally {
    await profile.close();
  }
  return counts;
}

/** Ends every disturbance, waits until everything is the same everywhere, and that every call has settled. */
async function rest(walk: BrowserWalk): Promise<void> {
  const { emulator, tabs, userId } = walk;
  emulator.faults.clear();
  emulator.live.clear();
  emulator.live.release();
  emulator.thawLists();
  await emulator.goOnline();
  if (tabs.length === 0) await walk.openTab();
  const [first] = tabs;
  await eventually(async () => {
    for (const tab of tabs) if ((await tab.shown()).status?.type !== 'live') throw new Error(`[SY7] stuck: ${JSON.stringify((await tab.shown()).status)}`);
  }, { timeoutMs: 90_000 });
  // What only the list can tell is asked for, as soon as the service lets anybody ask.
  await eventually(() => first?.page.evaluate(() => window.proof.chat().contact.getServerConversations({ pageSize: 50, cursor: '' })), { timeoutMs: 90_000 });
  await expectService(tabs, emulator, { userId, keys: KEYS, cleared: walk.cleared });
  for (const [index, tab] of tabs.entries()) {
    await eventually(async () => {
      const endings = await tab.page.evaluate(() => window.proof.endings());
      for (const [name, ending] of Object.entries(endings)) checkEnding(`${name} in tab ${index}`, ending);
    });
  }
}

function checkEnding(what: string, ending: Ending | undefined): void {
  if (ending === undefined) throw new Error(`[TB3] never settled: ${what}`);
  const isDefect = !ending.ok && ['not-a-sync-error', 'internal', 'invalid-argument'].includes(ending.code);
  if (isDefect) throw new Error(`[ER1] ${what} was rejected with ${ending.code}`);
}

function createBrowserWalk(options: {
  readonly world: ProofWorld;
  readonly profile: BrowserContext;
  readonly random: Random;
  readonly userId: string;
  readonly step: () => number;
}): BrowserWalk {
  const { world, profile, random, userId, step } = options;
  const tabs: Tab[] = [];
  let begun = 0;
  return {
    userId,
    emulator: world.emulator,
    random,
    tabs,
    cleared: new Set(),
    step,
    async begin(tab, name, call, argument) {
      begun += 1;
      await tab.page.evaluate(
        ([title, method, given]) => {
          window.proof.begin(title, (chat) => {
            const { localCache, contact, send, refresh } = chat;
            const parts = { localCache, contact, chat: { send, refresh } } as unknown as Record<string, Record<string, (options: unknown) => Promise<unknown>>>;
            const [part = '', call = ''] = method.split('.');
            return parts[part]?.[call]?.(given) ?? Promise.reject(new Error(method));
          });
        },
        [`${name} ${begun}`, call, argument] as const,
      );
    },
    async openTab() {
      const tab = await openTab(profile, world.address(userId));
      await tab.page.evaluate((keys) => {
        for (const key of keys) window.proof.timeline(key);
      }, KEYS);
      tabs.push(tab);
    },
    async closeTab(tab) {
      tabs.splice(tabs.indexOf(tab), 1);
      await tab.page.close();
    },
    async killWorker() {
      await killSharedWorkers(world);
    },
  };
}
