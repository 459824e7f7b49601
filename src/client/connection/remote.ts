import { wrap, type Remote as ComlinkRemote } from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import { CALL_TIMEOUT_MS } from '../../protocol/limits.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';
import type { CancelTimer, ClientEnvironment } from '../environment.ts';

/** A call's result, and its arguments, by the method's name. */
export type Arguments<M extends keyof WorkerApi> = Parameters<WorkerApi[M]>;
export type Result<M extends keyof WorkerApi> = Awaited<ReturnType<WorkerApi[M]>>;

/** The calls of a tab to whichever worker it has now. */
export interface Remote {
  /**
   * Calls the worker; waits for one when there is none at the moment. Arguments may still be on their way.
   *
   * - It always settles: within CALL_TIMEOUT_MS, or as soon as the worker is known to be lost (TB3).
   * - A call that may be made twice is made again, once, on the next worker.
   *
   * @throws {SyncError} what the worker answered; `timeout`, `worker-lost`, or the reason given to `fail`
   */
  call<M extends keyof WorkerApi>(method: M, args: Arguments<M> | Promise<Arguments<M>>): Promise<Result<M>>;
  /** Sends what waits, and what is called from now on, through this port. */
  attach(port: MessagePort): void;
  /** The worker is lost: calls in flight wait for the next one, or are rejected with `worker-lost`. */
  detach(): void;
  /** Rejects everything, now and from now on. */
  fail(error: SyncError): void;
}

type Api = ComlinkRemote<{ [M in keyof WorkerApi]: (...args: unknown[]) => Outcome<unknown> }>;

type Call = {
  readonly method: keyof WorkerApi;
  readonly args: unknown[] | Promise<unknown[]>;
  readonly settle: (outcome: Outcome<unknown> | SyncError) => void;
  /** The worker it was sent to; undefined while it waits for one. */
  sentTo?: Api | undefined;
  isRetry: boolean;
};

/** Calls that must not reach two workers: the first may have acted, and acting again would show. */
const ONCE_ONLY: ReadonlySet<keyof WorkerApi> = new Set(['send', 'retry', 'discard', 'loadOlder']);

/**
 * @param options.onTimeout Called after a call had no answer in time. The worker answers within its own, shorter
 *   deadline even when the service does not, so it may hang.
 */
export function createRemote(options: {
  readonly environment: Pick<ClientEnvironment, 'setTimer'>;
  readonly onTimeout: () => void;
}): Remote {
  const calls = new Set<Call>();
  // The root proxy is held here for as long as it is used: Comlink loses answers of a proxy that was collected.
  let api: Api | undefined;
  let failure: SyncError | undefined;

  /** Comlink's promise stays pending for ever when the worker dies, so nothing waits for it: it settles the call, or not. */
  const dispatch = async (call: Call): Promise<void> => {
    const target = api;
    if (target === undefined) return;
    call.sentTo = target;
    let outcome: Outcome<unknown> | SyncError;
    try {
      const args = await call.args;
      if (call.sentTo !== target) return;
      outcome = await target[call.method](...args);
    } catch (error) {
      outcome = SyncError.from(error);
    }
    if (call.sentTo === target) call.settle(outcome);
  };

  return {
    call(method, args) {
      return new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        let cancel: CancelTimer | undefined = undefined;
        const call: Call = {
          method,
          args,
          isRetry: false,
          settle: (outcome) => {
            cancel?.();
            calls.delete(call);
            call.sentTo = undefined;
            if (outcome instanceof SyncError) reject(outcome);
            else if (outcome.ok) resolve(outcome.value as Result<typeof method>);
            else reject(SyncError.fromData(outcome.error));
          },
        };
        cancel = options.environment.setTimer(() => {
          call.settle(new SyncError('timeout', `no answer to ${method} in time`));
          options.onTimeout();
        }, CALL_TIMEOUT_MS);
        calls.add(call);
        void dispatch(call);
      });
    },

    attach(port) {
      api = wrap<Api>(port);
      for (const call of calls) void dispatch(call);
    },

    detach() {
      api = undefined;
      for (const call of calls) {
        if (call.sentTo === undefined) continue;
        call.sentTo = undefined;
        if (call.isRetry || ONCE_ONLY.has(call.method)) {
          call.settle(new SyncError('worker-lost', `the worker was lost before it answered ${call.method}`));
        }
        call.isRetry = true;
      }
    },

    fail(error) {
      failure = error;
      for (const call of calls) call.settle(error);
    },
  };
}
