import { isRecord } from '../protocol/take.ts';
import type { Remote } from './connection/remote.ts';

type Callback = (value: unknown) => void;

/** Calls a method of the SDK in the worker, by its name: `group.getGroupInfo`. */
export type CallSdk = (method: string, ...given: readonly unknown[]) => Promise<unknown>;

/**
 * Makes the call of the SDK's methods: what they are given is handed over as it is, for the worker to check.
 *
 * - Only the callbacks that the SDK's older methods take stay here. They are told what the promise brings; one that
 *   throws ends as an unhandled rejection, and the promise is not touched by it.
 * - Without any, a single argument crosses whole: it may be a file, of which a copy would be empty.
 */
export function createCallSdk(call: Remote['call']): CallSdk {
  return (method, ...given) => {
    const [options] = given;
    if (given.length !== 1 || !isRecord(options)) return call(`sdk.${method}`, given);
    const { success, error, fail = error, ...rest } = options;
    const promise = call(`sdk.${method}`, success || fail ? rest : options);
    if (success || fail) void promise.then(success as Callback, (fail ?? (() => undefined)) as Callback);
    return promise;
  };
}

/** Makes an object that has every method of a plugin: the worker knows which there are. */
export function createPlugin(callSdk: CallSdk, plugin: string): { readonly [method: string]: CallSdk } {
  const methods: { [method: string | symbol]: unknown } = {};
  return new Proxy(methods, {
    // A `then` would make it a promise.
    get: (_methods, name) =>
      (methods[name] ??= typeof name === 'string' && name !== 'then' ? callSdk.bind(null, `${plugin}.${name}`) : undefined),
  }) as { readonly [method: string]: CallSdk };
}
