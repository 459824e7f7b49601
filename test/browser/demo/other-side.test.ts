import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
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

const single = 'singleChat';

/** What the state mark of an own message says. */
const receipt = (page: Page, text: string) => message(page, text).locator('.state .spoken').innerText();

describe('what others do, as the demo shows it', () => {
  let world: DemoWorld;
  let profile: Profile;
  const emulator = () => world.demo.emulator;
  beforeAll(async () => {
    world = await startDemoWorld({ emulator: { seed: { readable: true, conversations: 12, messagesPerConversation: 30 } } });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    profile = await world.openProfile();
  });
  afterEach(async () => {
    emulator().live.clear();
    emulator().faults.clear();
    await profile.close();
  });

  test('an own message is sent, then delivered, then read', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    await composer(page).fill('Is the bridge open?');
    await composer(page).press('Enter');
    await eventually(() => receipt(page, 'Is the bridge open?')).toBe('Sent');
    const sent = emulator().state.history('alice', 'bob').at(-1);
    emulator().acknowledgeMessage({ from: 'bob', messageId: sent?.id ?? '', type: 'delivery' });
    await eventually(() => receipt(page, 'Is the bridge open?')).toBe('Delivered');
    emulator().acknowledgeChannel('bob', 'alice', single);
    await eventually(() => receipt(page, 'Is the bridge open?')).toBe('Read');
  });

  test('[HB7] an edited message says so, a recalled one goes, in every tab', async () => {
    const page = await profile.signIn();
    const other = await profile.open();
    await rows(other).first().waitFor();
    const edited = emulator().write({ from: 'bob', to: 'alice', chatType: single, text: 'At sevn' });
    const recalled = emulator().write({ from: 'bob', to: 'alice', chatType: single, text: 'Not for you' });
    for (const each of [page, other]) {
      await each.bringToFront();
      await openConversation(each, 'Bob');
      await message(each, 'Not for you').waitFor();
    }
    emulator().edit({ messageId: edited.id, text: 'At seven' });
    emulator().recall({ messageId: recalled.id });
    for (const each of [page, other]) {
      await eventually(() => message(each, 'At seven').locator('.bubble-marks').innerText()).toBe('edited');
      await eventually(() => message(each, 'Not for you').count()).toBe(0);
      await eventually(() => row(each, 'Bob').locator('.row-preview').innerText()).toBe('At seven');
    }
  });

  test('[HB4] after a night away what is missing is shown, says why it was not loaded, is filled by hand, and nothing is missing', { timeout: 400_000 }, async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Carol');
    await eventually(() => statusOf(page)).toBe('Up to date');
    await composer(page).press('Escape');
    emulator().faults.add({ on: 'rest', route: 'history', type: 'status', status: 500 });
    emulator().writeWhileAway({ userId: 'alice', from: 'carol', to: 'alice', chatType: single, text: 'Night watch', count: 560 });
    await eventually(() => row(page, 'Carol').locator('.row-preview').innerText()).toBe('Night watch 560');
    await openConversation(page, 'Carol');
    const hole = page.locator('.hole');
    const scroller = page.getByRole('region', { name: 'Messages with Carol' });
    const again = page.locator('.messages-top').getByRole('button');
    const toTop = async () => {
      await scroller.evaluate((element) => (element.scrollTop = 0));
      if (await again.isVisible()) await again.click({ timeout: 500 }).catch(() => undefined);
    };
    await eventually(async () => {
      await toTop();
      return hole.count();
    }).toBeGreaterThan(0);
    // Filling one may show another above it; a click may meet one that is just being filled.
    await eventually(async () => {
      await hole.last().getByRole('button').click({ timeout: 500 }).catch(() => undefined);
      return (await hole.allInnerTexts()).join();
    }).toContain('could not be loaded');
    emulator().faults.clear();
    const texts = emulator().state.history('alice', 'carol').map(({ text }) => text);
    // Page by page.
    await eventually(async () => {
      await toTop();
      if ((await hole.count()) === 0) return page.locator('.messages-top').innerText();
      await hole.last().getByRole('button').click({ timeout: 500 }).catch(() => undefined);
      return 'a hole';
    }, { timeoutMs: 180_000 }).toBe('This is where it began.');
    const shown = await page.locator('.bubble-text').allTextContents();
    expect(shown).toEqual(texts.slice(0, shown.length));
  });

  test('[UR4] a conversation open in front of one tab is read in all; behind another tab, or without focus, it is not', async () => {
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    await eventually(() => unreadWords(page, 'Bob')).toBe('');
    emulator().write({ from: 'bob', to: 'alice', chatType: single, text: 'Seen at once' });
    await message(page, 'Seen at once').waitFor();
    await eventually(async () => emulator().state.unread('alice', 'bob')).toBe(0);
    expect(await unreadWords(page, 'Bob')).toBe('');

    await page.evaluate(() => {
      document.hasFocus = () => false;
      dispatchEvent(new Event('blur'));
    });
    emulator().write({ from: 'bob', to: 'alice', chatType: single, text: 'Nobody looks' });
    await eventually(() => unreadWords(page, 'Bob')).toBe('1 unread message');
    expect(emulator().state.unread('alice', 'bob')).toBe(1);

    await page.evaluate(() => {
      document.hasFocus = () => true;
      dispatchEvent(new Event('focus'));
    });
    await eventually(() => unreadWords(page, 'Bob')).toBe('');
    await eventually(async () => emulator().state.unread('alice', 'bob')).toBe(0);
  });

  test('a conversation is marked as unread and as read from its menu, in every tab', async () => {
    const page = await profile.signIn();
    const other = await profile.open();
    await rows(other).first().waitFor();
    await page.bringToFront();
    emulator().acknowledgeChannel('alice', 'bob', single);
    await openConversation(page, 'Bob');
    await eventually(() => unreadWords(page, 'Bob')).toBe('');
    await openConversation(page, 'Carol');
    await row(page, 'Bob').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Mark as unread' }).click();
    for (const each of [page, other]) await eventually(() => unreadWords(each, 'Bob')).toBe('Marked as unread');
    await row(page, 'Bob').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Mark as read' }).click();
    for (const each of [page, other]) await eventually(() => unreadWords(each, 'Bob')).toBe('');
  });

  test('中文: the same in the other language', async () => {
    await profile.close();
    profile = await world.openProfile({ locale: 'zh-CN' });
    const page = await profile.open();
    await page.getByRole('button', { name: '以 Alice 的身份登录' }).click();
    await page.locator('a[href="#singleChat:bob"]').click();
    await page.getByRole('textbox', { name: '发给 Bob 的消息' }).fill('桥开了吗？');
    await page.getByRole('button', { name: '发送' }).click();
    await eventually(() => receipt(page, '桥开了吗？')).toBe('已发送');
    emulator().acknowledgeChannel('bob', 'alice', single);
    await eventually(() => receipt(page, '桥开了吗？')).toBe('已读');
    await page.locator('a[href="#singleChat:bob"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: '标为未读' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '跳转…' }).click();
    await page.getByRole('button', { name: '到最早的消息' }).click();
    await eventually(() => page.locator('.messages-top').innerText()).toBe('已经是最早的消息了。');
    await eventually(() => page.getByRole('status', { name: '连接状态' }).innerText()).toBe('已是最新');
  });
});
