import { expect, test } from 'vitest';
import type { ListSync } from '../../../src/worker/storage/storage.ts';
import { planRound } from '../../../src/worker/sync/plan-round.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const settings = { cursorMaxAgeMs: HOUR, fullRoundAfterMs: 7 * DAY };

const plan = (stored: Partial<ListSync> | undefined, isDistrusted = false) =>
  planRound({
    stored: stored && { cursor: null, startedAt: NOW - 2 * DAY, completedAt: NOW - DAY, done: 50, ...stored },
    isDistrusted,
    now: NOW,
    settings,
  });

test('[SY9] the head is enough after a short absence; after a long one, the first time, and in doubt the list is read whole', () => {
  expect(plan(undefined)).toEqual({ type: 'whole' });
  expect(plan({})).toEqual({ type: 'head' });
  expect(plan({ completedAt: NOW - 7 * DAY })).toEqual({ type: 'head' });
  expect(plan({ completedAt: NOW - 7 * DAY - 1 })).toEqual({ type: 'whole' });
  expect(plan({ isDoubted: true })).toEqual({ type: 'whole' });
  expect(plan({}, true)).toEqual({ type: 'whole' });
});

test('[SY9] a clock that was set far back or forth tells of no short absence', () => {
  expect(plan({ completedAt: NOW + HOUR })).toEqual({ type: 'head' });
  expect(plan({ completedAt: NOW + 30 * DAY })).toEqual({ type: 'whole' });
});

test('[SY7] a stopped round goes on from its cursor, or completes what was read, unless the cursor is too old', () => {
  const fresh = { cursor: 'page-50', startedAt: NOW - HOUR };
  expect(plan({ ...fresh, completedAt: null })).toMatchObject({ type: 'whole', from: { cursor: 'page-50', done: 50 } });
  expect(plan(fresh)).toMatchObject({ type: 'whole', from: { cursor: 'page-50' } });
  expect(plan({ ...fresh, startedAt: NOW - HOUR - 1 })).toEqual({ type: 'whole' });
  expect(plan({ ...fresh, startedAt: NOW + 1 })).toEqual({ type: 'whole' });
  expect(plan({ completedAt: null })).toEqual({ type: 'complete' });
  expect(plan({ completedAt: null, cursor: '', startedAt: 0 }, true)).toEqual({ type: 'whole' });
});
