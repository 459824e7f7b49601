import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { startPageServer, type PageServer } from '../../support/page-server.ts';
import type { PageResult } from './storage-page.ts';

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  const script = await bundlePage('test/browser/storage/storage-page.ts', { doorsFrom: 'source' });
  server = await startPageServer((url) => {
    if (url.pathname === '/index.html') return { type: 'html', body: '<!doctype html><script src="page.js"></script>' };
    return url.pathname === '/page.js' ? { type: 'js', body: script } : undefined;
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test('[ST1] [ST3] [ST4] [TB1] the storage contract holds over the database of a real browser', async () => {
  const page = await browser.newPage();
  await page.goto(server.origin);
  const results = await page.evaluate(
    () => (globalThis as unknown as { storageResults: Promise<readonly PageResult[]> }).storageResults,
  );
  expect(results.filter(({ reason }) => reason !== '')).toEqual([]);
  expect(results.length).toBeGreaterThan(20);
  await page.close();
});
