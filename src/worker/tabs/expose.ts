import * as Comlink from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';

type AnyCall = (options: never) => Promise<unknown>;

/** Serves the calls of one tab on its port. */
export type Expose = (api: WorkerApi, port: MessagePort) => void;

/**
 * Serves the calls of an engine's tabs.
 *
 * - Every call is answered with an {@link Outcome}: Comlink would drop an error's code and details (ER1).
 * - When `ended` aborts, open calls are answered with its reason, and later ones as well (TB3). Only the logging out
 *   that ends the engine is still answered with its own result.
 * - A call that was answered leaves nothing behind, as it would if it raced against a promise of the engine's end.
 */
export function createExpose(ended: AbortSignal): Expose {
  const open = new Set<(reason: unknown) => void>();
  ended.addEventListener('abort', () => open.forEach((reject) => reject(ended.reason)));

  const unlessEnded = (result: Promise<unknown>): Promise<unknown> => {
    let stop: (reason: unknown) => void = () => undefined;
    const outcome = new Promise((resolve, reject) => {
      stop = reject;
      result.then(resolve, reject);
    });
    open.add(stop);
    return outcome.finally(() => open.delete(stop));
  };

  const answered = (name: string, call: AnyCall) => async (given: never): Promise<Outcome<unknown>> => {
    try {
      ended.throwIfAborted();
      const result = call(given);
      return { ok: true, value: await (name === 'logOut' ? result : unlessEnded(result)) };
    } catch (error) {
      return { ok: false, error: SyncError.from(error).toData() };
    }
  };

  return (api, port) => {
    const calls = Object.entries<AnyCall>({ ...api });
    Comlink.expose(Object.fromEntries(calls.map(([name, call]) => [name, answered(name, call)])), port);
  };
}
