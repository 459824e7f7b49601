import type { SyncError } from '../../../protocol/errors.ts';
import { mapError, timeoutError, unsettledError } from './map-error.ts';
import { watchRequests } from './watch-requests.ts';

/**
 * How long an answer that has arrived may take to settle the SDK's promise. Unit: ms. The SDK reads an answer in one
 * task, so anything above 0 would do; this much survives a machine that is busy with other things.
 */
const SETTLE_GRACE_MS = 1000;

/** Calls of the SDK that settle, each within its deadline (TB3). */
export interface Calls {
  /**
   * Starts a call and reads its answer.
   *
   * @param timeoutMs From now on.
   * @returns What `read` made of the answer.
   * @throws {SyncError} Mapped from whatever the SDK threw, rejected or left undone; or what `read` threw.
   */
  run<T>(start: () => Promise<unknown>, read: (answer: unknown) => T, timeoutMs: number): Promise<T>;
  /** Rejects all pending calls; their answers are ignored from then on. */
  rejectAll(error: SyncError): void;
}

export function createCalls(): Calls {
  const pending = new Set<(error: SyncError) => void>();
  return {
    run: (start, read, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timers: ReturnType<typeof setTimeout>[] = [];
        const finish = (settle: () => void): void => {
          timers.forEach((timer) => clearTimeout(timer));
          pending.delete(fail);
          settle();
        };
        const fail = (error: unknown): void => finish(() => reject(mapError(error)));
        const failIn = (delayMs: number, error: () => SyncError): void => {
          timers.push(setTimeout(() => fail(error()), delayMs));
        };
        pending.add(fail);
        failIn(timeoutMs, () => timeoutError(timeoutMs));
        try {
          const { result, requests } = watchRequests(start);
          requests.onEnd(() => {
            if (pending.has(fail)) failIn(SETTLE_GRACE_MS, () => unsettledError(requests.outcome() ?? { status: 0 }));
          });
          result.then(
            (answer) => {
              try {
                const value = read(answer);
                finish(() => resolve(value));
              } catch (error) {
                fail(error);
              }
            },
            (error: unknown) => fail(mapError(error, requests.outcome())),
          );
        } catch (error) {
          fail(error);
        }
      }),
    rejectAll: (error) => {
      for (const fail of [...pending]) fail(error);
    },
  };
}
