import * as Comlink from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';

type AnyCall = (options: never) => Promise<unknown>;

/** What comes before the names of the SDK's methods. */
const SDK = 'sdk.';

/** Serves the calls of one tab on its port. */
export type Expose = (api: WorkerApi, port: MessagePort) => void;

/** Calls a method of the SDK, whatever its name. */
export type CallSdk = (method: string, given: unknown) => Promise<unknown>;

/**
 * Serves the calls of an engine's tabs.
 *
 * - Every call is answered with an {@link Outcome}: Comlink would drop an error's code and details (ER1).
 * - When `ended` aborts, open calls are answered with its reason, and later ones as well (TB3). Only the logging out
 *   that ends the engine is still answered with its own result.
 * - A call that was answered leaves nothing behind, as it would if it raced against a promise of the engine's end.
 */
export function createExpose(ended: AbortSignal, callSdk: CallSdk): Expose {
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
    const calls = Object.fromEntries(Object.entries<AnyCall>({ ...api }).map(([name, call]) => [name, answered(name, call)]));
    const get = (_calls: object, name: string): unknown =>
      name.startsWith(SDK) ? answered(name, (given) => callSdk(name.slice(SDK.length), given)) : calls[name];
    Comlink.expose(new Proxy(calls, { get }), port);
  };
}
