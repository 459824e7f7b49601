import { SyncError } from '../../protocol/errors.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../../protocol/limits.ts';
import type { Account } from '../../protocol/model.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Hello, HelloReply } from '../../protocol/wire.ts';
import type { ClientEnvironment } from '../environment.ts';
import { holdLock, waitForDeath } from './tab-lock.ts';
import type { MessageEndpoint, WorkerFactory, WorkerHost } from './worker-host.ts';

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

type Welcome = Extract<HelloReply, { readonly moorage: 'welcome' }>;

/**
 * Says hello and waits for the welcome, for as long as the host is silent: the caller has the deadline.
 *
 * - Replies meant for other connections of the same host are left alone.
 */
function greet(options: {
  readonly host: WorkerHost;
  readonly endpoint: MessageEndpoint;
  readonly hello: Hello;
  readonly until: AbortSignal;
  readonly onRestart: () => void;
}): Promise<Welcome> {
  const { host, endpoint, hello, until } = options;
  return new Promise((resolve, reject) => {
    let isWelcome = false;
    const onReply = (event: Event): void => {
      const reply = (event as MessageEvent<HelloReply | null>).data;
      // Before the welcome this is only the host's first start.
      if (reply?.moorage === 'restarted') {
        if (isWelcome) options.onRestart();
      } else if (reply?.tabId !== hello.tabId) return;
      else if (reply.moorage === 'refused') reject(SyncError.fromData(reply.error));
      else if (reply.protocol !== PROTOCOL_VERSION) {
        const details = { tab: PROTOCOL_VERSION, worker: reply.protocol };
        reject(new SyncError('protocol-mismatch', 'another build', { details }));
      }
      else {
        isWelcome = true;
        resolve(reply);
      }
    };
    endpoint.addEventListener('message', onReply, { signal: until });
    host.addEventListener('error', () => reject(new SyncError('worker-unavailable', 'the worker did not start')), { signal: until });
    endpoint.start?.();
    endpoint.postMessage(hello, [hello.calls, hello.live]);
  });
}

/**
 * Opens a worker and shakes hands with its engine.
 *
 * - The tab's lock is held before the hello is sent: the engine never takes a living tab for a dead one.
 * - A constructor's success proves nothing: only the welcome counts (TB5). It does not wait for the network.
 * - `onLost` is called when a welcomed engine has died or was re-run behind our back (TB2, TB4).
 *
 * @throws {SyncError} `worker-unavailable` when there is no welcome within HANDSHAKE_TIMEOUT_MS or the script failed;
 *   `protocol-mismatch`, `account-mismatch` or what else the engine refused with; `unsupported` without Web Locks
 */
export async function openWorker(options: OpenWorkerOptions & { readonly onLost: () => void }): Promise<OpenWorker> {
  const { environment, account, worker, onLost } = options;
  const over = new AbortController();
  const until = over.signal;

  const open = async (): Promise<OpenWorker> => {
    const { locks } = environment;
    if (!locks) throw new SyncError('unsupported', 'no Web Locks');
    const tabId = environment.uniqueId();
    const tabLock = `moorage:tab:${tabId}`;
    await holdLock(locks, tabLock, until);
    const host = await worker(`moorage:${PROTOCOL_VERSION}:${account.appKey}:${account.userId}`);
    const endpoint = 'port' in host ? (host.port as MessageEndpoint) : host;
    const calls = new MessageChannel();
    const live = new MessageChannel();
    const close = (): void => {
      for (const each of [calls.port1, live.port1, endpoint]) each.close?.();
      endpoint.terminate?.();
    };
    until.addEventListener('abort', close);
    if (until.aborted) close();
    until.throwIfAborted();
    const { workerLock } = await greet({
      host,
      endpoint,
      hello: { moorage: 'hello', protocol: PROTOCOL_VERSION, tabId, tabLock, account, calls: calls.port2, live: live.port2 },
      until,
      onRestart: onLost,
    });
    waitForDeath(locks, workerLock, until, onLost);
    return { calls: calls.port1, live: live.port1, close: () => over.abort() };
  };

  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      over.abort();
      reject(SyncError.from(error));
    };
    const cancel = environment.setTimer(() => fail(new SyncError('worker-unavailable', 'the worker did not answer')), HANDSHAKE_TIMEOUT_MS);
    open().then(resolve, fail).finally(cancel);
  });
}
