import { SyncError } from '../protocol/errors.ts';
import type { Account } from '../protocol/model.ts';
import { isName, isRecord, take } from '../protocol/take.ts';
import type { Chat } from './chat.ts';
import { createConnection } from './connection/connection.ts';
import type { WorkerFactory } from './connection/worker-host.ts';
import { createRemote } from './connection/remote.ts';
import { createChat } from './create-chat.ts';
import { browserEnvironment, type ClientEnvironment } from './environment.ts';
import { createLiveStore } from './store/live-store.ts';

const isFunction = (value: unknown): value is () => unknown => typeof value === 'function';

export type ConnectOptions = {
  readonly account: Account;
  /** Gives a fresh token of the account. Asked when the service wants one; it never reaches storage or logs (ER4). */
  readonly token: () => string | Promise<string>;
  readonly worker: WorkerFactory;
  /** For tests: time, locks and page events of their own. */
  readonly environment?: ClientEnvironment;
};

/**
 * Connects this tab to the engine of an account, starting it if it is the first.
 *
 * - It resolves as soon as the engine has welcomed the tab: it never waits for the network.
 * - The connection outlives its worker: when that dies a new one is made, and live queries go on (TB4).
 *
 * @throws {SyncError} `invalid-argument`; `worker-unavailable` when no worker answered in time; `protocol-mismatch` when a
 *   worker of another build did; `account-mismatch`; `unsupported` on a page without Web Locks
 * @see docs/SPEC.md TB2-TB7
 */
export async function connect(options: ConnectOptions): Promise<Chat> {
  const given = take(options, 'account', isRecord);
  const account = { appKey: take(given, 'appKey', isName), userId: take(given, 'userId', isName) };
  take(options, 'token', isFunction);
  take(options, 'worker', isFunction);
  const { token, worker, environment = browserEnvironment() } = options;
  const store = createLiveStore(environment, async () => take({ token: await token() }, 'token', isName));
  const remote = createRemote(environment, () => connection.renew());
  // The state is always known: what the tab itself has to say about it needs somebody to be subscribed.
  const status = store.hold<'status'>({ type: 'status' });

  const connection = await createConnection(
    { environment, account, worker },
    {
      attach({ calls, live }) {
        store.attach(live);
        remote.attach(calls);
      },
      detach() {
        store.detach();
        remote.detach();
      },
      fail(error, isFinal) {
        status.publish({ type: 'degraded', reason: error.toData() });
        if (isFinal) close(error);
      },
    },
  );

  const stopWatching = environment.watchPage((signal) => {
    store.presence.signal(signal);
    // A page that was cached may have been given up for dead, and has missed what was said meanwhile.
    if (signal === 'resume') connection.renew();
    if (signal === 'visible' || signal === 'online') connection.wake();
  });
  const close = (reason: SyncError): void => {
    stopWatching();
    connection.close();
    remote.fail(reason);
  };
  return {
    account,
    ...createChat(remote.call, store),
    close: () => close(new SyncError('closed', 'closed')),
  };
}
