import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../emulator/start-emulator.ts';
import { launchBrowser } from '../support/browser.ts';
import { startPageServer } from '../support/page-server.ts';
import { buildApp, bundlers, installPacked } from './build-app.ts';

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

test.each(bundlers)('a page and its worker, built with %s from the packed tarball, sign in and show what comes', { timeout: 120_000 }, async (bundler) => {
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
