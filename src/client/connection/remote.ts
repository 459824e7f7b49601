import * as Comlink from 'comlink';
import { SyncError } from '../../protocol/errors.ts';
import { CALL_TIMEOUT_MS } from '../../protocol/limits.ts';
import { invalid, isRecord } from '../../protocol/take.ts';
import type { Outcome, WorkerApi } from '../../protocol/worker-api.ts';
import type { ClientEnvironment } from '../environment.ts';

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
  /** Sends it, where there is a worker and its options are known. */
  readonly send: () => void;
  /** Says that the worker it may have been sent to is lost. */
  readonly lose: () => void;
  readonly settle: (outcome: Outcome<unknown> | SyncError) => void;
};

type Exposed = { readonly [Method in keyof WorkerApi]: (options: unknown) => Promise<Outcome<unknown>> };

/**
 * Calls that must not reach two workers: the first may have acted, and acting again would show; or only the first knows what
 * they name. Of the SDK's methods all but those that read, and what Moorage takes for done when it is done already.
 */
const ONCE_ONLY = /^(send|retry|discard|load|jump|fill|sdk\.(?!localCache|\w+\.(get|\w+(Conversation|History|Reaction|Mark)|recall|modify|(un)?pin)))/;

/**
 * Calls through Comlink, with what it lacks: its promises stay pending when the worker dies, so nobody waits for them
 * alone; and an answer is lost when its root proxy is collected, so that is held for as long as the worker is.
 *
 * @param onTimeout Called after a call had no answer in time. The worker answers within its own, shorter deadline even
 *   when the service does not, so it may hang.
 */
export function createRemote(environment: Pick<ClientEnvironment, 'setTimer'>, onTimeout: () => void): Remote {
  const calls = new Set<Call>();
  let worker: Comlink.Remote<Exposed> | undefined;
  let failure: SyncError | undefined;

  return {
    call: (method, given) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        /** The one thing a call takes, once it is known; it may be undefined itself. */
        let args: readonly [options: unknown] | undefined;
        let isSent = false;
        let isRetry = false;
        const mayRepeat = (): boolean => !isRetry && !ONCE_ONLY.test(method);

        const call: Call = {
          settle(outcome) {
            cancel();
            calls.delete(call);
            if (outcome instanceof SyncError) reject(outcome);
            else if (outcome.ok) resolve(outcome.value as Result<typeof method>);
            else reject(SyncError.fromData(outcome.error));
          },
          send() {
            if (!worker || !args) return;
            isSent = true;
            worker[method as 'refresh'](...args).then(
              (outcome) => {
                // An engine that ends says so; its lock is free next, and then the call is made again.
                const isLost = !outcome.ok && outcome.error.code === 'worker-lost';
                if (!(isLost && mayRepeat())) call.settle(outcome);
              },
              (error: Error) => call.settle(error.name === 'DataCloneError' ? invalid(uncloneable(args?.[0])) : SyncError.from(error)),
            );
          },
          lose() {
            if (isSent && !mayRepeat()) call.settle(new SyncError('worker-lost', `${method}: no answer`));
            isRetry ||= isSent;
            isSent = false;
          },
        };
        const cancel = environment.setTimer(() => {
          call.settle(new SyncError('timeout', `${method}: no answer`));
          onTimeout();
        }, CALL_TIMEOUT_MS);
        calls.add(call);
        Promise.resolve(given).then((known) => {
          args = [known];
          if (calls.has(call)) call.send();
        }, call.settle);
      }),

    attach(port) {
      worker = Comlink.wrap<Exposed>(port);
      for (const { send } of calls) send();
    },

    detach() {
      worker = undefined;
      for (const { lose } of calls) lose();
    },

    fail(error) {
      failure = error;
      for (const { settle } of calls) settle(error);
    },
  };
}

/** @returns The name of the first option that cannot cross the port. */
function uncloneable(options: unknown): string {
  for (const [name, value] of isRecord(options) ? Object.entries(options) : []) {
    try {
      structuredClone(value);
    } catch {
      return name;
    }
  }
  return 'options';
}
