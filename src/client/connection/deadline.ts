import type { SyncError } from '../../protocol/errors.ts';
import type { ClientEnvironment } from '../environment.ts';

/**
 * Settles as the promise does, or rejects with `makeError()` when that takes longer than `timeoutMs`. The promise itself
 * goes on; what it brings later is ignored.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  options: {
    readonly environment: Pick<ClientEnvironment, 'setTimer'>;
    readonly timeoutMs: number;
    readonly makeError: () => SyncError;
  },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = options.environment.setTimer(() => reject(options.makeError()), options.timeoutMs);
    promise.then(resolve, reject).finally(cancel);
  });
}
