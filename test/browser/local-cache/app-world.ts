import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';
import { launchBrowser } from '../../support/browser.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { startPageServer, type PageFile, type PageServer } from '../../support/page-server.ts';
import type { AppPage, Setup, Where } from './app.page.ts';

const storeScript = fileURLToPath(new URL('../../../dist/prebuilt/local-cache.shared-worker.js', import.meta.url));

export type TabSetup = Setup & {
  /** Another way to the service. */
  readonly port?: number;
};

/** An application with the drop-in, its site, its browser, and a service of its own for each test. */
export interface AppWorld {
  readonly emulator: Emulator;
  readonly context: BrowserContext;
  readonly server: PageServer;
  /** A new service and a new browser profile. */
  renew(): Promise<void>;
  /** A page of the application, with a user signed in unless there is none. */
  openTab(user?: string, setup?: TabSetup): Promise<Page>;
  signIn(page: Page, user: string, setup?: TabSetup): Promise<void>;
  where(user: string, setup?: TabSetup): Where;
  /** Waits until the service has said what waits. Before that the SDK may pull what comes twice, and tell it twice. */
  pulled(user: string): Promise<void>;
  close(): Promise<void>;
}

export type AppWorldOptions = {
  /** Response headers of the page, and of the store's script. */
  readonly page?: PageFile['headers'];
  readonly store?: PageFile['headers'];
  /** Another script in the place of the store's. */
  readonly script?: string;
};

export async function startAppWorld(options: AppWorldOptions = {}): Promise<AppWorld> {
  const page = await bundlePage('test/browser/local-cache/app.page.ts', { doorsFrom: 'dist' });
  const store: PageFile = { type: 'js', body: options.script ?? readFileSync(storeScript, 'utf8'), headers: options.store ?? {} };
  const files = new Map<string, PageFile>([
    ['/index.html', { type: 'html', body: '<!doctype html><title>App</title><script src="/page.js"></script>', headers: options.page ?? {} }],
    ['/page.js', { type: 'js', body: page }],
    ['/store.js', store],
    ['/store-of-another-release.js', store],
  ]);
  const server = await startPageServer(({ pathname }) => files.get(pathname));
  const browser: Browser = await launchBrowser();
  let emulator: Emulator | undefined;
  let context: BrowserContext | undefined;

  const end = async (): Promise<void> => {
    await context?.close();
    await emulator?.close();
  };
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('renew() comes first');
    return value;
  };

  const world: AppWorld = {
    server,
    get emulator() {
      return there(emulator);
    },
    get context() {
      return there(context);
    },
    async renew() {
      await end();
      emulator = await startEmulator({ seed: { appKey: 'org#app', conversations: 0 } });
      context = await browser.newContext();
    },
    async openTab(user, setup) {
      const tab = await world.context.newPage();
      await tab.goto(server.origin);
      if (user !== undefined) await world.signIn(tab, user, setup);
      return tab;
    },
    signIn: (tab, user, setup = {}) =>
      tab.evaluate(([name, place, how]) => window.app.open(name, place, how), [user, world.where(user, setup), setup] as const),
    where(user, { port } = {}) {
      const { apiUrl, socketUrl, appKey } = world.emulator;
      const by = (address: string): string => (port === undefined ? address : address.replace(/:\d+/, `:${port}`));
      return { apiUrl: by(apiUrl), url: by(socketUrl), appKey, token: world.emulator.issueToken(user) };
    },
    pulled: (user) => eventually(() => world.emulator.journal.frames('in', 'unread', user)).toBeGreaterThan(0),
    async close() {
      await end();
      await browser.close();
      await server.close();
    },
  };
  return world;
}

/** Waits for a machine that has other things to do, too. */
export const eventually: typeof expect.poll = (read, options) => expect.poll(read, { timeout: 25_000, ...options });

/** What the application asks, in short. */
export const unread = (page: Page, user = 'alice'): Promise<number> => page.evaluate((name) => window.app.unread(name), user);
export const local = (page: Page, user = 'alice'): ReturnType<AppPage['local']> => page.evaluate((name) => window.app.local(name), user);
export const cache = (page: Page, method: string, params: object): Promise<unknown> =>
  page.evaluate(([name, given]) => window.app.cache('alice', name, given as never), [method, params] as const);
export const contact = (page: Page, method: string, params: object): Promise<unknown> =>
  page.evaluate(([name, given]) => window.app.contact('alice', name, given as never), [method, params] as const);
export const send = (page: Page, fields: object): Promise<unknown> => page.evaluate((given) => window.app.send('alice', given as never), fields);
export const stored = (page: Page, peer: string): Promise<number> => page.evaluate((id) => window.app.stored('alice', 'org#app', id), peer);
export const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
