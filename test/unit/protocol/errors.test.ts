import { describe, expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';

describe('SyncError', () => {
  test('[ER1] an error that went through structured clone as data is the same error', () => {
    const error = new SyncError('rate-limited', 'try later', { details: { retryAfterMs: 1500 } });
    const copy = SyncError.fromData(structuredClone(error.toData()));
    expect(copy).toBeInstanceOf(SyncError);
    expect(copy.toData()).toEqual(error.toData());
    expect(copy.retryable).toBe(true);
  });

  test('[ER1] whether a retry can help is decided by the code, unless said otherwise', () => {
    expect(new SyncError('offline', '').retryable).toBe(true);
    expect(new SyncError('invalid-argument', '').retryable).toBe(false);
    expect(new SyncError('refused', '', { retryable: true }).retryable).toBe(true);
    for (const code of ['refused', 'offline'] as const) for (const retryable of [true, false]) expect(SyncError.fromData(new SyncError(code, '', { retryable }).toData()).retryable).toBe(retryable);
  });

  test('[ER4] the cause, which may hold a token or a message, does not cross the port', () => {
    const error = new SyncError('service-failed', 'no', { cause: new Error('Bearer abc') });
    expect(JSON.stringify(error.toData())).not.toContain('abc');
  });

  test('[ER4] an unknown thrown value becomes `internal` without its text', () => {
    const error = SyncError.from(new TypeError('cannot read body of "hello bob"'));
    expect(error.code).toBe('internal');
    expect(error.message).toBe('unexpected TypeError');
    expect(SyncError.from(error)).toBe(error);
  });
});
