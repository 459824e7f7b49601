import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { startEmulator, type Emulator } from '../emulator/start-emulator.ts';
import { launchPersistent } from '../test/support/browser.ts';
import { bundlePage } from '../test/support/bundle-page.ts';
import { startPageServer, type PageFile, type PageServer } from '../test/support/page-server.ts';
import type { System } from './results.ts';

const PAGE_SCRIPTS: Readonly<Record<System, string>> = {
  sdk: 'bench/pages/sdk.page.ts',
  localCache: 'bench/pages/local-cache.page.ts',
  moorage: 'bench/pages/moorage.page.ts',
};

/**
 * How long after its last tab a SharedWorker is given to end. Unit: ms. Chromium needs some tens; a page opened before
 * that would join the old worker and read from its memory instead of from storage.
 */
const WORKER_END_MS = 500;

/** One Chromium on an on-disk profile, one emulator, one small web server: what every run shares. */
export interface BenchWorld {
  readonly emulator: Emulator;
  readonly browserVersion: string;
  /**
   * Opens a page of one system and uses it.
   *
   * - Each label is an origin of its own (`label.localhost`): a fresh database, a fresh worker, a process of its own.
   *   The same label again finds what the run before it stored.
   * - The page is closed, and its worker has ended, when this resolves.
   */
  usePage<T>(system: System, label: string, use: (page: Page) => Promise<T>): Promise<T>;
  /** Logs the page in as a user of the emulator. */
  logIn(page: Page, userId: string): Promise<void>;
  close(): Promise<void>;
}

async function bundleSite(): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const [system, entry] of Object.entries(PAGE_SCRIPTS)) {
    files.set(`/${system}.js`, { type: 'js', body: await bundlePage(entry, { doorsFrom: 'dist' }) });
    files.set(`/${system}.html`, {
      type: 'html',
      body: `<!doctype html><meta charset="utf-8"><title>${system}</title><script src="/${system}.js"></script>`,
    });
  }
  const worker = await bundlePage('bench/pages/moorage.worker.ts', { doorsFrom: 'dist' });
  return files.set('/moorage.worker.js', { type: 'js', body: worker });
}

function logInOn(emulator: Emulator) {
  return (page: Page, userId: string): Promise<void> => {
    const { appKey, apiUrl, socketUrl } = emulator;
    const options = { appKey, userId, token: emulator.issueToken(userId), apiUrl, socketUrl };
    return page.evaluate((start) => window.bench.start(start), options);
  };
}

function usePageOn(context: BrowserContext, server: PageServer): BenchWorld['usePage'] {
  return async (system, label, use) => {
    const page = await context.newPage();
    try {
      await page.goto(`http://${label}.localhost:${server.port}/${system}.html`);
      return await use(page);
    } finally {
      await page.close();
      await delay(WORKER_END_MS);
    }
  };
}

/** Starts everything. The caller closes it. Needs an up-to-date `dist/`. */
export async function createBenchWorld(): Promise<BenchWorld> {
  const profile = await mkdtemp(path.join(tmpdir(), 'moorage-bench-'));
  const files = await bundleSite();
  const server = await startPageServer(({ pathname }) => files.get(pathname));
  // The work is larger than what the service keeps by default; several runs are one user's several devices.
  const policies = { conversationsPerUser: null, devicesPerPlatform: null };
  const emulator = await startEmulator({ seed: { conversations: 0 }, policies });
  const context = await launchPersistent(profile);
  return {
    emulator,
    browserVersion: context.browser()?.version() ?? 'unknown',
    usePage: usePageOn(context, server),
    logIn: logInOn(emulator),
    close: async () => {
      await context.close();
      await emulator.close();
      await server.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
