import type { Browser, BrowserContext } from 'playwright-core';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../emulator/start-emulator.ts';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle-page.ts';
import { startPageServer, type PageFile, type PageServer } from '../page-server.ts';
import { openTab, PATIENCE_MS, type Tab } from './tab.ts';
import { controlWorkers, type WorkerControl } from './worker-control.ts';

const SCRIPTS = {
  '/page.js': 'test/support/proof/proof.page.ts',
  '/worker.js': 'test/support/proof/proof.worker.ts',
  '/service-worker.js': 'test/support/proof/proof.service-worker.ts',
} as const;

/** A browser, an emulator and a site with the test page, for one file of proofs. */
export interface ProofWorld {
  readonly browser: Browser;
  readonly emulator: Emulator;
  readonly server: PageServer;
  readonly workers: WorkerControl;
  /** A fresh profile: no storage, no workers. */
  newProfile(): Promise<BrowserContext>;
  /** The test page's address. @param options.isApp Whether it registers the service worker. */
  address(userId: string, options?: { readonly isApp?: boolean }): string;
  openTabs(context: BrowserContext, userId: string, count: number): Promise<readonly Tab[]>;
  /** The site and the emulator at once. */
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  close(): Promise<void>;
}

const HTML =
  '<!doctype html><meta charset="utf-8"><title>Proof</title><link rel="icon" href="data:,"><script src="/page.js"></script>';

/**
 * Bundles the scripts, with the emulator's address written into each. It is not in the scripts' own addresses, because
 * a worker whose script comes out of a service worker's cache sees the cached address as its own, without parameters.
 */
async function bundleSite({ appKey, apiUrl, socketUrl }: Emulator, prelude: string): Promise<ReadonlyMap<string, PageFile>> {
  const config = `self.proofConfig = ${JSON.stringify({ appKey, apiUrl, socketUrl })};\n${prelude}\n`;
  const scripts = Object.entries(SCRIPTS).map(async ([path, entry]): Promise<[string, PageFile]> => [
    path,
    { type: 'js', body: config + (await bundlePage(entry, { doorsFrom: 'source' })) },
  ]);
  return new Map([['/index.html', { type: 'html', body: HTML }], ...(await Promise.all(scripts))]);
}

/** Starts everything. The caller closes it. @param watch.prelude A script that runs before the first line of each of the others. */
export async function createProofWorld(options: EmulatorOptions = {}, { prelude = '' } = {}): Promise<ProofWorld> {
  const emulator = await startEmulator(options);
  const browser = await launchBrowser();
  const workers = await controlWorkers(browser);
  const files = await bundleSite(emulator, `${workers.prelude}\n${prelude}`);
  const server = await startPageServer(({ pathname, searchParams }) =>
    pathname === '/token'
      ? { type: 'text', body: emulator.issueToken(searchParams.get('user') ?? '') }
      : files.get(pathname),
  );
  const address: ProofWorld['address'] = (userId, { isApp = false } = {}) =>
    `${server.origin}/?${new URLSearchParams({ user: userId, ...(isApp ? { app: '1' } : {}) }).toString()}`;
  return {
    browser,
    emulator,
    server,
    workers,
    newProfile: async () => {
      const profile = await browser.newContext();
      profile.setDefaultTimeout(PATIENCE_MS);
      return profile;
    },
    address,
    openTabs: async (context, userId, count) => {
      const tabs: Tab[] = [];
      while (tabs.length < count) tabs.push(await openTab(context, address(userId)));
      return tabs;
    },
    goOffline: async () => {
      await Promise.all([emulator.goOffline(), server.stop()]);
    },
    goOnline: async () => {
      await Promise.all([emulator.goOnline(), server.start()]);
    },
    close: async () => {
      await browser.close();
      await workers.close();
      await server.close();
      await emulator.close();
    },
  };
}
