import { SyncError } from '../../protocol/errors.ts';
import { CALL_TIMEOUT_MS } from '../../protocol/limits.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';
import type { CancelTimer, ClientEnvironment } from '../environment.ts';
import { invalid } from '../sdk/check.ts';
import { comlinkCall, comlinkReturn } from './comlink-messages.ts';

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

type Call = {
  readonly method: keyof WorkerApi;
  /** Undefined while they are on their way. */
  args?: readonly unknown[];
  readonly settle: (outcome: Outcome<unknown> | SyncError) => void;
  isSent?: boolean;
  isRetry?: boolean;
};

/** Calls that must not reach two workers: the first may have acted, and acting again would show. */
const ONCE_ONLY: ReadonlySet<keyof WorkerApi> = new Set(['send', 'retry', 'discard', 'loadOlder']);

const mayRepeat = (call: Call): boolean => !call.isRetry && !ONCE_ONLY.has(call.method);

/**
 * @param options.onTimeout Called after a call had no answer in time. The worker answers within its own, shorter
 *   deadline even when the service does not, so it may hang.
 */
export function createRemote(options: {
  readonly environment: Pick<ClientEnvironment, 'setTimer'>;
  readonly onTimeout: () => void;
}): Remote {
  const calls = new Map<number, Call>();
  let lastId = 0;
  let port: MessagePort | undefined;
  let failure: SyncError | undefined;

  const dispatch = (call: Call, id: number): void => {
    if (!port || !call.args) return;
    try {
      port.postMessage(comlinkCall(id, call.method, call.args));
      call.isSent = true;
    } catch {
      // What crosses the port was checked, up to the two things that are the application's own.
      call.settle(invalid(call.method === 'send' ? 'message' : 'customField'));
    }
  };

  return {
    call: (method, args) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        const id = ++lastId;
        let cancel: CancelTimer | undefined = undefined;
        const settle = (outcome: Outcome<unknown> | SyncError): void => {
          cancel?.();
          calls.delete(id);
          if (outcome instanceof SyncError) reject(outcome);
          else if (outcome.ok) resolve(outcome.value as Result<typeof method>);
          else reject(SyncError.fromData(outcome.error));
        };
        cancel = options.environment.setTimer(() => {
          settle(new SyncError('timeout', `${method}: no answer in time`));
          options.onTimeout();
        }, CALL_TIMEOUT_MS);
        const call: Call = { method, settle };
        calls.set(id, call);
        const start = (known: readonly unknown[]): void => {
          call.args = known;
          if (calls.has(id)) dispatch(call, id);
        };
        if (args instanceof Promise) args.then(start, settle);
        else start(args);
      }),

    attach(newPort) {
      port = newPort;
      port.onmessage = ({ data }) => {
        const { id, value } = comlinkReturn(data);
        const call = calls.get(id);
        const outcome = value as Outcome<unknown>;
        // An engine that ends says so; its lock is free next, and then the call is made again.
        const isLost = outcome.ok === false && outcome.error.code === 'worker-lost';
        if (call && !(isLost && mayRepeat(call))) call.settle(outcome);
      };
      calls.forEach(dispatch);
    },

    detach() {
      port = undefined;
      for (const call of calls.values()) {
        if (!call.isSent) continue;
        if (!mayRepeat(call)) call.settle(new SyncError('worker-lost', `${call.method}: the worker died before it answered`));
        call.isSent = false;
        call.isRetry = true;
      }
    },

    fail(error) {
      failure = error;
      for (const call of calls.values()) call.settle(error);
    },
  };
}
