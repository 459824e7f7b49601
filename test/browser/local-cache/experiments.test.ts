import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';
import { launchBrowser } from '../../support/browser.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { startPageServer, type PageServer } from '../../support/page-server.ts';
import type {} from './app.page.ts';

const storeScript = fileURLToPath(new URL('../../../dist/prebuilt/local-cache.shared-worker.js', import.meta.url));

let browser: Browser;
let server: PageServer;
let emulator: Emulator;
let context: BrowserContext;

beforeAll(async () => {
  const page = await bundlePage('test/browser/local-cache/app.page.ts', { doorsFrom: 'dist' });
  const files = new Map([
    ['/index.html', { type: 'html', body: '<!doctype html><title>App</title><script src="/page.js"></script>' }],
    ['/page.js', { type: 'js', body: page }],
    ['/store.js', { type: 'js', body: readFileSync(storeScript, 'utf8') }],
  ] as const);
  server = await startPageServer(({ pathname }) => files.get(pathname as '/page.js'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  emulator = await startEmulator({ seed: { appKey: 'org#app', conversations: 0 } });
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await emulator.close();
});

async function openTab(...users: readonly string[]): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.origin);
  for (const user of users) await signIn(page, user);
  return page;
}

function signIn(page: Page, user: string): Promise<void> {
  const { apiUrl, socketUrl: url, appKey } = emulator;
  const where = { apiUrl, url, appKey, token: emulator.issueToken(user) };
  return page.evaluate(([name, place]) => window.app.signIn(name, place), [user, where] as const);
}

function write(from: string, count: number, to = 'alice'): void {
  for (let each = 1; each <= count; each += 1) emulator.write({ from, to, chatType: 'singleChat', text: `${from} ${each}` });
}

const unread = (page: Page, user = 'alice'): Promise<number> => page.evaluate((name) => window.app.unread(name), user);
const local = (page: Page, user = 'alice') => page.evaluate((name) => window.app.local(name), user);
const cache = (page: Page, method: string, params: object) =>
  page.evaluate(([name, given]) => window.app.cache('alice', name, given as never), [method, params] as const);
const bob = { conversationId: 'bob', conversationType: 'singleChat' };

/** Messages that wait for the device: it must have been signed in once, to be known. */
async function known(): Promise<Page> {
  const page = await openTab('alice');
  return page;
}

test('[UR1] 50 messages of one conversation while a tab is open count 50', async () => {
  const page = await known();
  write('bob', 50);
  await expect.poll(() => unread(page)).toBe(50);
});

test('[UR1] 100 messages in ten conversations, told by the list and live, count 100', async () => {
  for (let peer = 1; peer <= 10; peer += 1) write(`peer-${peer}`, 10);
  const page = await known();
  await expect.poll(() => unread(page)).toBe(100);
  expect((await local(page)).map((row) => row.unread)).toEqual(Array.from({ length: 10 }, () => 10));
});

test('[UR1] [UR2] 2,000 live messages over 50 conversations count 2,000', { timeout: 120_000 }, async () => {
  const page = await known();
  for (let round = 0; round < 40; round += 1) for (let peer = 1; peer <= 50; peer += 1) write(`peer-${peer}`, 1);
  await expect.poll(() => unread(page), { timeout: 60_000 }).toBe(2000);
});

test('[UR6] what was cleared stays cleared after the list is read', async () => {
  const page = await known();
  write('bob', 6);
  await expect.poll(() => unread(page)).toBe(6);
  await cache(page, 'clearConversationUnreadCount', bob);
  await page.evaluate(() => window.app.contact('alice', 'getServerConversations', { pageSize: 50, cursor: '' }));
  expect(await unread(page)).toBe(0);
});

test('[UR7] an acknowledgement of the conversation, here or on another device, clears it', async () => {
  const page = await known();
  write('bob', 3);
  write('carol', 2);
  await expect.poll(() => unread(page)).toBe(5);
  await page.evaluate(() => window.app.send('alice', { type: 'channel', chatType: 'singleChat', to: 'bob' }));
  await expect.poll(() => unread(page)).toBe(2);
  const other = await openTab('alice');
  await other.evaluate(() => window.app.send('alice', { type: 'channel', chatType: 'singleChat', to: 'carol' }));
  await expect.poll(() => unread(page)).toBe(0);
});

