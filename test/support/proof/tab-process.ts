import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** What a tab is given to do to be told from others: some half a second of work, however long it takes. */
const ROUNDS = 6e8;

/** The kernel counts in hundredths of a second. */
const MS_PER_TICK = 10;

type Process = { readonly parent: number; readonly usedMs: number };

/** Every process as Linux lists it, by its id. */
function readProcesses(): ReadonlyMap<number, Process> {
  const processes = new Map<number, Process>();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
      processes.set(Number(id), { parent: fields[1] ?? 0, usedMs: ((fields[11] ?? 0) + (fields[12] ?? 0)) * MS_PER_TICK });
    } catch {
      // It ended between the two readings.
    }
  }
  return processes;
}

/** Processes of tabs of the browsers that this process has started. */
function readTabs(): readonly (readonly [id: number, usedMs: number])[] {
  const processes = readProcesses();
  const isOurs = (id: number): boolean => id === process.pid || isChild(processes.get(id));
  const isChild = (one: Process | undefined): boolean => one !== undefined && isOurs(one.parent);
  const isTab = (id: number): boolean => /\btab[\0 ]*$/.test(readFileSync(`/proc/${id}/cmdline`, 'utf8'));
  return [...processes].filter(([id]) => isOurs(id) && isTab(id)).map(([id, { usedMs }]) => [id, usedMs]);
}

/** How often a tab is kept busy before nobody knows which it is: another may happen to be at work as well. */
const ATTEMPTS = 5;

/**
 * Finds the process of a tab of Firefox on Linux: the one that works while the tab is kept busy.
 *
 * @throws {Error} None of them stands out.
 */
export async function findTabProcess(page: Page): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = new Map(readTabs());
    await page.evaluate((rounds) => {
      let sum = 0;
      for (let round = 0; round < rounds; round += 1) sum += round;
      return sum;
    }, ROUNDS);
    const [first, second] = readTabs()
      .map(([id, usedMs]) => ({ id, usedMs: usedMs - (before.get(id) ?? 0) }))
      .sort((a, b) => b.usedMs - a.usedMs);
    if (first !== undefined && first.usedMs > 2 * (second?.usedMs ?? 0)) return first.id;
  }
  throw new Error('no process of a tab stands out');
}
