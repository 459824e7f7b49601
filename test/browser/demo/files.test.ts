import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { composer, eventually, message, openConversation, startDemoWorld, type DemoWorld, type Profile } from './demo-world.ts';

let world: DemoWorld;
let profile: Profile;
beforeAll(async () => {
  world = await startDemoWorld({ emulator: { seed: { readable: true, conversations: 6, messagesPerConversation: 20 } } });
});
afterAll(() => world.close());
beforeEach(async () => {
  profile = await world.openProfile();
});
afterEach(async () => {
  world.demo.emulator.faults.clear();
  await profile.close();
});

const cargo = { name: 'cargo.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(1_500_000, 'cargo ') };

/** A picture with something to see. */
async function pictureOf(page: Page): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(480, 300);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = '#8fd0ff';
    context.fillRect(0, 0, 480, 300);
    context.fillStyle = '#0e6e7c';
    context.fillRect(0, 200, 480, 100);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  return { name: 'harbour.png', mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') };
}

const last = (page: Page) => page.locator('.message').last();
const choose = (page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) => page.locator('.composer input[type=file]').setInputFiles(files);

test('[OB5] chosen files are shown before they are sent, one can be taken out, and a file that was sent is a link', async () => {
  const page = await profile.signIn();
  await openConversation(page, 'Bob');
  await choose(page, await pictureOf(page), cargo);
  const chosen = page.getByRole('list', { name: 'Files to send' });
  expect(await chosen.locator('.file-name').allTextContents()).toEqual(['harbour.png', 'cargo.pdf']);
  await page.getByRole('button', { name: 'Remove harbour.png' }).click();
  await composer(page).fill('The papers');
  await page.getByRole('button', { name: 'Send' }).click();
  expect(await chosen.count()).toBe(0);
  await eventually(() => message(page, 'The papers').getAttribute('data-state')).toBe('sent');
  expect(await last(page).locator('.bubble-text').innerText()).toBe('The papers');
  const link = page.getByRole('link', { name: 'cargo.pdf 1.5 MB' });
  await eventually(() => link.getAttribute('href')).toMatch(/^http/);
  const response = await page.request.get((await link.getAttribute('href')) ?? '');
  expect(Buffer.compare(await response.body(), cargo.buffer)).toBe(0);
});

test('[OB5] a picture is there at once in every tab, with its progress, and stays where it was when it has been sent', async () => {
  const first = await profile.signIn();
  const second = await profile.open();
  for (const page of [first, second]) await openConversation(page, 'Bob');
  const lift = world.demo.emulator.faults.add({ on: 'rest', route: 'upload', type: 'hold' });
  await choose(first, await pictureOf(first));
  await composer(first).press('Enter');
  for (const page of [first, second]) {
    const picture = last(page).getByRole('img', { name: 'Picture from You' });
    await eventually(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(480);
    await eventually(() => last(page).getAttribute('data-state')).toBe('sending');
  }
  lift();
  await eventually(() => last(second).getAttribute('data-state')).toBe('sent');
  const link = last(second).locator('a.file-link');
  expect(await link.getAttribute('href')).toContain('share-secret');
  expect(await last(second).getByRole('img', { name: 'Picture from You' }).getAttribute('src')).toMatch(/^blob:/);
  await second.reload();
  await eventually(() => last(second).getByRole('img', { name: 'Picture from You' }).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(480);
});

test('[OB5] what is dropped on the conversation is chosen; offline it waits, and can be called off', async () => {
  const page = await profile.signIn();
  await openConversation(page, 'Carol');
  await page.locator('#messages').evaluate((pane) => {
    const data = new DataTransfer();
    data.items.add(new File(['fish'], 'fish.txt', { type: 'text/plain' }));
    pane.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await page.getByRole('button', { name: 'Remove fish.txt' }).waitFor();
  await world.demo.emulator.goOffline();
  await composer(page).press('Enter');
  await eventually(() => last(page).getAttribute('data-state')).toBe('queued');
  expect(await last(page).locator('.file-name').innerText()).toBe('fish.txt');
  await last(page).getByRole('button', { name: 'Cancel' }).click();
  await eventually(() => page.locator('.file-name', { hasText: 'fish.txt' }).count()).toBe(0);
  await world.demo.emulator.goOnline();
});

test('[ER2] a file that is too large is named, and can be taken out', async () => {
  const page = await profile.signIn();
  await openConversation(page, 'Carol');
  await choose(page, { name: 'whale.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(10 * 1024 * 1024 + 1) });
  await composer(page).press('Enter');
  await page.getByText('whale.bin is too large: 10.5 MB at most.').waitFor();
  await page.getByRole('button', { name: 'Remove whale.bin' }).click();
  expect(await page.getByRole('list', { name: 'Files to send' }).count()).toBe(0);
});