test('[UR2] two tabs with devices of their own show the same: 100 messages, a clear, one more, a removal, one more', async () => {
  const tabs = [await openTab('alice'), await openTab('alice')] as const;
  const shows = (count: number) => expect.poll(() => Promise.all(tabs.map((tab) => unread(tab)))).toEqual([count, count]);
  write('bob', 100);
  await shows(100);
  await cache(tabs[0], 'clearConversationUnreadCount', bob);
  await shows(0);
  write('bob', 1);
  await shows(1);
  await cache(tabs[0], 'removeLocalConversation', bob);
  await expect.poll(() => Promise.all(tabs.map((tab) => local(tab)))).toEqual([[], []]);
  write('bob', 1);
  await shows(1);
});

test('[ST1] 50 messages sent in one tab are stored once, and shown in the other', async () => {
  const tabs = [await openTab('alice'), await openTab('alice')] as const;
  await tabs[0].evaluate(async () => {
    for (let each = 1; each <= 50; each += 1) await window.app.send('alice', { type: 'txt', chatType: 'singleChat', to: 'bob', msg: `mine ${each}` });
  });
  const shown = [{ id: 'bob', unread: 0, last: 'mine 50' }];
  await expect.poll(() => Promise.all(tabs.map((tab) => local(tab)))).toEqual([shown, shown]);
});

test("a message is stored when the application's own handler hears of it", async () => {
  const page = await known();
  emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'here' });
  await expect.poll(() => page.evaluate(() => window.app.seen)).toEqual([{ text: 'here', last: 'here' }]);
});

test('[SY6] deletions by this device and by another one are deletions here', async () => {
  const page = await known();
  const other = await openTab('alice');
  write('bob', 1);
  write('carol', 1);
  await expect.poll(() => unread(page)).toBe(2);
  await page.evaluate(() => window.app.contact('alice', 'deleteConversation', { channel: 'bob', chatType: 'singleChat', deleteRoam: true }));
  await expect.poll(async () => (await local(page)).map(({ id }) => id)).toEqual(['carol']);
  await other.evaluate(() => window.app.contact('alice', 'deleteConversation', { channel: 'carol', chatType: 'singleChat', deleteRoam: true }));
  await expect.poll(() => local(page)).toEqual([]);
});

test('pins and marks are kept', async () => {
  const page = await known();
  write('bob', 1);
  await expect.poll(() => unread(page)).toBe(1);
  await page.evaluate(async (ref) => {
    await window.app.contact('alice', 'pinConversation', { ...ref, isPinned: true });
    await window.app.contact('alice', 'addConversationMark', { conversations: [ref], mark: 3 });
  }, bob);
  await expect.poll(async () => (await cache(page, 'getLocalConversation', bob)) as object).toMatchObject({ data: { isPinned: true, marks: [3] } });
});

test('[ST5] two accounts in one page each have their own', async () => {
  const page = await openTab('alice', 'zoe');
  write('bob', 2);
  write('carol', 3, 'zoe');
  await expect.poll(() => unread(page, 'alice')).toBe(2);
  await expect.poll(() => unread(page, 'zoe')).toBe(3);
  expect((await local(page, 'zoe')).map(({ id }) => id)).toEqual(['carol']);
});

test('[TB4] when the tab that asks for all goes, another takes its place', async () => {
  const first = await openTab('alice');
  const second = await openTab('alice');
  write('bob', 2);
  await expect.poll(() => unread(second)).toBe(2);
  await first.close();
  write('bob', 1);
  await expect.poll(() => unread(second)).toBe(3);
  await cache(second, 'clearConversationUnreadCount', bob);
  await expect.poll(() => emulator.state.conversations('alice').map(({ unread: count }) => count)).toEqual([0]);
});
