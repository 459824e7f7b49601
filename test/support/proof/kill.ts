import type { Browser, BrowserContext, Page } from 'playwright-core';
import { eventually } from './tab.ts';

type TargetInfo = { readonly targetId: string; readonly type: string };

/** What the browser says of the SharedWorkers that run in it, whatever profile. */
async function sharedWorkers(browser: Browser): Promise<readonly string[]> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { targetInfos } = (await session.send('Target.getTargets')) as { targetInfos: readonly TargetInfo[] };
    return targetInfos.filter(({ type }) => type === 'shared_worker').map(({ targetId }) => targetId);
  } finally {
    await session.detach();
  }
}

/**
 * Kills every SharedWorker of the browser where it stands, as a crash of its process would: no event reaches its tabs,
 * what it was doing is lost, its locks are free at once.
 *
 * @returns How many were killed.
 */
export async function killSharedWorkers(browser: Browser): Promise<number> {
  const workers = await sharedWorkers(browser);
  const session = await browser.newBrowserCDPSession();
  let killed = 0;
  // One may have come to its own end since it was listed.
  for (const targetId of workers) killed += await session.send('Target.closeTarget', { targetId }).then(() => 1, () => 0);
  await session.detach();
  return killed;
}

/** Waits until no SharedWorker is left: after its last tab is closed it lives on for a moment. */
export async function noSharedWorker(browser: Browser): Promise<void> {
  await eventually(async () => {
    const workers = await sharedWorkers(browser);
    if (workers.length > 0) throw new Error(`${workers.length} SharedWorkers still run`);
  });
}

/** Crashes the process of a tab, and with it the SharedWorker if that tab created it. */
export async function crashTab(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = new Promise<void>((resolve) => page.once('crash', () => resolve()));
  // The command's answer dies with the process.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}
