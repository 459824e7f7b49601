import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  composer,
  eventually,
  message,
  openConversation,
  row,
  rows,
  startDemoWorld,
  statusOf,
  unreadWords,
  type DemoWorld,
  type Profile,
} from './demo-world.ts';

/** Messages that are shown when a conversation is opened. */
const PAGE = 50;

/** Notes the first message in view. @param scroll Where to scroll to before, and after that. Unit: px. @returns Where it stood, in px, and how many messages are in the page. */
const watchFirst = (scroller: Locator, scroll?: { readonly from: number; readonly to: number }): Promise<{ readonly top: number; readonly count: number }> =>
  scroller.evaluate((element, move) => {
    if (move !== undefined) element.scrollTop = move.from;
    const { top } = element.getBoundingClientRect();
    const messages = [...element.querySelectorAll('.message')];
    const first = messages.find((each) => each.getBoundingClientRect().bottom > top);
    first?.setAttribute('data-watched', '');
    const stood = { top: first?.getBoundingClientRect().top ?? 0, count: messages.length };
    if (move !== undefined) element.scrollTop = move.to;
    return stood;
  }, scroll);

/** Where the message stands that {@link watchFirst} noted. Unit: px. */
const topOfWatched = (scroller: Locator): Promise<number> =>
  scroller.evaluate((element) => element.querySelector('[data-watched]')?.getBoundingClientRect().top ?? Number.NaN);

