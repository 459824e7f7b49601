import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../emulator/start-emulator.ts';
import { launchBrowser } from '../../support/browser.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { startPageServer, type PageFile } from '../../support/page-server.ts';
import { eventually } from '../../support/proof/tab.ts';
import type { Ended } from './contract.ts';

/** A browser, an emulator, and a site whose page has Moorage and the SDK itself. */
export interface FaceWorld {
  readonly emulator: Emulator;
  newProfile(): Promise<BrowserContext>;
  open(profile: BrowserContext, userId: string): Promise<Page>;
  /** Logs the page's SDK in. What is written before the service has said what waits would be pulled twice, and told twice. */
  openSdk(page: Page, userId: string): Promise<void>;
  close(): Promise<void>;
}

export async function createFaceWorld(options: EmulatorOptions = {}): Promise<FaceWorld> {
  const emulator = await startEmulator(options);
  const { appKey, apiUrl, socketUrl } = emulator;
  const config = `self.faceConfig = ${JSON.stringify({ appKey, apiUrl, socketUrl })};\n`;
  const script = async (entry: string): Promise<PageFile> => ({ type: 'js', body: config + (await bundlePage(entry, { doorsFrom: 'source' })) });
  const files: { readonly [path: string]: PageFile } = {
    '/index.html': { type: 'html', body: '<!doctype html><title>Face</title><link rel="icon" href="data:,"><script src="/page.js"></script>' },
    '/page.js': await script('test/browser/sdk-face/face.page.ts'),
    '/worker.js': await script('test/browser/sdk-face/face.worker.ts'),
  };
  const server = await startPageServer(({ pathname, searchParams }) =>
    pathname === '/token' ? { type: 'text', body: emulator.issueToken(searchParams.get('user') ?? '') } : files[pathname],
  );
  const browser = await launchBrowser();
  return {
    emulator,
    newProfile: () => browser.newContext(),
    async open(profile, userId) {
      const page = await profile.newPage();
      await page.goto(`${server.origin}/?user=${userId}`);
      return page;
    },
    async openSdk(page, userId) {
      const asked = (): number => emulator.journal.frames('in', 'unread', userId);
      const before = asked();
      await page.evaluate(() => window.face.openSdk());
      await eventually(() => expect(asked()).toBeGreaterThan(before));
    },
    async close() {
      await browser.close();
      await server.close();
      await emulator.close();
    },
  };
}

export const askMoorage = (page: Page, method: string, ...args: readonly unknown[]): Promise<Ended> =>
  page.evaluate(([name, given]) => window.face.askMoorage(name, given), [method, args] as const);

export const askSdk = (page: Page, method: string, ...args: readonly unknown[]): Promise<Ended> =>
  page.evaluate(([name, given]) => window.face.askSdk(name, given), [method, args] as const);
