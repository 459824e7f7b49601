import type { Reception } from '../reception.ts';

/** Serves the one page that made this dedicated worker. */
export function hostDedicatedWorker(scope: DedicatedWorkerGlobalScope, reception: Reception): void {
  scope.addEventListener('message', ({ data }: MessageEvent<unknown>) => reception.receive(data, (reply) => scope.postMessage(reply)));
}
