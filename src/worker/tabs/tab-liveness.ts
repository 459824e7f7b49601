import type { Environment } from '../environment.ts';

/**
 * Learns of a tab's death by the Web Lock it holds (TB2): once the lock can be had, its holder is gone.
 *
 * @param options.lock The lock the tab holds; it must hold it before it says hello.
 * @param options.onGone Called once, unless the watch was ended before.
 * @returns Ends the watch. Idempotent.
 */
export function watchTab(options: { readonly environment: Pick<Environment, 'locks'>; readonly lock: string; readonly onGone: () => void }): () => void {
  const abort = new AbortController();
  const gone = options.environment.locks.request(options.lock, { signal: abort.signal }, async () => undefined);
  gone.then(
    () => {
      if (!abort.signal.aborted) options.onGone();
    },
    () => undefined,
  );
  return () => abort.abort();
}
