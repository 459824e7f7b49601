import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';
import { launchBrowser } from '../../support/browser.ts';
import { startPageServer, type PageServer } from '../../support/page-server.ts';
import { readmeExample } from '../../support/readme-example.ts';

// Below the package's root, so that `moorage` is the built package, by the doors its users get.
const folder = fileURLToPath(new URL('../../../.build/readme-example/', import.meta.url));

let emulator: Emulator;
let server: PageServer;
let browser: Browser;

/** Builds the two blocks of the README as an app would. All that is added is where the service is. */
async function buildExample({ apiUrl, socketUrl }: Emulator): Promise<ReadonlyMap<string, string>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const local = `easemob(${JSON.stringify({ apiUrl, socketUrl })})`;
  writeFileSync(path.join(folder, 'chat.worker.ts'), readmeExample('worker').replace('easemob()', local));
  writeFileSync(path.join(folder, 'page.ts'), readmeExample('page'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Example</title><script type="module" src="./page.ts"></script>');
  await build({ root: folder, configFile: false, logLevel: 'error', worker: { format: 'es' }, build: { outDir: 'dist', target: 'es2022', minify: false } });
  const assets = readdirSync(path.join(folder, 'dist', 'assets'));
  const names = ['index.html', ...assets.map((name) => `assets/${name}`)];
  return new Map(names.map((name) => [`/${name}`, readFileSync(path.join(folder, 'dist', name), 'utf8')]));
}

beforeAll(async () => {
  emulator = await startEmulator({ seed: { appKey: 'org#app', conversations: 12, messagesPerConversation: 70 } });
  const files = await buildExample(emulator);
  server = await startPageServer(({ pathname }) => {
    if (pathname === '/chat-token') return { type: 'text', body: emulator.issueToken('alice') };
    const body = files.get(pathname);
    return body === undefined ? undefined : { type: pathname.endsWith('.html') ? 'html' : 'js', body };
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await emulator.close();
});

test("the README's example, built by Vite from the built package, syncs, shows, sends and answers the SDK's calls", async () => {
  const page = await browser.newPage();
  const said: string[] = [];
  const errors: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(server.origin);

  await expect.poll(() => said, { timeout: 30_000 }).toContain('live');
  // Twelve conversations listed, a page of 50 messages; the one just sent is among them, or one more.
  await expect.poll(() => said.filter((line) => /^\S+ \d+ \d{13}$/.test(line)).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(12);
  await expect.poll(() => said.filter((line) => line.endsWith(' items')).at(-1), { timeout: 30_000 }).toMatch(/^5[01] items$/);
  // What was stored when it was asked for, and the end of the service's list: its cursor is ''.
  await expect.poll(() => said).toContainEqual(expect.stringMatching(/^\d+ $/));
  await expect.poll(() => emulator.state.history('alice', 'bob').at(-1)).toMatchObject({ from: 'alice' });
  expect(emulator.journal.logins('alice')).toBe(1);
  expect(errors).toEqual([]);

  emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'hello' });
  await expect.poll(() => page.title()).toBe('(1) Chat');
});
