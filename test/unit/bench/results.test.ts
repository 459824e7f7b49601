import { describe, expect, test } from 'vitest';
import { compareWithGoals, median, ratio, toResults, toWorkResult, type Samples, type Work } from '../../../bench/results.ts';

const same = (ms: number): Samples => ({ sdk: [ms], localCache: [ms], moorage: [ms] });

const samples: Record<Work, Samples> = {
  sync1000: same(200),
  sync5000: { sdk: [1000, 900, 5000], localCache: [12_000], moorage: [1600] },
  list5000: { sdk: [], localCache: [800], moorage: [100] },
  first30: { sdk: [], localCache: [800], moorage: [2] },
  live2000: { sdk: [400], localCache: [5000], moorage: [1200] },
  history5000: { sdk: [1000], localCache: [900], moorage: [1601] },
};

describe('condensing samples', () => {
  test('the median is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 5, 6])).toBe(5.5);
    expect(median([7])).toBe(7);
  });

  test('nothing measured is null, never zero', () => {
    expect(median([])).toBeNull();
    expect(toWorkResult({ sdk: [], localCache: [], moorage: [] })).toEqual({
      sdk: null,
      localCache: null,
      moorage: null,
      ratioToSdk: null,
      ratioToLocalCache: null,
    });
  });

  test('a ratio needs both sides', () => {
    expect(ratio(3, 2)).toBe(1.5);
    expect(ratio(null, 2)).toBeNull();
    expect(ratio(3, null)).toBeNull();
    expect(ratio(3, 0)).toBeNull();
  });

  test('a work says each median and how Moorage compares', () => {
    expect(toWorkResult(samples.sync5000)).toEqual({
      sdk: 1000,
      localCache: 12_000,
      moorage: 1600,
      ratioToSdk: 1.6,
      ratioToLocalCache: 0.1333,
    });
  });

  test('the live work says the unread each ended with', () => {
    const { live2000 } = toResults(samples, { sent: 2000, localCache: [128, 424, 130], moorage: [2000] });
    expect(live2000.unread).toEqual({ sent: 2000, localCache: 130, moorage: 2000 });
  });
});

describe('goals', () => {
  const goalsOf = (moorageUnread: readonly number[], changed: Partial<Record<Work, Samples>> = {}) =>
    compareWithGoals(toResults({ ...samples, ...changed }, { sent: 2000, localCache: [], moorage: moorageUnread }));

  test('at the limit is met, over it is not', () => {
    expect(goalsOf([2000]).map(({ isMet }) => isMet)).toEqual([true, true, true, true, false]);
  });

  test('a wrong unread is not met, and is said', () => {
    const goal = goalsOf([1999])[3];
    expect(goal).toMatchObject({ isMet: false, measured: '1999 of 2000' });
  });

  test('what was not measured is not met', () => {
    const empty = { sdk: [], localCache: [], moorage: [] };
    const goals = goalsOf([], { sync5000: empty, list5000: empty, live2000: empty, history5000: empty });
    expect(goals.map(({ isMet }) => isMet)).toEqual([false, false, false, false, false]);
    expect(goals.every(({ measured }) => measured === 'not measured')).toBe(true);
  });
});
