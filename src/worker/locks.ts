import { SyncError } from '../protocol/errors.ts';
import type { Account } from '../protocol/model.ts';
import type { Environment } from './environment.ts';

/** @returns The Web Lock that one engine per account holds (TB1). */
export function engineLock({ appKey, userId }: Account): string {
  return `moorage:engine:${encodeURIComponent(appKey)}:${encodeURIComponent(userId)}`;
}

/** @returns The Web Lock that tells the tabs whether this engine lives (TB2). */
export function workerLock(instanceId: string): string {
  return `moorage:worker:${instanceId}`;
}

/**
 * Takes a Web Lock and keeps it.
 *
 * @param options.timeoutMs How long to wait for whoever holds it. Undefined: as long as it takes.
 * @returns Gives the lock back. Idempotent.
 * @throws {SyncError} `worker-unavailable` when it could not be had in time
 */
export async function holdLock(
  name: string,
  options: { readonly environment: Pick<Environment, 'locks' | 'setTimer'>; readonly timeoutMs: number | undefined },
): Promise<() => void> {
  const { environment, timeoutMs } = options;
  const abort = new AbortController();
  const cancel = timeoutMs === undefined ? () => undefined : environment.setTimer(() => abort.abort(), timeoutMs);
  return new Promise((resolve, reject) => {
    const whileHeld = (): Promise<void> =>
      new Promise((release) => {
        cancel();
        resolve(release);
      });
    environment.locks.request(name, { signal: abort.signal }, whileHeld).catch((cause: unknown) => {
      cancel();
      reject(new SyncError('worker-unavailable', 'another engine owns the account', { cause, details: { lock: name } }));
    });
  });
}
