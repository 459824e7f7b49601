import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { serveExample, type ExampleSite } from './example-site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Notes in the page which queries it subscribes to, and to which it still is. Where `isPatient` is set, what lingers for a second lingers for a minute. */
function countSubscriptions(): void {
  const setTimer = window.setTimeout.bind(window);
  Object.assign(window, {
    setTimeout: (callback: () => void, delayMs?: number) => setTimer(callback, 'isPatient' in window && delayMs === 1_000 ? 60_000 : delayMs),
  });
  const subscribed: string[] = [];
  const held = new Map<number | undefined, string>();
  const postMessage: (this: MessagePort, message: unknown, transfer: Transferable[]) => void = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (this: MessagePort, given: unknown, ...rest: readonly unknown[]) {
    const message = given as { readonly type?: string; readonly subscription?: number; readonly query?: { readonly type: string } } | null;
    if (message?.type === 'subscribe') {
      subscribed.push(message.query?.type ?? '');
      held.set(message.subscription, message.query?.type ?? '');
    }
    if (message?.type === 'unsubscribe') held.delete(message.subscription);
    Reflect.apply(postMessage, this, [given, ...rest]);
  };
  Object.assign(window, { subscribed, held });
}

describe.each(['react', 'vue'] as const)("the example with %s's real library, built by Vite from the built package", (name) => {
  let site: ExampleSite;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    site = await serveExample(name);
  });
  afterAll(() => site.close());
  beforeEach(async () => {
    errors.length = 0;
    page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.addInitScript(countSubscriptions);
    await page.goto(site.server.origin);
    await expect.poll(() => page.locator('#status').textContent(), { timeout: 30_000 }).toBe('live');
  });
  afterEach(async () => {
    await page.context().close();
    expect(errors).toEqual([]);
  });

  const open = (conversationId: string): Promise<void> => page.getByRole('button', { name: conversationId }).first().click();
  const subscribed = (type: string): Promise<number> =>
    page.evaluate((name) => (window as unknown as { readonly subscribed: readonly string[] }).subscribed.filter((each) => each === name).length, type);
  /** What was shown is still there on coming back, however long a slow machine takes for the way. */
  const linger = (): Promise<unknown> => page.evaluate(() => Object.assign(window, { isPatient: true }));
  const texts = (): Promise<string[]> => page.locator('#messages li').allTextContents();

  test('[UR2] shows the list, opens a conversation, pages it, sends, and hears what others write', async () => {
    await expect.poll(() => page.locator('nav button').count()).toBe(12);
    await open('bob');
    await expect.poll(async () => (await texts()).length).toBe(50);
    await page.getByRole('button', { name: 'Older messages' }).click();
    await expect.poll(async () => (await texts()).length).toBe(70);

    await page.getByLabel('Message').fill('hello from the example');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(async () => (await texts()).at(-1)).toContain('hello from the example');
    await expect.poll(() => site.emulator.state.history('alice', 'bob').at(-1)).toMatchObject({ from: 'alice' });

    site.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'hello back' });
    await expect.poll(async () => (await texts()).at(-1)).toContain('hello back');
  });

  test('[UR4] what a component shows is read', async () => {
    await page.bringToFront();
    await open('bob');
    await expect.poll(async () => (await texts()).length).toBeGreaterThanOrEqual(50);
    // The worker knows that it is shown once it has told the service that this was read.
    site.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'read' });
    await expect.poll(async () => (await texts()).at(-1)).toMatch(/: read\s*$/);
    await expect.poll(() => site.emulator.state.unread('alice', 'bob')).toBe(0);
    await expect.poll(() => page.locator('nav button[aria-current=true] b').count()).toBe(0);
    site.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'read at once' });
    await expect.poll(async () => (await texts()).at(-1)).toContain('read at once');
    expect(await page.locator('nav button[aria-current=true] b').count()).toBe(0);
  });

  test('[UR2] a list is filtered and searched by its options, whatever object they come in', async () => {
    await expect.poll(() => page.locator('nav button').count()).toBe(12);
    await linger();
    const before = await subscribed('conversations');
    await page.getByLabel('Search').fill('BO');
    await expect.poll(() => page.locator('nav button').allTextContents()).toEqual([expect.stringContaining('bob')]);
    expect(await page.locator('#found').textContent()).toBe('1');
    await page.getByLabel('Search').fill('');
    await expect.poll(() => page.locator('nav button').count()).toBe(12);
    site.emulator.write({ from: 'carol', to: 'alice', chatType: 'singleChat', text: 'unread' });
    await page.getByLabel('unread').check();
    await expect.poll(async () => Number(await page.locator('#found').textContent())).toBeLessThan(12);
    await expect.poll(() => page.locator('nav button').allTextContents()).toContainEqual(expect.stringContaining('carol'));
    await page.getByLabel('unread').uncheck();
    await expect.poll(() => page.locator('nav button').count()).toBe(12);
    // Once for the search and once for the filter; the whole list lingered.
    expect((await subscribed('conversations')) - before).toBe(2);
  });

  test('what goes and comes back at once finds what it showed, and subscribes once', async () => {
    await open('bob');
    await expect.poll(async () => (await texts()).length).toBeGreaterThanOrEqual(50);
    // StrictMode mounts, unmounts and mounts again.
    expect(await subscribed('timeline')).toBe(1);
    await page.evaluate(() => {
      const counts: number[] = [];
      const look = (): void => {
        const list = document.querySelector('#messages');
        if (list !== null) counts.push(list.childElementCount);
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      Object.assign(window, { counts });
    });
    await linger();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.locator('#messages').count()).toBe(0);
    await open('bob');
    await expect.poll(async () => (await texts()).length).toBeGreaterThanOrEqual(50);
    const counts = await page.evaluate(() => (window as unknown as { readonly counts: readonly number[] }).counts);
    expect(counts.length).toBeGreaterThan(0);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(50);
    expect(await subscribed('timeline')).toBe(1);
  });

  test('[UR4] what a component no longer shows is unread', async () => {
    await page.bringToFront();
    await open('carol');
    await expect.poll(async () => (await texts()).length).toBeGreaterThanOrEqual(1);
    await expect.poll(() => page.locator('nav button[aria-current=true] b').count()).toBe(0);
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.locator('#messages').count()).toBe(0);
    // The worker answers this after it was told that nothing is shown.
    await page.getByLabel('Search').fill('carol');
    await expect.poll(() => page.locator('nav button').count()).toBe(1);
    site.emulator.write({ from: 'carol', to: 'alice', chatType: 'singleChat', text: 'unseen' });
    await expect.poll(() => page.getByRole('button', { name: 'carol' }).first().textContent()).toContain('1');
    expect(await page.locator('#waiting').textContent()).toBe('0');
  });

  test('a component that goes leaves no subscription, once that has lingered; another conversation is shown alone', async () => {
    const held = (): Promise<readonly string[]> =>
      page.evaluate(() => [...(window as unknown as { readonly held: ReadonlyMap<number, string> }).held.values()].sort());
    const before = await held();
    await open('bob');
    await expect.poll(async () => (await texts()).some((text) => text.startsWith('bob'))).toBe(true);
    expect(await held()).toEqual([...before, 'timeline'].sort());
    await page.locator('nav button').nth(3).click();
    await expect.poll(async () => (await texts()).some((text) => text.startsWith('bob'))).toBe(false);
    await expect.poll(held).toEqual([...before, 'timeline'].sort());
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(held).toEqual(before);
  });
});
