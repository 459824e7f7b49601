import * as Comlink from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import { CALL_TIMEOUT_MS } from '../../protocol/limits.ts';
import { invalid } from '../../protocol/take.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';
import type { CancelTimer, ClientEnvironment } from '../environment.ts';

/** A call's options, and its result, by the method's name. */
export type Options<M extends keyof WorkerApi> = Parameters<WorkerApi[M]>[0];
export type Result<M extends keyof WorkerApi> = Awaited<ReturnType<WorkerApi[M]>>;

/** The calls of a tab to whichever worker it has now. */
export interface Remote {
  /**
   * Calls the worker; waits for one when there is none at the moment. Options may still be on their way.
   *
   * - It always settles: within CALL_TIMEOUT_MS, or as soon as the worker is known to be lost (TB3).
   * - A call that may be made twice is made again, once, on the next worker.
   *
   * @throws {SyncError} what the worker answered; `invalid-argument` naming what cannot be cloned; `timeout`,
   *   `worker-lost`, or the reason given to `fail`
   */
  call<M extends keyof WorkerApi>(method: M, options?: Options<M> | Promise<Options<M>>): Promise<Result<M>>;
  /** Sends what waits, and what is called from now on, through this port. */
  attach(port: MessagePort): void;
  /** The worker is lost: calls in flight wait for the next one, or are rejected with `worker-lost`. */
  detach(): void;
  /** Rejects everything, now and from now on. */
  fail(error: SyncError): void;
}

type Call = {
  readonly method: keyof WorkerApi;
  /** Undefined while they are on their way; then the one thing a call takes, which may be undefined itself. */
  args?: readonly [options: unknown];
  readonly settle: (outcome: Outcome<unknown> | SyncError) => void;
  isSent?: boolean;
  isRetry?: boolean;
};

type Exposed = { readonly [Method in keyof WorkerApi]: (options: unknown) => Promise<Outcome<unknown>> };

/** Calls that must not reach two workers: the first may have acted, and acting again would show. */
const ONCE_ONLY: ReadonlySet<keyof WorkerApi> = new Set(['send', 'retry', 'discard', 'loadOlder']);

const mayRepeat = (call: Call): boolean => !call.isRetry && !ONCE_ONLY.has(call.method);

/**
 * Calls through Comlink, with what it lacks: its promises stay pending when the worker dies, so nobody waits for them
 * alone; and an answer is lost when its root proxy is collected, so that is held for as long as the worker is.
 *
 * @param options.onTimeout Called after a call had no answer in time. The worker answers within its own, shorter
 *   deadline even when the service does not, so it may hang.
 */
export function createRemote(options: {
  readonly environment: Pick<ClientEnvironment, 'setTimer'>;
  readonly onTimeout: () => void;
}): Remote {
  const calls = new Set<Call>();
  let worker: Comlink.Remote<Exposed> | undefined;
  let failure: SyncError | undefined;

  const dispatch = (call: Call): void => {
    if (!worker || !call.args) return;
    call.isSent = true;
    worker[call.method](...call.args).then(
      (outcome) => {
        // An engine that ends says so; its lock is free next, and then the call is made again.
        const isLost = !outcome.ok && outcome.error.code === 'worker-lost';
        if (!(isLost && mayRepeat(call))) call.settle(outcome);
      },
      (error: Error) => call.settle(error.name === 'DataCloneError' ? invalid(uncloneable(call.args?.[0])) : SyncError.from(error)),
    );
  };

  return {
    call: (method, given) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        let cancel: CancelTimer | undefined = undefined;
        const settle = (outcome: Outcome<unknown> | SyncError): void => {
          cancel?.();
          calls.delete(call);
          if (outcome instanceof SyncError) reject(outcome);
          else if (outcome.ok) resolve(outcome.value as Result<typeof method>);
          else reject(SyncError.fromData(outcome.error));
        };
        const call: Call = { method, settle };
        cancel = options.environment.setTimer(() => {
          settle(new SyncError('timeout', `${method}: no answer in time`));
          options.onTimeout();
        }, CALL_TIMEOUT_MS);
        calls.add(call);
        Promise.resolve(given).then((known) => {
          call.args = [known];
          if (calls.has(call)) dispatch(call);
        }, settle);
      }),

    attach(port) {
      worker = Comlink.wrap<Exposed>(port);
      calls.forEach(dispatch);
    },

    detach() {
      worker = undefined;
      for (const call of calls) {
        if (!call.isSent) continue;
        if (!mayRepeat(call)) call.settle(new SyncError('worker-lost', `${call.method}: the worker died`));
        call.isSent = false;
        call.isRetry = true;
      }
    },

    fail(error) {
      failure = error;
      for (const call of calls) call.settle(error);
    },
  };
}

/** @returns The name of the first option that cannot cross the port. */
function uncloneable(options: unknown): string {
  for (const [name, value] of Object.entries(options as object)) {
    try {
      structuredClone(value);
    } catch {
      return name;
    }
  }
  return 'options';
}
