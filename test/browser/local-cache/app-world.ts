import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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
  close(): Promise<void>;
}

/** @param options.headers Response headers of the page, and of the store's script. */
export async function startAppWorld(options: { readonly page?: PageFile['headers']; readonly store?: PageFile['headers'] } = {}): Promise<AppWorld> {
  const script = await bundlePage('test/browser/local-cache/app.page.ts', { doorsFrom: 'dist' });
  const files = new Map<string, PageFile>([
    ['/index.html', { type: 'html', body: '<!doctype html><title>App</title><script src="/page.js"></script>', headers: options.page ?? {} }],
    ['/page.js', { type: 'js', body: script }],
    ['/store.js', { type: 'js', body: readFileSync(storeScript, 'utf8'), headers: options.store ?? {} }],
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
      const page = await world.context.newPage();
      await page.goto(server.origin);
      if (user !== undefined) await world.signIn(page, user, setup);
      return page;
    },
    signIn: (page, user, setup = {}) =>
      page.evaluate(([name, place, how]) => window.app.open(name, place, how), [user, world.where(user, setup), setup] as const),
    where(user, { port } = {}) {
      const { apiUrl, socketUrl, appKey } = world.emulator;
      const by = (address: string): string => (port === undefined ? address : address.replace(/:\d+/, `:${port}`));
      return { apiUrl: by(apiUrl), url: by(socketUrl), appKey, token: world.emulator.issueToken(user) };
    },
    async close() {
      await end();
      await browser.close();
      await server.close();
    },
  };
  return world;
}

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
