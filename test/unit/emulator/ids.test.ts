import { expect, test } from 'vitest';
import { compareIds, createIdSource, lowerBound } from '../../../emulator/state/ids.ts';

test('[EM4] ids are 19 digits, never repeat and grow with time', () => {
  const nextId = createIdSource();
  const times = [1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001, 1_795_000_000_000];
  const ids = times.map((time) => nextId(time));
  expect(ids.every((id) => /^\d{19}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(4);
  expect([...ids].sort(compareIds)).toEqual(ids);
});

test('[EM4] an id of an older time sorts before all newer ones, whenever it was made', () => {
  const nextId = createIdSource();
  const newer = nextId(1_700_000_000_005);
  const older = nextId(1_700_000_000_004);
  expect(compareIds(older, newer)).toBeLessThan(0);
});

test('[EM4] ids compare as numbers, not as text', () => {
  expect(compareIds('9', '10')).toBeLessThan(0);
  expect(compareIds('10', '10')).toBe(0);
});

test('[EM3] lowerBound finds an id, or the place it would have', () => {
  const items = ['2', '4', '6', '10'];
  expect(['1', '2', '5', '10', '11'].map((id) => lowerBound(items, id, (item) => item))).toEqual([0, 0, 2, 3, 4]);
});
