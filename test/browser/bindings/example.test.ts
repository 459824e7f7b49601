import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { serveExample, type ExampleSite } from './example-site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

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
    await page.goto(site.server.origin);
    await expect.poll(() => page.locator('#status').textContent(), { timeout: 30_000 }).toBe('live');
  });
  afterEach(async () => {
    await page.context().close();
    expect(errors).toEqual([]);
  });

  const open = (conversationId: string): Promise<void> => page.getByRole('button', { name: conversationId }).first().click();
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
    await expect.poll(() => page.locator('nav button[aria-current=true] b').count()).toBe(0);
    site.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'read at once' });
    await expect.poll(async () => (await texts()).at(-1)).toContain('read at once');
    expect(await page.locator('nav button[aria-current=true] b').count()).toBe(0);
  });

  test('a component that goes leaves no subscription: another conversation is shown alone', async () => {
    await open('bob');
    await expect.poll(async () => (await texts()).some((text) => text.startsWith('bob'))).toBe(true);
    await page.locator('nav button').nth(3).click();
    await expect.poll(async () => (await texts()).some((text) => text.startsWith('bob'))).toBe(false);
  });
});
