import { hostEnvironment, hostHere } from './hosts/worker-host.ts';
import type { EngineOptions } from './options.ts';
import { createReception } from './reception.ts';
import type { ChatServiceFactory } from './service/chat-service.ts';

/**
 * Makes this worker the host of the engine. Call it once, in the first tick of the worker's script.
 *
 * - Works in a SharedWorker, a dedicated worker and a service worker.
 * - One engine per account; it is made when the first tab says hello.
 *
 * @param setup.service Makes the chat service of an account, such as `easemob()`.
 * @param setup.options Limits and waits; see {@link EngineOptions} for their units and defaults.
 * @throws {SyncError} `unsupported` outside a worker
 */
export function serve(setup: { readonly service: ChatServiceFactory; readonly options?: Partial<EngineOptions> }): void {
  hostHere(createReception({ ...setup, environment: hostEnvironment() }));
}
