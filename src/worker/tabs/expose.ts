import * as Comlink from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';
import { callArguments, checkArguments } from './check-arguments.ts';

type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Serves the calls of one tab on its port.
 *
 * - Arguments are checked first; bad ones change nothing (ER2).
 * - Every call is answered with an {@link Outcome}: Comlink would drop an error's code and details (ER1).
 * - When `ended` aborts, open calls are answered with its reason, and later ones as well (TB3). Only the logging out
 *   that ends the engine is still answered with its own result.
 */
export function exposeCalls(options: { readonly api: WorkerApi; readonly port: MessagePort; readonly ended: AbortSignal }): void {
  const { api, port, ended } = options;
  const whenEnded = new Promise<never>((_resolve, reject) => {
    ended.addEventListener('abort', () => reject(SyncError.from(ended.reason)), { once: true });
  });
  whenEnded.catch(() => undefined);

  const answer = async (name: keyof WorkerApi, args: readonly unknown[]): Promise<Outcome<unknown>> => {
    try {
      checkArguments(name, args);
      ended.throwIfAborted();
      const call = (api[name] as AnyCall)(...args);
      return { ok: true, value: await (name === 'logOut' ? call : Promise.race([call, whenEnded])) };
    } catch (error) {
      return { ok: false, error: SyncError.from(error).toData() };
    }
  };
  const names = Object.keys(callArguments) as (keyof WorkerApi)[];
  Comlink.expose(Object.fromEntries(names.map((name) => [name, (...args: readonly unknown[]) => answer(name, args)])), port);
}
