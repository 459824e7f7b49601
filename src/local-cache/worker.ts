import { hostEnvironment } from '../worker/hosts/worker-host.ts';
import type { EngineOptions } from '../worker/options.ts';
import { serve } from '../worker/serve.ts';
import { createTabsService } from '../worker/service/tabs/tabs-service.ts';

/**
 * Makes this SharedWorker the store behind `moorage/local-cache`. Call it once, in the first tick of the worker's script.
 *
 * - It connects to nothing: it asks through the SDK connections of the tabs, and hears what they are told.
 *
 * @param options Limits and waits; see {@link EngineOptions}.
 */
export function serveLocalCache(options: Partial<EngineOptions> = {}): void {
  const tabs = createTabsService({ environment: hostEnvironment() });
  self.addEventListener('connect', (event) => {
    for (const port of (event as MessageEvent).ports) port.addEventListener('message', ({ data }: MessageEvent<unknown>) => tabs.receive(data));
  });
  serve({ service: tabs.factory, options });
}
