import type { BrowserContext, Page } from 'playwright-core';
import { findTabProcess } from './tab-process.ts';
import { eventually } from './tab.ts';
import type { WorkerControl } from './worker-control.ts';

type WithWorkers = { readonly workers: WorkerControl };

/**
 * Kills every SharedWorker of the world's browser where it stands: no event reaches its tabs, its locks are free at once.
 *
 * @returns How many were killed.
 */
export function killSharedWorkers({ workers }: WithWorkers): Promise<number> {
  return workers.kill();
}

/** Waits until no SharedWorker is left: after its last tab is closed it lives on for a moment. */
export async function noSharedWorker({ workers }: WithWorkers): Promise<void> {
  await eventually(async () => {
    const count = await workers.count();
    if (count > 0) throw new Error(`${count} SharedWorkers still run`);
  });
}

/** Crashes the process of a tab, and with it the SharedWorker if that tab created it. */
export async function crashTab(context: BrowserContext, page: Page): Promise<void> {
  if (context.browser()?.browserType().name() === 'firefox') {
    process.kill(await findTabProcess(page), 'SIGKILL');
    return;
  }
  const session = await context.newCDPSession(page);
  const crashed = new Promise<void>((resolve) => page.once('crash', () => resolve()));
  // The command's answer dies with the process.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}
