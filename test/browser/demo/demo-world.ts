import { expect } from 'vitest';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startDemo, type Demo, type DemoOptions } from '../../../scripts/start-demo.ts';
import { launchBrowser } from '../../support/browser.ts';

/** How long a thing may take to be seen on a page. Unit: ms; a small machine runs two browsers at once. */
const SEEN_MS = 45_000;

/** How often a page is told that the network is back. Unit: ms; an attempt to connect may take as long. */
const ONLINE_MS = 5_000;

/** A served demo and a browser for a person who uses it. */
export interface DemoWorld {
  readonly demo: Demo;
  /** A profile of its own: storage, workers and service worker. Unexpected errors on its pages fail the test that closes it. */
  openProfile(options?: BrowserContextOptions & { readonly expectedErrors?: RegExp }): Promise<Profile>;
  close(): Promise<void>;
}

export interface Profile {
  readonly context: BrowserContext;
  /** Opens the demo in a new tab. */
  open(path?: string): Promise<Page>;
  /** Opens the demo, signs in by the picker, and waits until the list is up to date. */
  signIn(name?: string): Promise<Page>;
  close(): Promise<void>;
}

export async function startDemoWorld(options: DemoOptions = {}): Promise<DemoWorld> {
  const demo = await startDemo(options);
  let browser: Browser | undefined;

  return {
    demo,
    async openProfile({ expectedErrors, ...contextOptions } = {}) {
      browser ??= await launchBrowser();
      const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1100, height: 760 }, ...contextOptions });
      context.setDefaultTimeout(SEEN_MS);
      const errors: string[] = [];
      context.on('weberror', (webError) => {
        const { message } = webError.error();
        if (expectedErrors?.test(message) !== true) errors.push(message);
      });

      async function open(path = ''): Promise<Page> {
        const page = await context.newPage();
        await page.goto(demo.url + path);
        return page;
      }
      return {
        context,
        open,
        async signIn(name = 'Alice') {
          const page = await open();
          await page.getByRole('button', { name: `Sign in as ${name}` }).click();
          await rows(page).first().waitFor();
          await eventually(() => statusOf(page)).toBe('Up to date');
          return page;
        },
        async close() {
          await context.close();
          expect(errors).toEqual([]);
        },
      };
    },
    async close() {
      await browser?.close();
      await demo.close();
    },
  };
}

/** Waits until a value on a page is as expected. */
export function eventually(read: () => Promise<unknown>, { timeoutMs = SEEN_MS } = {}): ReturnType<typeof expect.poll> {
  return expect.poll(read, { timeout: timeoutMs, interval: 50 });
}

/**
 * Tells a page that the network is back, as its browser would, and waits until a value on it is as expected. Now and then it
 * tells it again: an attempt to connect that began too early fails still, and the next one would be long in coming.
 */
export function onceOnline(page: Page, read: () => Promise<unknown>): ReturnType<typeof expect.poll> {
  let toldAt = 0;
  return eventually(async () => {
    if (Date.now() - toldAt >= ONLINE_MS) {
      toldAt = Date.now();
      await page.evaluate(() => dispatchEvent(new Event('online')));
    }
    return read();
  });
}

/** The links of the conversation list that are in the page. */
export function rows(page: Page): Locator {
  return page.getByRole('list', { name: 'Conversations' }).getByRole('link');
}

/** The row of a conversation, by its whole name. */
export function row(page: Page, name: string): Locator {
  return rows(page).filter({ has: page.locator('.row-name', { hasText: new RegExp(`^${name}$`) }) });
}

/** What a row says of its unread messages to a screen reader; empty when it says nothing. */
export async function unreadWords(page: Page, name: string): Promise<string> {
  const words = await row(page, name).locator('.badge .spoken').allTextContents();
  return words.join();
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Message to' });
}

export function message(page: Page, text: string): Locator {
  return page.locator('.message', { hasText: text });
}

export function statusOf(page: Page): Promise<string> {
  return page.getByRole('status', { name: 'Connection' }).innerText();
}

export async function openConversation(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.locator('.message').first().waitFor();
}
