import { SyncError } from '../../protocol/errors.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../../protocol/limits.ts';
import type { Account } from '../../protocol/model.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Hello, HelloReply } from '../../protocol/wire.ts';
import type { ClientEnvironment } from '../environment.ts';
import { holdLock, waitForDeath } from './tab-lock.ts';
import type { MessageEndpoint, WorkerFactory } from './worker-host.ts';

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
 * - Replies meant for other connections of the same host are left alone.
 * - `onLost` is called when a welcomed engine has died or was re-run behind our back (TB2, TB4).
 *
 * @throws {SyncError} `worker-unavailable` when there is no welcome within HANDSHAKE_TIMEOUT_MS or the script failed;
 *   `protocol-mismatch`, `account-mismatch` or what else the engine refused with; `unsupported` without Web Locks
 */
export function openWorker(options: OpenWorkerOptions & { readonly onLost: () => void }): Promise<OpenWorker> {
  const { environment, account, worker, onLost } = options;
  const { locks } = environment;
  const over = new AbortController();
  const listening = { signal: over.signal };

  return new Promise((resolve, reject) => {
    let isWelcome = false;
    const fail = (error: unknown): void => {
      if (isWelcome) return;
      over.abort();
      cancel();
      reject(SyncError.from(error));
    };
    const failUnavailable = (why: string): void => fail(new SyncError('worker-unavailable', `the worker did not ${why}`));
    const cancel = environment.setTimer(() => failUnavailable('answer'), HANDSHAKE_TIMEOUT_MS);

    const open = async (): Promise<void> => {
      if (!locks) throw new SyncError('unsupported', 'no Web Locks');
      const tabId = environment.uniqueId();
      const tabLock = `moorage:tab:${tabId}`;
      await holdLock(locks, tabLock, over.signal);
      const host = await worker(`moorage:${PROTOCOL_VERSION}:${account.appKey}:${account.userId}`);
      const endpoint = 'port' in host ? (host.port as MessageEndpoint) : host;
      const { port1: calls, port2: theirCalls } = new MessageChannel();
      const { port1: live, port2: theirLive } = new MessageChannel();
      const close = (): void => {
        for (const each of [calls, live, endpoint]) each.close?.();
        endpoint.terminate?.();
      };
      over.signal.addEventListener('abort', close);
      if (over.signal.aborted) return close();

      const onReply = (event: Event): void => {
        const reply = (event as MessageEvent<HelloReply | null>).data;
        // Before the welcome this is only the host's first start.
        if (reply?.moorage === 'restarted') {
          if (isWelcome) onLost();
        } else if (reply?.tabId !== tabId) return;
        else if (reply.moorage === 'refused') fail(SyncError.fromData(reply.error));
        else if (reply.protocol !== PROTOCOL_VERSION) {
          const details = { tab: PROTOCOL_VERSION, worker: reply.protocol };
          fail(new SyncError('protocol-mismatch', 'another build', { details }));
        } else {
          isWelcome = true;
          cancel();
          waitForDeath(locks, reply.workerLock, over.signal, onLost);
          resolve({ calls, live, close: () => over.abort() });
        }
      };
      endpoint.addEventListener('message', onReply, listening);
      host.addEventListener('error', () => failUnavailable('start'), listening);
      endpoint.start?.();
      const hello: Hello = { moorage: 'hello', protocol: PROTOCOL_VERSION, tabId, tabLock, account, calls: theirCalls, live: theirLive };
      endpoint.postMessage(hello, [theirCalls, theirLive]);
    };
    open().catch(fail);
  });
}
