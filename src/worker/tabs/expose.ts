import * as Comlink from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';

type AnyCall = (options: never) => Promise<unknown>;

/**
 * Serves the calls of one tab on its port.
 *
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

  const answered = (name: string, call: AnyCall) => async (given: never): Promise<Outcome<unknown>> => {
    try {
      ended.throwIfAborted();
      const result = call(given);
      return { ok: true, value: await (name === 'logOut' ? result : Promise.race([result, whenEnded])) };
    } catch (error) {
      return { ok: false, error: SyncError.from(error).toData() };
    }
  };
  const calls = Object.entries<AnyCall>({ ...api });
  Comlink.expose(Object.fromEntries(calls.map(([name, call]) => [name, answered(name, call)])), port);
}
