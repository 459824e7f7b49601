import { SyncError } from '../../protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Hello, HelloReply } from '../../protocol/wire.ts';
import type { Cleanups } from './cleanups.ts';

/**
 * What the application's `worker` callback may give: a SharedWorker, a dedicated Worker, a MessagePort that leads to a
 * host, or the ServiceWorker that controls the page.
 */
export type WorkerHost = SharedWorker | Worker | MessagePort | ServiceWorker;

/** An engine's consent to serve this tab. */
export type Welcome = Extract<HelloReply, { readonly moorage: 'welcome' }>;

/** What all hosts have in common; `start`, `close` and `terminate` where they have them. */
type Endpoint = EventTarget & {
  postMessage(message: unknown, transfer: Transferable[]): void;
  start?(): void;
  close?(): void;
  terminate?(): void;
};

/**
 * Says hello and waits for the welcome.
 *
 * - Replies meant for other connections of the same host are left alone.
 * - `onRestart` is called when the host announces, after its welcome, that it was run again (TB4).
 *
 * @returns The welcome. Pending for as long as the host is silent: the caller has the deadline.
 * @throws {SyncError} what the engine refused with, `worker-unavailable` when the script failed, `protocol-mismatch`
 */
export function shakeHands(options: {
  readonly host: WorkerHost;
  readonly hello: Hello;
  /** Where a service worker's replies arrive. */
  readonly serviceWorkerReplies: () => EventTarget | undefined;
  readonly cleanups: Cleanups;
  readonly onRestart: () => void;
}): Promise<Welcome> {
  const { host, hello, cleanups } = options;
  const endpoint = ('port' in host ? host.port : host) as Endpoint;
  cleanups.add(() => {
    endpoint.close?.();
    endpoint.terminate?.();
  });
  const replies = 'scriptURL' in host ? (options.serviceWorkerReplies() ?? endpoint) : endpoint;
  return new Promise((resolve, reject) => {
    let isWelcome = false;
    const listen = (target: EventTarget, type: string, listener: (event: Event) => void): void => {
      target.addEventListener(type, listener);
      cleanups.add(() => target.removeEventListener(type, listener));
    };
    listen(replies, 'message', (event) => {
      const reply = (event as MessageEvent<HelloReply | null>).data;
      if (reply?.moorage === 'restarted') {
        // Before the welcome this is only the host's first start.
        if (isWelcome) options.onRestart();
      } else if (reply?.tabId === hello.tabId) {
        if (reply.moorage === 'refused') return reject(SyncError.fromData(reply.error));
        if (reply.protocol !== PROTOCOL_VERSION) return reject(mismatch(reply.protocol));
        isWelcome = true;
        resolve(reply);
      }
    });
    listen(host, 'error', () => reject(new SyncError('worker-unavailable', 'the worker failed to start')));
    endpoint.start?.();
    endpoint.postMessage(hello, [hello.calls, hello.live]);
  });
}

function mismatch(worker: number): SyncError {
  return new SyncError('protocol-mismatch', 'tab and worker come from different builds', {
    details: { tab: PROTOCOL_VERSION, worker },
  });
}
