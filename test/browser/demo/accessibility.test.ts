import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { composer, eventually, message, onceOnline, openConversation, row, rows, startDemoWorld, statusOf, type DemoWorld, type Profile } from './demo-world.ts';

describe('the demo, for everybody', () => {
  let world: DemoWorld;
  let profile: Profile;
  beforeAll(async () => {
    world = await startDemoWorld({ emulator: { seed: { readable: true, conversations: 60, messagesPerConversation: 20 } } });
  });
  afterAll(() => world.close());
  afterEach(() => profile.close());

  test('by keyboard alone: sign in, move in the list, open, write, send, and come back to the row', async () => {
    profile = await world.openProfile();
    const page = await profile.open();
    await page.getByRole('button', { name: 'Sign in as Alice' }).focus();
    await page.keyboard.press('Enter');
    await eventually(() => statusOf(page)).toBe('Up to date');
    await eventually(() => rows(page).first().locator('..').getAttribute('aria-setsize')).toBe('60');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');

    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let presses = 0; presses < 8 && !(await page.evaluate(() => document.activeElement?.matches('.row'))); presses += 1) {
      await page.keyboard.press('Tab');
    }
    const names = await rows(page).locator('.row-name').allTextContents();
    expect(await focused()).toContain(names[0]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toContain(names[1]);
    await page.keyboard.press('End');
    const last = world.demo.emulator.state.conversations('alice').at(-1)?.id ?? '';
    expect((await focused()).toLowerCase()).toContain(last.replaceAll('-', ' '));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');

    await eventually(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await message(page, 'by keyboard').waitFor();
    await page.keyboard.press('Escape');
    await eventually(focused).toContain(names[0]);
  });

  test('landmarks, names and headings say what is what', async () => {
    profile = await world.openProfile();
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    for (const landmark of [
      page.getByRole('banner'),
      page.getByRole('main'),
      page.getByRole('navigation', { name: /Conversations/ }),
      page.getByRole('region', { name: 'Messages with Bob' }),
      page.getByRole('heading', { level: 1, name: 'Moorage' }),
      page.getByRole('heading', { level: 2, name: 'Bob' }),
      page.getByRole('status', { name: 'Connection' }),
    ]) {
      await landmark.waitFor({ state: 'attached' });
    }
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, select, textarea')]
        .filter((element) => {
          const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
          return !element.getAttribute('aria-label') && !element.textContent?.trim() && !labels?.length;
        })
        .map((element) => element.outerHTML),
    );
    expect(nameless).toEqual([]);
    const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a long list keeps few rows in the page, and says of each where it stands', async () => {
    profile = await world.openProfile();
    const page = await profile.signIn();
    await eventually(() => rows(page).first().locator('..').getAttribute('aria-setsize')).toBe('60');
    expect(await rows(page).count()).toBeLessThan(30);
    await page.locator('.rows-scroller').evaluate((element) => (element.scrollTop = element.scrollHeight));
    await eventually(() => rows(page).last().locator('..').getAttribute('aria-posinset')).toBe('60');
    expect(await rows(page).count()).toBeLessThan(30);
  });

  test('narrow: one pane at a time, with a way back to the row', async () => {
    profile = await world.openProfile({ viewport: { width: 390, height: 780 } });
    const page = await profile.signIn();
    expect(await page.getByRole('main').isVisible()).toBe(false);
    await openConversation(page, 'Bob');
    expect(await row(page, 'Bob').isVisible()).toBe(false);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBe(0);
    await eventually(() => page.getByRole('status', { name: 'Connection' }).count()).toBe(0);
    await world.demo.emulator.goOffline();
    await eventually(() => statusOf(page)).toMatch(/^Connection lost/);
    await world.demo.emulator.goOnline();
    await onceOnline(page, () => page.getByRole('status', { name: 'Connection' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Back to the conversations' }).click();
    await eventually(() => row(page, 'Bob').isVisible()).toBe(true);
    expect(await composer(page).isVisible()).toBe(false);
    await page.goForward();
    await eventually(() => composer(page).isVisible()).toBe(true);
    await page.goBack();
    await eventually(() => composer(page).isVisible()).toBe(false);
  });

  test('中文: by the browser’s language, with a switch that is remembered', async () => {
    profile = await world.openProfile({ locale: 'zh-CN' });
    const page = await profile.open('?user=alice');
    await eventually(() => page.getByRole('heading', { name: '会话' }).isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    await eventually(() => page.getByRole('status', { name: '连接状态' }).innerText()).toBe('已是最新');
    await page.locator('.row').first().click();
    await page.getByRole('textbox', { name: /^发给/ }).fill('没写完的话');
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(await composer(page).inputValue()).toBe('没写完的话');
    await page.reload();
    await rows(page).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  test.each(['light', 'dark'] as const)('in %s colours, text stands out from what is behind it', async (colorScheme) => {
    // Without the passing of one colour into another.
    profile = await world.openProfile({ colorScheme, reducedMotion: 'reduce' });
    const page = await profile.signIn();
    await openConversation(page, 'Bob');
    const ratios = await page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      if (canvas === null) throw new Error('no canvas');
      const parse = (color: string): readonly number[] => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const luminance = ([r = 0, g = 0, b = 0]: readonly number[]) => {
        const [red = 0, green = 0, blue = 0] = [r, g, b].map((value) => {
          const part = value / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const behind = (element: Element | null): readonly number[] => {
        if (element === null) return [255, 255, 255, 255];
        const color = parse(getComputedStyle(element).backgroundColor);
        return color[3] === 255 ? color : behind(element.parentElement);
      };
      return ['.row-preview', '.row-time', '.badge', '.bubble-text', '.bubble-time', '.day', '.status-text', '.avatar']
        .flatMap((selector) => [...document.querySelectorAll(selector)].slice(0, 4).map((element) => {
          const [text, back] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
          return { selector, ratio: (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05) };
        }));
    });
    expect(ratios.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });
});
