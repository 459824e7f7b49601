import { onTestFinished, vi } from 'vitest';
import type { Chat } from '../../../src/client/chat.ts';
import { connect, type ConnectOptions } from '../../../src/client/connect.ts';
import { SyncError, type SyncErrorCode } from '../../../src/protocol/errors.ts';
import { createFakePage, type FakePage } from './fake-page.ts';
import { createFakeWorker, type FakeWorker } from './fake-worker.ts';

export const account = { appKey: 'org#app', userId: 'alice' };

export type Harness = { readonly page: FakePage; readonly worker: FakeWorker; readonly options: ConnectOptions };

/** A page and a worker, not connected yet. */
export function prepare(): Harness {
  const page = createFakePage();
  const worker = createFakeWorker(page.locks);
  onTestFinished(() => worker.close());
  return { page, worker, options: { account, token: () => 'token', worker: worker.factory, environment: page } };
}

/** A page, a worker and the connection between them. */
export async function connected(options: Partial<ConnectOptions> = {}): Promise<Harness & { readonly chat: Chat }> {
  const harness = prepare();
  const chat = await connect({ ...harness.options, ...options });
  onTestFinished(() => chat.close());
  return { ...harness, chat };
}

/** Waits until the ports have carried what the check needs. */
export function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 60_000, interval: 1 });
}

/**
 * Long enough for what must not happen to have happened: several turns of the event loop. On a slow machine timers that fell due
 * meanwhile fire one after another; an immediate comes only after the ports had their turn.
 */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(() => setImmediate(resolve), 1));
}

/** @returns The SyncError that the promise rejects with; anything else fails the test. */
export async function rejection(promise: Promise<unknown>, code: SyncErrorCode): Promise<SyncError> {
  const reason: unknown = await promise.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
  if (!(reason instanceof SyncError)) throw new Error(`not a SyncError: ${String(reason)}`);
  if (reason.code !== code) throw new Error(`${reason.code} instead of ${code}: ${reason.message}`);
  return reason;
}
