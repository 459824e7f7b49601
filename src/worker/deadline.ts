import { SyncError } from '../protocol/errors.ts';
import type { Environment } from './environment.ts';

/**
 * Settles as the promise does, or rejects when that takes too long: nobody waits for the dead (TB3).
 *
 * @param options.what Names the thing that was waited for, in the error's message.
 * @throws {SyncError} `timeout`
 */
export function withDeadline<T>(
  promise: Promise<T>,
  options: { readonly environment: Pick<Environment, 'setTimer'>; readonly timeoutMs: number; readonly what: string },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = options.environment.setTimer(() => reject(late(options.what)), options.timeoutMs);
    promise.then(resolve, reject).finally(cancel);
  });
}

/** @returns The error of what did not answer in time. */
export function late(what: string): SyncError {
  return new SyncError('timeout', `no answer in time: ${what}`);
}
