import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../emulator/start-emulator.ts';
import { launchBrowser } from '../support/browser.ts';
import { startPageServer } from '../support/page-server.ts';
import { buildApp, bundlers, installPacked } from './build-app.ts';
import { buildLocalCacheApp, serveWithVite } from './build-local-cache-app.ts';

let emulator: Emulator;
let browser: Browser;

beforeAll(async () => {
  installPacked();
  emulator = await startEmulator({ seed: { appKey: 'org#app', conversations: 12, messagesPerConversation: 3 } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await emulator.close();
});

test.each(bundlers)('a page and its worker, built with %s from the packed tarball, sign in and show what comes', { timeout: 240_000 }, async (bundler) => {
  const files = await buildApp(bundler, emulator);
  const server = await startPageServer(({ pathname }) => {
    if (pathname === '/chat-token') return { type: 'text', body: emulator.issueToken('alice') };
    const body = files.get(pathname);
    return body === undefined ? undefined : { type: pathname.endsWith('.html') ? 'html' : 'js', body };
  });
  const page = await (await browser.newContext()).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(server.origin);
  await expect.poll(() => page.title(), { timeout: 30_000 }).toBe('live');
  await expect.poll(() => page.locator('#total').textContent()).toBe('12');
  emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: `hello ${bundler}` });
  await expect.poll(() => page.locator('#last').textContent()).toBe(`hello ${bundler}`);
  expect(errors).toEqual([]);
  await page.context().close();
  await server.close();
});

/** Two tabs of the app show, from the one store, what came to both. */
async function tryLocalCache(origin: string): Promise<void> {
  const context = await browser.newContext();
  const errors: string[] = [];
  const tabs = [await context.newPage(), await context.newPage()];
  for (const page of tabs) {
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(origin);
    await expect.poll(() => page.title(), { timeout: 30_000 }).toBe('connected');
  }
  const before = emulator.state.totalUnread('zoe');
  for (let each = 0; each < 3; each += 1) emulator.write({ from: 'bob', to: 'zoe', chatType: 'singleChat', text: 'hello' });
  const shown = () => Promise.all(tabs.map((page) => page.locator('#unread').textContent()));
  await expect.poll(shown).toEqual(tabs.map(() => String(before + 3)));
  expect(errors).toEqual([]);
  await context.close();
}

const ownServer = (pathname: string): string | undefined =>
  pathname === '/service' ? JSON.stringify({ apiUrl: emulator.apiUrl, url: emulator.socketUrl, accessToken: emulator.issueToken('zoe') }) : undefined;

test.each(bundlers)('the drop-in for localCache finds its worker when built with %s from the packed tarball', { timeout: 240_000 }, async (bundler) => {
  const files = await buildLocalCacheApp(bundler);
  const server = await startPageServer(({ pathname }) => {
    const body = ownServer(pathname) ?? files.get(pathname);
    return body === undefined ? undefined : { type: pathname.endsWith('.html') ? 'html' : 'js', body };
  });
  await tryLocalCache(server.origin);
  await server.close();
});

test("the drop-in for localCache finds its worker with Vite's development server", { timeout: 240_000 }, async () => {
  const server = await serveWithVite(ownServer);
  await tryLocalCache(server.origin);
  await server.close();
});
