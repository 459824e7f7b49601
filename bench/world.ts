import { setTimeout as delay } from 'node:timers/promises';
import { startEmulator, type Emulator } from '../emulator/start-emulator.ts';
import { bundlePage } from '../test/support/bundle-page.ts';
import { startPageServer, type PageFile } from '../test/support/page-server.ts';
import { openBenchTab, type BenchTab } from './browser/bench-tab.ts';
import { startChromium, type Chromium } from './browser/chromium.ts';
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
  readonly chromium: Chromium;
  /**
   * Opens a page of one system and uses it.
   *
   * - Each label is an origin of its own (`label.localhost`): a fresh database, a fresh worker, a process of its own.
   *   The same label again finds what the run before it stored.
   * - The page is closed, and its worker has ended, when this resolves.
   */
  usePage<T>(system: System, label: string, use: (tab: BenchTab) => Promise<T>): Promise<T>;
  /** Logs the page in as a user of the emulator. */
  logIn(tab: BenchTab, userId: string): Promise<void>;
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

/** Starts everything. The caller closes it. Needs an up-to-date `dist/`. */
export async function createBenchWorld(): Promise<BenchWorld> {
  const files = await bundleSite();
  const server = await startPageServer(({ pathname }) => files.get(pathname));
  // The work is larger than what the service keeps by default; several runs are one user's several devices.
  const policies = { conversationsPerUser: null, devicesPerPlatform: null };
  const emulator = await startEmulator({ seed: { conversations: 0 }, policies });
  const chromium = await startChromium();
  return {
    emulator,
    chromium,
    usePage: async (system, label, use) => {
      const tab = await openBenchTab(chromium.cdp, `http://${label}.localhost:${server.port}/${system}.html`);
      try {
        return await use(tab);
      } finally {
        await tab.close();
        await delay(WORKER_END_MS);
      }
    },
    logIn: (tab, userId) => {
      const { appKey, apiUrl, socketUrl } = emulator;
      return tab.call('start', { appKey, userId, token: emulator.issueToken(userId), apiUrl, socketUrl });
    },
    close: async () => {
      await chromium.close();
      await emulator.close();
      await server.close();
    },
  };
}
