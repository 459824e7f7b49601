/** Strict policies: what the drop-in asks of a site's headers, and nothing more. */
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { eventually, startAppWorld, unread, type AppWorld } from './app-world.ts';

let world: AppWorld | undefined;
afterEach(() => world?.close());

/** A page and what its policy was violated by. */
async function openWith(headers: Parameters<typeof startAppWorld>[0]): Promise<{ readonly opened: AppWorld; readonly page: Page; readonly complaints: string[] }> {
  const opened = await startAppWorld(headers);
  world = opened;
  await opened.renew();
  const page = await opened.context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  await page.goto(opened.server.origin);
  return { opened, page, complaints };
}

const write = ({ emulator }: AppWorld): unknown => emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'hi' });

// The script is the page's own and the SDK generates code; the service is on another port. The store asks for `worker-src` alone.
const pagePolicy = "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src http://127.0.0.1:* ws://127.0.0.1:*; worker-src 'self'";

test("the store works under a policy that allows its script nothing, on a page that allows worker-src 'self'", async () => {
  const { opened, page, complaints } = await openWith({
    page: { 'content-security-policy': pagePolicy },
    store: { 'content-security-policy': "default-src 'none'; require-trusted-types-for 'script'" },
  });
  await opened.signIn(page, 'alice');
  write(opened);
  await eventually(() => unread(page)).toBe(1);
  expect(complaints.filter((text) => /policy/i.test(text) && !/favicon/.test(text))).toEqual([]);
});

test('on a page that allows no workers the application chats on without a store', { timeout: 60_000 }, async () => {
  const { opened, page } = await openWith({ page: { 'content-security-policy': pagePolicy.replace("worker-src 'self'", "worker-src 'none'") } });
  await opened.signIn(page, 'alice');
  await eventually(() => page.evaluate(() => window.app.outcome('alice', 'getLocalConversations', undefined)))
    .toMatchObject({ error: { type: 800 } });
});

test('the store works on cross-origin isolated pages', async () => {
  const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
  const { opened, page } = await openWith({ page: isolated });
  const second = await opened.context.newPage();
  await second.goto(opened.server.origin);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  for (const tab of [page, second]) await opened.signIn(tab, 'alice');
  write(opened);
  await eventually(() => Promise.all([unread(page), unread(second)])).toEqual([1, 1]);
});
