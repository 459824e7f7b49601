import { SyncError } from '../../protocol/errors.ts';
import { browserEnvironment, type Environment } from '../environment.ts';
import type { Reception } from '../reception.ts';
import { hostDedicatedWorker } from './dedicated-worker.ts';
import { hostServiceWorker } from './service-worker.ts';
import { hostSharedWorker } from './shared-worker.ts';

/** @returns What the engine takes from the worker it runs in. */
export function hostEnvironment(): Environment {
  return browserEnvironment();
}

/**
 * Serves in whatever kind of worker this is.
 *
 * @throws {SyncError} `unsupported` where there is no worker's global scope
 */
export function hostHere(reception: Reception): void {
  const scope = self as unknown;
  if (isScope<SharedWorkerGlobalScope>(scope, 'SharedWorkerGlobalScope')) return hostSharedWorker(scope, reception);
  if (isScope<ServiceWorkerGlobalScope>(scope, 'ServiceWorkerGlobalScope')) return hostServiceWorker(scope, reception);
  if (isScope<DedicatedWorkerGlobalScope>(scope, 'DedicatedWorkerGlobalScope')) return hostDedicatedWorker(scope, reception);
  throw new SyncError('unsupported', 'not in a worker');
}

/** The SDK's adapter makes `self.window` of the worker's scope, so that looks say nothing: the constructor does. */
function isScope<Scope>(scope: unknown, name: string): scope is Scope {
  const constructor = (globalThis as { readonly [name: string]: unknown })[name];
  return typeof constructor === 'function' && scope instanceof constructor;
}