describe('the demo, as a person uses it', () => {
  let world: DemoWorld;
  let profile: Profile;
  beforeAll(async () => {
    world = await startDemoWorld({ emulator: { seed: { readable: true, conversations: 24, messagesPerConversation: 130 } } });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    profile = await world.openProfile();
  });
  afterEach(() => profile.close());

  test('signing in shows the list of the account, most recent first, and says that it is up to date', async () => {
    const page = await profile.signIn('Alice');
    await eventually(() => statusOf(page)).toBe('Up to date');
    const expected = world.demo.emulator.state.conversations('alice');
    await eventually(() => rows(page).count()).toBeGreaterThan(10);
    const names = await rows(page).locator('.row-name').allTextContents();
    expect(names.slice(0, 3).map((name) => name.toLowerCase().replaceAll(' ', '-'))).toEqual(
      expected.slice(0, 3).map(({ id }) => id),
    );
    await eventually(() => page.getByRole('heading', { name: /Conversations/ }).innerText()).toBe('Conversations 24');
  });

  test('a reload stays signed in, with the same conversation open', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Carol');
    await page.reload();
    await message(page, '').first().waitFor();
    await page.getByRole('heading', { name: 'Carol' }).waitFor();
    await eventually(() => row(page, 'Carol').getAttribute('aria-current')).toBe('page');
  });

  test('a message that is sent reaches the other side, and is shown as sent', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    await composer(page).fill('See you on the quay');
    await composer(page).press('Enter');
    await eventually(() => message(page, 'See you on the quay').getAttribute('data-state')).toBe('sent');
    expect(world.demo.emulator.state.history('bob', 'alice').at(-1)?.text).toBe('See you on the quay');
    await eventually(() => row(page, 'Bob').locator('.row-preview').innerText()).toBe('You: See you on the quay');
  });

  test('Shift + Enter starts a new line, the Enter of an input method sends nothing, and an empty field cannot be sent', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    const field = composer(page);
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await field.pressSequentially('one');
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await field.evaluate((element) =>
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })),
    );
    expect(await field.inputValue()).toBe('one\ntwo');
    await page.getByRole('button', { name: 'Send' }).click();
    await message(page, 'two').waitFor();
    expect(await field.inputValue()).toBe('');
    expect(await message(page, 'one').last().locator('.bubble-text').innerText()).toBe('one\ntwo');
  });

  test('[UR2] another user writes: every tab shows it, unread 1 in all; opened in one tab it is 0 in all', async () => {
    const first = await profile.signIn();
    const second = await profile.open();
    await rows(second).first().waitFor();
    await first.bringToFront();
    await first.getByText('Make somebody write').click();
    await first.getByLabel('Who').selectOption({ label: 'Carol' });
    const before = await unreadWords(first, 'Carol');
    const counted = Number.parseInt(before || '0', 10) + 1;
    await first.getByLabel('What').fill('Ahoy from Carol');
    await first.getByRole('button', { name: 'Write to me' }).click();
    for (const page of [first, second]) {
      await eventually(() => row(page, 'Carol').locator('.row-preview').innerText()).toBe('Ahoy from Carol');
      await eventually(() => unreadWords(page, 'Carol')).toBe(counted === 1 ? '1 unread message' : `${counted} unread messages`);
    }
    const total = world.demo.emulator.state.totalUnread('alice');
    await eventually(() => first.title()).toBe(`(${total}) Moorage`);
    await second.bringToFront();
    await openConversation(second, 'Carol');
    for (const page of [first, second]) {
      await eventually(() => unreadWords(page, 'Carol')).toBe('');
      await eventually(() => page.title()).toBe(total === counted ? 'Moorage' : `(${total - counted}) Moorage`);
    }
    await eventually(async () => world.demo.emulator.state.unread('alice', 'carol')).toBe(0);
  });

  test('a message that comes into the open conversation is read, shown and announced', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    await eventually(() => unreadWords(page, 'Bob')).toBe('');
    await page.getByRole('button', { name: 'Let Bob write' }).click();
    await eventually(() => page.locator('[aria-live=polite] p').first().textContent()).toMatch(/^Bob: /);
    await eventually(async () => world.demo.emulator.state.unread('alice', 'bob')).toBe(0);
    await eventually(() => unreadWords(page, 'Bob')).toBe('');
  });

  test('older messages come while scrolling up, to the very first, and what is read stays in its place', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Amelia');
    await eventually(() => page.locator('.message').count()).toBeGreaterThanOrEqual(PAGE);
    const scroller = page.getByRole('region', { name: 'Messages with Amelia' });
    const history = world.demo.emulator.state.history('alice', 'amelia');
    const before = await watchFirst(scroller, { from: 700, to: 500 });
    await eventually(() => page.locator('.message').count()).toBeGreaterThan(before.count);
    // It was scrolled by 200 and is nowhere else.
    expect(Math.abs((await topOfWatched(scroller)) - before.top - 200)).toBeLessThan(4);
    await eventually(async () => {
      await scroller.evaluate((element) => (element.scrollTop = 0));
      return page.locator('.message').count();
    }).toBe(history.length);
    await eventually(() => page.locator('.messages-top').innerText()).toBe('This is where it began.');
    expect(await page.locator('.bubble-text').first().textContent()).toBe(history[0]?.text);
  });

  test('reading further up, a new message does not move the page, and a button leads to it', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    await eventually(() => page.locator('.message').count()).toBeGreaterThanOrEqual(PAGE);
    const scroller = page.getByRole('region', { name: 'Messages with Bob' });
    await scroller.evaluate((element) => (element.scrollTop = element.scrollHeight - element.clientHeight - 400));
    await page.getByRole('button', { name: 'Latest messages' }).waitFor();
    const before = await watchFirst(scroller);
    world.demo.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'Down here' });
    await page.getByRole('button', { name: '1 new message' }).waitFor();
    expect(Math.abs((await topOfWatched(scroller)) - before.top)).toBeLessThan(2);
    await page.getByRole('button', { name: '1 new message' }).click();
    await eventually(() => message(page, 'Down here').isVisible()).toBe(true);
    await eventually(() => page.locator('.jump').isVisible()).toBe(false);
  });

  test('a conversation is pinned and unpinned, in every tab', async () => {
    const first = await profile.signIn();
    const second = await profile.open();
    await rows(second).nth(5).waitFor();
    await first.bringToFront();
    const name = await rows(first).nth(5).locator('.row-name').innerText();
    await openConversation(first, name);
    await first.getByRole('button', { name: 'Pin', exact: true }).click();
    for (const page of [first, second]) {
      await eventually(() => rows(page).first().innerText()).toContain(name);
      await eventually(() => row(page, name).locator('.row-pin').count()).toBe(1);
    }
    await first.getByRole('button', { name: 'Unpin' }).click();
    for (const page of [first, second]) await eventually(() => page.locator('.row-pin').count()).toBe(0);
  });

  test('[ST5] signing out shows the picker, leaves nothing stored, and is said in every other tab', async () => {
    const page = await profile.signIn('Carol');
    const other = await profile.open();
    await rows(other).first().waitFor();
    await page.bringToFront();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in as Alice' }).waitFor();
    await eventually(() => statusOf(other)).toBe('Signed out.');
    await eventually(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
    await page.reload();
    await page.getByRole('button', { name: 'Sign in as Alice' }).waitFor();
  });
});
