import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { composer, eventually, message, onceOnline, openConversation, row, rows, startDemoWorld, statusOf, type DemoWorld, type Profile } from './demo-world.ts';

const CONVERSATIONS = 12;
const MESSAGES = 20;

const builtDemo = fileURLToPath(new URL('../../../demo/dist', import.meta.url));

/** Waits until the next visit no longer needs the server. */
async function waitUntilStored(page: Page): Promise<void> {
  await eventually(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
}

describe('the demo without a network, and between versions', () => {
  let world: DemoWorld;
  let profile: Profile;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'moorage-demo-'));
    cpSync(builtDemo, folder, { recursive: true });
    world = await startDemoWorld({ folder, emulator: { seed: { readable: true, conversations: CONVERSATIONS, messagesPerConversation: MESSAGES } } });
    // Without a network the page's own requests fail, and say so.
    profile = await world.openProfile({ expectedErrors: /Failed to fetch|no token/ });
    return async () => {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    };
  });
  afterEach(() => profile.close());

  /** A new version of the app on the server: another page, and a service worker that knows it. */
  function deploy(version: string): void {
    const page = path.join(folder, 'index.html');
    const worker = path.join(folder, 'service.worker.js');
    writeFileSync(page, readFileSync(page, 'utf8').replace(/<html lang="en"( data-version="\w+")?>/, `<html lang="en" data-version="${version}">`));
    const revision = /(\{url:"index\.html",revision:")\w+"/;
    const script = readFileSync(worker, 'utf8');
    if (!revision.test(script)) throw new Error('the service worker lists no index.html');
    writeFileSync(worker, script.replace(revision, `$1${version}"`));
  }
  const versionOf = (page: Page) => page.evaluate(() => document.documentElement.dataset['version'] ?? 'first');
  const checkForUpdate = (page: Page) => page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));

  test('server and network gone, every tab closed: the page opens, list and messages are there, and it catches up by itself', async () => {
    const before = await profile.signIn();
    await openConversation(before, 'Bob');
    await eventually(() => before.locator('.bubble-text').count()).toBe(MESSAGES);
    await eventually(() => rows(before).count()).toBe(CONVERSATIONS);
    const shown = await before.locator('.bubble-text').allTextContents();
    const listed = await rows(before).locator('.row-name').allTextContents();
    await waitUntilStored(before);
    await before.close();
    await world.demo.address.stop();

    const page = await profile.open();
    await eventually(() => rows(page).locator('.row-name').allTextContents()).toEqual(listed);
    await eventually(() => statusOf(page)).toMatch(/^From this browser/);
    await openConversation(page, 'Bob');
    await eventually(() => page.locator('.bubble-text').allTextContents()).toEqual(shown);
    await composer(page).fill('written on the train');
    await composer(page).press('Enter');
    await eventually(() => message(page, 'written on the train').getAttribute('data-state')).toMatch(/queued|sending/);

    world.demo.emulator.write({ from: 'carol', to: 'alice', chatType: 'singleChat', text: 'while you were away' });
    await world.demo.address.start();
    await onceOnline(page, () => statusOf(page)).toBe('Up to date');
    await eventually(() => row(page, 'Carol').locator('.row-preview').innerText()).toBe('while you were away');
    await eventually(() => message(page, 'written on the train').getAttribute('data-state')).toBe('sent');
  });

  test('[OB4] signing out while messages wait asks what becomes of them: kept they are sent after the next sign-in, or they are sent first', async () => {
    const page = await profile.signIn();
    const dialog = page.getByRole('dialog', { name: 'Sign out in every tab?' });
    const signIn = page.getByRole('button', { name: 'Sign in as Alice' });
    const signOut = page.getByRole('button', { name: 'Sign out', exact: true });
    const write = async (text: string) => {
      await composer(page).fill(text);
      await composer(page).press('Enter');
      await eventually(() => message(page, text).getAttribute('data-state')).toMatch(/queued|sending/);
    };
    await openConversation(page, 'Bob');
    await world.demo.address.stop();
    await eventually(() => statusOf(page)).not.toBe('Up to date');
    await write('first to wait');
    await write('second to wait');
    await signOut.click();
    await eventually(() => dialog.innerText()).toContain('2 things wait to be sent.');
    await page.keyboard.press('Escape');
    await eventually(() => dialog.count()).toBe(0);
    await eventually(() => message(page, 'first to wait').count()).toBe(1);

    await signOut.click();
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await signIn.waitFor();
    await world.demo.address.start();
    await page.reload();
    await signIn.click();
    await openConversation(page, 'Bob');
    for (const text of ['first to wait', 'second to wait']) await eventually(() => message(page, text).getAttribute('data-state')).toBe('sent');
    await eventually(() => statusOf(page)).toBe('Up to date');

    await world.demo.address.stop();
    await eventually(() => statusOf(page)).not.toBe('Up to date');
    await write('sent at the door');
    await signOut.click();
    await dialog.getByRole('button', { name: 'Send first' }).click();
    await eventually(() => dialog.getByRole('status').innerText()).toBe('Sending…');
    await world.demo.address.start();
    await onceOnline(page, () => signIn.count()).toBe(1);
    const again = await profile.signIn();
    await openConversation(again, 'Bob');
    await eventually(() => message(again, 'sent at the door').getAttribute('data-state')).toBe('sent');
  });

  test('it can be installed: the browser accepts its manifest and its icons', async () => {
    const page = await profile.open();
    const session = await profile.context.newCDPSession(page);
    const { errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; type: string }[] };
    for (const { src, type } of icons) {
      const response = await page.request.get(world.demo.url + src);
      expect([response.status(), response.headers()['content-type']]).toEqual([200, type]);
    }
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // A fresh profile without a window cannot install; everything else is the page's to fulfil.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  });

  test('a new version waits, is offered in every tab, and is loaded only where it is asked for', async () => {
    const first = await profile.signIn();
    const second = await profile.open();
    await rows(second).first().waitFor();
    for (const page of [first, second]) await waitUntilStored(page);

    deploy('second');
    await checkForUpdate(first);
    for (const page of [first, second]) {
      await page.getByText('A new version is ready.').waitFor();
      expect(await versionOf(page)).toBe('first');
    }
    await first.bringToFront();
    await first.getByRole('button', { name: 'Load it' }).click();
    await eventually(() => versionOf(first)).toBe('second');
    await rows(first).first().waitFor();
    expect(await versionOf(second)).toBe('first');
    expect(await second.getByText('A new version is ready.').count()).toBe(1);
    await second.bringToFront();
    await second.getByRole('button', { name: 'Load it' }).click();
    await eventually(() => versionOf(second)).toBe('second');
    await rows(second).first().waitFor();

    deploy('third');
    await checkForUpdate(second);
    await second.getByRole('button', { name: 'Later' }).click();
    expect(await second.getByText('A new version is ready.').count()).toBe(0);
    expect(await versionOf(second)).toBe('second');
    await first.getByRole('button', { name: 'Load it' }).click();
    await eventually(() => versionOf(first)).toBe('third');
  });
});
