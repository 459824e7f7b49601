import { setTimeout as delay } from 'node:timers/promises';
import { startEmulator, type Emulator } from '../emulator/start-emulator.ts';
import { bundlePage } from '../test/support/bundle-page.ts';
import { startPageServer, type PageFile } from '../test/support/page-server.ts';
import { openBenchTab, type BenchTab } from './browser/bench-tab.ts';
import { startChromium, type Chromium } from './browser/chromium.ts';
import type { BenchPage, MoorageBenchPage, StorageBenchPage } from './pages/contract.ts';

/** What each kind of page can do. */
export type Pages = {
  readonly sdk: BenchPage;
  readonly localCache: BenchPage;
  readonly moorage: MoorageBenchPage;
  readonly storage: StorageBenchPage;
};

const PAGE_SCRIPTS: Readonly<Record<keyof Pages, string>> = {
  sdk: 'bench/pages/sdk.page.ts',
  localCache: 'bench/pages/local-cache.page.ts',
  moorage: 'bench/pages/moorage.page.ts',
  storage: 'bench/pages/storage.page.ts',
};

/** Nobody listens there: whoever logs in with it is offline. */
const NO_SERVICE = { apiUrl: 'http://127.0.0.1:9', socketUrl: 'ws://127.0.0.1:9' } as const;

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
   * Opens a page of one kind and uses it.
   *
   * - Each label is an origin of its own (`label.localhost`): a fresh database, a fresh worker, a process of its own.
   *   The same label again finds what the run before it stored.
   * - The page is closed, and its worker has ended, when this resolves.
   */
  usePage<Kind extends keyof Pages, T>(kind: Kind, label: string, use: (tab: BenchTab<Pages[Kind]>) => Promise<T>): Promise<T>;
  /** The same with so many pages of one kind, at one origin. */
  usePages<Kind extends keyof Pages, T>(
    options: { readonly kind: Kind; readonly label: string; readonly count: number },
    use: (tabs: readonly BenchTab<Pages[Kind]>[]) => Promise<T>,
  ): Promise<T>;
  /** Logs the page in as a user of the emulator. @param options.isOffline There is no service to be reached. */
  logIn(tab: BenchTab<BenchPage>, userId: string, options?: { readonly isOffline: boolean }): Promise<void>;
  close(): Promise<void>;
}

async function bundleSite(): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const [kind, entry] of Object.entries(PAGE_SCRIPTS)) {
    files.set(`/${kind}.js`, { type: 'js', body: await bundlePage(entry, { doorsFrom: 'dist' }) });
    files.set(`/${kind}.html`, {
      type: 'html',
      body: `<!doctype html><meta charset="utf-8"><title>${kind}</title><script src="/${kind}.js"></script>`,
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

  const usePages: BenchWorld['usePages'] = async ({ kind, label, count }, use) => {
    const tabs: BenchTab<Pages[typeof kind]>[] = [];
    try {
      while (tabs.length < count) {
        tabs.push(await openBenchTab(chromium.cdp, `http://${label}.localhost:${server.port}/${kind}.html`));
      }
      return await use(tabs);
    } finally {
      await Promise.all(tabs.map((tab) => tab.close()));
      await delay(WORKER_END_MS);
    }
  };

  return {
    emulator,
    chromium,
    usePages,
    usePage: (kind, label, use) =>
      usePages({ kind, label, count: 1 }, ([tab]) => {
        if (tab === undefined) throw new Error(`${label} was not opened`);
        return use(tab);
      }),
    logIn: (tab, userId, options) => {
      const { appKey, apiUrl, socketUrl } = emulator;
      const service = options?.isOffline === true ? NO_SERVICE : { apiUrl, socketUrl };
      return tab.call('start', { appKey, userId, token: emulator.issueToken(userId), ...service });
    },
    close: async () => {
      await chromium.close();
      await emulator.close();
      await server.close();
    },
  };
}
