/** Times and numbers as a language writes them. */
export interface Formats {
  /** For the list: the time today, "yesterday", the weekday in the week, else the date. */
  moment(timeMs: number, nowMs: number): string;
  /** For a separator between days: today, yesterday, or the date in full. */
  day(timeMs: number, nowMs: number): string;
  /** Hours and minutes. */
  clock(timeMs: number): string;
  /** Date and time in full, for a tooltip. */
  full(timeMs: number): string;
  number(value: number): string;
  /** @param share 0 to 1 */
  percent(share: number): string;
  fileSize(bytes: number): string;
}

/** @returns Whole calendar days from `timeMs` to `nowMs`, in the browser's time zone; the same day is 0. */
export function daysBetween(timeMs: number, nowMs: number): number {
  const dayOf = (ms: number) => {
    const date = new Date(ms);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((dayOf(nowMs) - dayOf(timeMs)) / 86_400_000);
}

/** @param locale BCP 47 tag */
export function createFormats(locale: string): Formats {
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
  const monthDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const longDay = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric' });
  const longDate = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const sizes = (['byte', 'kilobyte', 'megabyte'] as const).map(
    // The short form of a byte has no plural.
    (unit) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', maximumSignificantDigits: 3 }),
  );

  const capitalised = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  const isSameYear = (a: number, b: number) => new Date(a).getFullYear() === new Date(b).getFullYear();

  return {
    moment(timeMs, nowMs) {
      const days = daysBetween(timeMs, nowMs);
      if (days <= 0) return clock.format(timeMs);
      if (days === 1) return capitalised(relative.format(-1, 'day'));
      if (days < 7) return weekday.format(timeMs);
      return isSameYear(timeMs, nowMs) ? monthDay.format(timeMs) : date.format(timeMs);
    },
    day(timeMs, nowMs) {
      const days = daysBetween(timeMs, nowMs);
      if (days === 0 || days === 1) return capitalised(relative.format(-days, 'day'));
      return isSameYear(timeMs, nowMs) ? longDay.format(timeMs) : longDate.format(timeMs);
    },
    clock: (timeMs) => clock.format(timeMs),
    full: (timeMs) => full.format(timeMs),
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    fileSize(bytes) {
      const step = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : 2;
      return sizes[step]?.format(bytes / 1000 ** step) ?? '';
    },
  };
}
