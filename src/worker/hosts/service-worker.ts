import type { Reception } from '../reception.ts';

/** Serves the pages of a service worker's scope; replies go to the page that said hello. */
export function hostServiceWorker(scope: ServiceWorkerGlobalScope, reception: Reception): void {
  scope.addEventListener('message', ({ data, source }: ExtendableMessageEvent) => {
    reception.receive(data as unknown, (reply) => source?.postMessage(reply));
  });
}
