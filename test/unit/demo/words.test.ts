import { describe, expect, test } from 'vitest';
import { en } from '../../../demo/app/i18n/en.ts';
import { zh } from '../../../demo/app/i18n/zh.ts';

/** Every path in an object, so that two languages can be held side by side. */
function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${path}.${name}`));
}

describe('the two languages', () => {
  test('say the same things, down to each error', () => {
    expect(pathsOf(zh)).toEqual(pathsOf(en));
  });

  test('count in their own grammar', () => {
    expect([0, 1, 2, 1500].map(en.list.unread)).toEqual([
      '0 unread messages',
      '1 unread message',
      '2 unread messages',
      '1,500 unread messages',
    ]);
    expect(zh.list.unread(1500)).toBe('1,500 条未读消息');
  });
});
