import { describe, expect, test } from 'vitest';
import { compareWithGoals, median, ratio, toResults, toWorkResult, type OtherSamples, type Samples, type Work } from '../../../bench/results.ts';

const same = (ms: number): Samples => ({ sdk: [ms], localCache: [ms], moorage: [ms] });

const samples: Record<Work, Samples> & OtherSamples = {
  sync1000: same(200),
  sync5000: { sdk: [1000, 900, 5000], localCache: [12_000], moorage: [1300] },
  list5000: { sdk: [], localCache: [1000], moorage: [100] },
  first30: { sdk: [], localCache: [800], moorage: [2] },
  live2000: { sdk: [400], localCache: [5000], moorage: [800] },
  history5000: { sdk: [1000], localCache: [900], moorage: [1301] },
  store50000: { raw: [8000, 9000, 10_000], moorage: [2700] },
  open100000: { at1000: [10, 11, 12], at100000: [13.21, 13.2] },
  round: [
    { changed: 200, listCalls: 5, ms: 40 },
    { changed: 0, listCalls: 1, ms: 5 },
    { changed: 200, listCalls: 6, ms: 60 },
    { changed: 0, listCalls: 1, ms: 7 },
  ],
  fanout8: { at50: [4], at5000: [5] },
  send500: { sdk: [100], sdkInOrder: [150], moorage: [201] },
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
      moorage: 1300,
      ratioToSdk: 1.3,
      ratioToLocalCache: 0.1083,
    });
  });

  test('the live work says the unread each ended with', () => {
    const { live2000 } = toResults(samples, { sent: 2000, localCache: [128, 424, 130], moorage: [2000] });
    expect(live2000.unread).toEqual({ sent: 2000, localCache: 130, moorage: 2000 });
  });

  test('what is compared with something else says both medians and the multiple', () => {
    const { store50000, open100000, fanout8, send500, send500InOrder } = toResults(samples, { sent: 0, localCache: [], moorage: [] });
    expect(store50000).toEqual({ raw: 9000, moorage: 2700, ratio: 0.3 });
    expect(open100000).toEqual({ at1000: 11, at100000: 13.21, ratio: 1.2009 });
    expect(fanout8).toEqual({ at50: 4, at5000: 5, ratio: 1.25 });
    expect(send500).toEqual({ sdk: 100, moorage: 201, ratio: 2.01 });
    expect(send500InOrder).toEqual({ sdk: 150, moorage: 201, ratio: 1.34 });
  });

  test('rounds are told by how much had changed: the middle time, and the most calls', () => {
    expect(toResults(samples, { sent: 0, localCache: [], moorage: [] }).round).toEqual([
      { changed: 0, listCalls: 1, ms: 6 },
      { changed: 200, listCalls: 6, ms: 50 },
    ]);
  });
});

describe('goals', () => {
  const goalsOf = (moorageUnread: readonly number[], changed: Partial<Record<Work, Samples> & OtherSamples> = {}) =>
    compareWithGoals(toResults({ ...samples, ...changed }, { sent: 2000, localCache: [], moorage: moorageUnread }));

  test('at the limit is met, over it is not', () => {
    expect(goalsOf([2000]).map(({ isMet }) => isMet)).toEqual([true, true, true, true, false, true, false, true, false, false, false]);
  });

  test('a wrong unread is not met, and is said', () => {
    const goal = goalsOf([1999])[3];
    expect(goal).toMatchObject({ isMet: false, measured: '1999 of 2000' });
  });

  test('list calls may be one more than the pages that changed', () => {
    const round = [0, 10, 200].map((changed) => ({ changed, listCalls: Math.ceil(changed / 50) + 1, ms: 1 }));
    const isMet = (goals: ReturnType<typeof goalsOf>) => goals.filter(({ goal }) => goal.includes('list calls')).map((goal) => goal.isMet);
    expect(isMet(goalsOf([2000], { round }))).toEqual([true, true, true]);
    expect(isMet(goalsOf([2000], { round: round.map((one) => ({ ...one, listCalls: one.listCalls + 1 })) }))).toEqual([false, false, false]);
  });

  test('what was not measured is not met', () => {
    const empty = { sdk: [], localCache: [], moorage: [] };
    const goals = goalsOf([], {
      ...{ sync5000: empty, list5000: empty, live2000: empty, history5000: empty },
      ...{ store50000: { raw: [], moorage: [] }, open100000: { at1000: [], at100000: [] }, round: [], fanout8: { at50: [], at5000: [] }, send500: { sdk: [], sdkInOrder: [], moorage: [] } },
    });
    expect(goals.map(({ isMet }) => isMet)).toEqual(goals.map(() => false));
    expect(goals.every(({ measured }) => measured === 'not measured')).toBe(true);
  });
});
