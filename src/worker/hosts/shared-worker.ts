import type { Reception } from '../reception.ts';

/**
 * Serves the tabs of a SharedWorker. Call in the script's first tick: a `connect` before there is a handler is lost.
 *
 * - Each connecting port is told `restarted`: WebKit re-runs a worker whose process died on the ports that are open,
 *   and says nothing (https://github.com/WebKit/WebKit/pull/71486); a tab that was not welcomed yet ignores it.
 */
export function hostSharedWorker(scope: SharedWorkerGlobalScope, reception: Reception): void {
  scope.addEventListener('connect', (event) => {
    for (const port of event.ports) {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => reception.receive(data, (reply) => port.postMessage(reply)));
      port.start();
      port.postMessage({ moorage: 'restarted' });
    }
  });
}
