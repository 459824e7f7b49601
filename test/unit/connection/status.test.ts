import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import { statusOf, type StatusFacts } from '../../../src/worker/connection/status.ts';

const facts: StatusFacts = {
  connection: { phase: 'connected', failures: 0, lostAt: null, error: null },
  sync: { isComplete: true, done: 50, total: null, error: null },
  isOnline: true,
  fault: null,
  history: null,
};
const { connection, sync } = facts;
const away = { ...connection, phase: 'waiting', failures: 1 } as const;
const reading = { ...sync, isComplete: false } as const;
const full = new SyncError('storage-full', 'full');
const failed = new SyncError('service-failed', 'history');
const later = new SyncError('rate-limited', 'not yet', { details: { retryAfterMs: 5 } });
const kicked = new SyncError('kicked', 'kicked');

test.each([
  [{}, { type: 'live' }],
  [{ sync: reading }, { type: 'syncing', done: 50, total: null }],
  [{ sync: { ...reading, total: 200 } }, { type: 'syncing', done: 50, total: 200 }],
  // An estimate that turns out too small is not shown smaller than what was read.
  [{ sync: { ...reading, total: 20 } }, { type: 'syncing', done: 50, total: 50 }],
  [{ connection: { ...connection, phase: 'connecting' } }, { type: 'connecting' }],
  [{ connection: away }, { type: 'from-cache' }],
  [{ connection: { ...away, lostAt: 7 } }, { type: 'stale', since: 7 }],
  [{ connection: { ...away, phase: 'retrying', lostAt: 7 } }, { type: 'stale', since: 7 }],
  [{ connection: { ...away, lostAt: 7 }, isOnline: false }, { type: 'offline', since: 7 }],
  [{ connection: away, isOnline: false }, { type: 'offline', since: null }],
  [{ connection: { ...away, error: new SyncError('unauthorized', 'no', { retryable: false }) } }, { type: 'degraded', reason: { code: 'unauthorized' } }],
  [{ connection: { ...away, error: new SyncError('internal', 'unexpected Error') } }, { type: 'degraded', reason: { code: 'internal' } }],
  [{ connection: { ...away, error: new SyncError('unauthorized', 'no tab gave a token', { retryable: true }) } }, { type: 'from-cache' }],
  // The budget of rounds is spent: what is shown may be old.
  [{ sync: { ...reading, error: later } }, { type: 'degraded', reason: { code: 'rate-limited', details: { retryAfterMs: 5 } } }],
  [{ sync: { ...sync, error: later } }, { type: 'live' }],
  [{ history: failed }, { type: 'degraded', reason: { code: 'service-failed' } }],
  // That the list is being read says more than that history waits.
  [{ history: failed, sync: reading }, { type: 'syncing' }],
  [{ history: failed, connection: { ...away, lostAt: 7 } }, { type: 'stale', since: 7 }],
  [{ fault: full, history: failed }, { type: 'degraded', reason: { code: 'storage-full' } }],
  [{ connection: { ...away, phase: 'ended', error: kicked }, fault: full }, { type: 'signed-out', reason: { code: 'kicked' } }],
  [{ connection: { ...away, phase: 'ended' } }, { type: 'signed-out', reason: { code: 'closed' } }],
] as const)('[ER1] the status says the worst there is: %#', (changes, expected) => {
  expect(statusOf({ ...facts, ...changes })).toMatchObject(expected);
});
