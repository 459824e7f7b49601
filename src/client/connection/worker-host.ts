/** What a hello can be posted to, and where its reply arrives: all that is used of a worker host. */
export interface MessageEndpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void, options: { readonly signal: AbortSignal }): void;
  /** Called when the connection ends, where there is one. */
  close?(): void;
  /** Called when the connection ends, where there is one. */
  terminate?(): void;
  start?(): void;
}

/**
 * What the application's `worker` callback may give: a SharedWorker, a dedicated Worker, a MessagePort that leads to a
 * host, or an object of its own that posts to a service worker and listens to `navigator.serviceWorker`.
 */
export type WorkerHost = SharedWorker | MessageEndpoint;

/**
 * Makes the worker of this name, or joins it. It is called again for each new connection and must give a fresh object
 * each time: what it gave before was closed.
 */
export type WorkerFactory = (name: string) => WorkerHost | Promise<WorkerHost>;
