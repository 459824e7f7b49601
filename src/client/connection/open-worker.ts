import { SyncError } from '../../protocol/errors.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../../protocol/limits.ts';
import type { Account } from '../../protocol/model.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { ClientEnvironment } from '../environment.ts';
import { createCleanups } from './cleanups.ts';
import { withDeadline } from './deadline.ts';
import { shakeHands, type WorkerHost } from './shake-hands.ts';
import { holdLock, waitForDeath } from './tab-lock.ts';

/**
 * Makes the worker of this name, or joins it. It is called again for each new connection and must give a fresh object
 * each time: what it gave before was closed.
 */
export type WorkerFactory = (name: string) => WorkerHost | Promise<WorkerHost>;

/** An engine that has welcomed this tab. */
export interface OpenWorker {
  readonly calls: MessagePort;
  readonly live: MessagePort;
  /** Lets go of everything: ports, host, locks. Idempotent. */
  close(): void;
}

export type OpenWorkerOptions = {
  readonly environment: ClientEnvironment;
  readonly account: Account;
  readonly worker: WorkerFactory;
};

/**
 * Opens a worker and shakes hands with its engine.
 *
 * - The tab's lock is held before the hello is sent: the engine never takes a living tab for a dead one.
 * - A constructor's success proves nothing: only the welcome counts (TB5). It does not wait for the network.
 * - `onLost` is called when a welcomed engine has died or was re-run behind our back (TB2, TB4).
 *
 * @throws {SyncError} `worker-unavailable` when there is no welcome within HANDSHAKE_TIMEOUT_MS or the script failed;
 *   `protocol-mismatch`, `account-mismatch` or what else the engine refused with
 */
export async function openWorker(options: OpenWorkerOptions & { readonly onLost: () => void }): Promise<OpenWorker> {
  const { environment, account, worker, onLost } = options;
  const cleanups = createCleanups();
  const open = async (): Promise<OpenWorker> => {
    const tabId = environment.uniqueId();
    const tabLock = `moorage:tab:${tabId}`;
    cleanups.add(await holdLock(environment.locks, tabLock));
    const host = await worker(`moorage:${PROTOCOL_VERSION}:${account.appKey}:${account.userId}`);
    const calls = new MessageChannel();
    const live = new MessageChannel();
    cleanups.add(() => {
      calls.port1.close();
      live.port1.close();
    });
    const welcome = await shakeHands({
      host,
      hello: { moorage: 'hello', protocol: PROTOCOL_VERSION, tabId, tabLock, account, calls: calls.port2, live: live.port2 },
      serviceWorkerReplies: () => environment.serviceWorkerReplies(),
      cleanups,
      onRestart: onLost,
    });
    cleanups.add(waitForDeath(environment.locks, welcome.workerLock, onLost));
    return { calls: calls.port1, live: live.port1, close: () => cleanups.run() };
  };
  try {
    return await withDeadline(open(), {
      environment,
      timeoutMs: HANDSHAKE_TIMEOUT_MS,
      makeError: () => new SyncError('worker-unavailable', 'no worker answered the handshake in time'),
    });
  } catch (error) {
    cleanups.run();
    throw SyncError.from(error);
  }
}
