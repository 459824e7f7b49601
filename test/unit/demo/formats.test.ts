import { describe, expect, test } from 'vitest';
import { createFormats, daysBetween } from '../../../demo/app/i18n/formats.ts';

const at = (text: string) => new Date(text).getTime();
const now = at('2026-11-22T12:00:00');

describe('times in the list', () => {
  test.each([
    ['2026-11-22T09:05:00', '09:05', '09:05'],
    ['2026-11-21T23:59:00', 'Yesterday', '昨天'],
    ['2026-11-18T10:00:00', 'Wed', '周三'],
    ['2026-11-01T10:00:00', 'Nov 1', '11月1日'],
    ['2025-11-01T10:00:00', 'Nov 1, 2025', '2025年11月1日'],
  ])('%s is %s, and %s', (time, english, chinese) => {
    expect(createFormats('en').moment(at(time), now)).toBe(english);
    expect(createFormats('zh-CN').moment(at(time), now)).toBe(chinese);
  });

  test('a time in the future, by another clock, is shown as a time of today', () => {
    expect(createFormats('en').moment(at('2026-11-23T08:00:00'), now)).toBe('08:00');
  });
});

describe('separators between days', () => {
  test.each([
    ['2026-11-22T00:01:00', 'Today', '今天'],
    ['2026-11-21T00:01:00', 'Yesterday', '昨天'],
    ['2026-11-19T00:01:00', 'Thursday, November 19', '11月19日星期四'],
  ])('%s is %s, and %s', (time, english, chinese) => {
    expect(createFormats('en').day(at(time), now)).toBe(english);
    expect(createFormats('zh-CN').day(at(time), now)).toBe(chinese);
  });

  test('days are those of the calendar, not stretches of 24 hours', () => {
    expect(daysBetween(at('2026-11-21T23:59:00'), at('2026-11-22T00:01:00'))).toBe(1);
    expect(daysBetween(at('2026-11-22T00:01:00'), at('2026-11-22T23:59:00'))).toBe(0);
  });
});
