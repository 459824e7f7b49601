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
  /** Resolves when the engine has died or was re-run behind our back (TB2, TB4). */
  readonly lost: Promise<void>;
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
 *
 * @throws {SyncError} `worker-unavailable` when there is no welcome within HANDSHAKE_TIMEOUT_MS or the script failed;
 *   `protocol-mismatch`, `account-mismatch` or what else the engine refused with; `unsupported` without Web Locks
 */
export function openWorker({ environment, account, worker }: OpenWorkerOptions): Promise<OpenWorker> {
  const { locks } = environment;
  const over = new AbortController();
  const until = { signal: over.signal };

  return new Promise((resolve, reject) => {
    /** There is one from the welcome on. */
    let die: (() => void) | undefined;
    const fail = (error: unknown): void => {
      if (die) return;
      over.abort();
      cancel();
      reject(SyncError.from(error));
    };
    const giveUp = (): void => fail(new SyncError('worker-unavailable', 'no worker'));
    const cancel = environment.setTimer(giveUp, HANDSHAKE_TIMEOUT_MS);

    const open = async (): Promise<void> => {
      if (!locks) throw new SyncError('unsupported', 'Web Locks');
      const tabId = environment.uniqueId();
      const tabLock = `moorage:tab:${tabId}`;
      await holdLock(locks, tabLock, until);
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
        // Before the welcome, `restarted` is only the host's first start.
        if (reply?.moorage === 'restarted') return die?.();
        if (reply?.tabId !== tabId) return;
        if (reply.moorage === 'refused') return fail(SyncError.fromData(reply.error));
        if (reply.protocol !== PROTOCOL_VERSION) {
          const details = { tab: PROTOCOL_VERSION, worker: reply.protocol };
          return fail(new SyncError('protocol-mismatch', 'build', { details }));
        }
        cancel();
        const lost = new Promise<void>((resolveLost) => waitForDeath(locks, reply.workerLock, until, (die = resolveLost)));
        resolve({ calls, live, lost, close: () => over.abort() });
      };
      endpoint.addEventListener('message', onReply, until);
      host.addEventListener('error', giveUp, until);
      endpoint.start?.();
      const hello: Hello = { moorage: 'hello', protocol: PROTOCOL_VERSION, tabId, tabLock, account, calls: theirCalls, live: theirLive };
      endpoint.postMessage(hello, [theirCalls, theirLive]);
    };
    open().catch(fail);
  });
}
