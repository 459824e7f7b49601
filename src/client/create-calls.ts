import type { WorkerApi } from '../protocol/worker-api.ts';
import { isRecord } from '../protocol/take.ts';
import type { Options, Remote } from './connection/remote.ts';

type Callback = (value: unknown) => void;

/**
 * Makes the worker's calls of these names into methods: what they are given is handed over as it is, for the worker to check.
 *
 * - Only the callbacks that the SDK's older methods take stay here. They are told what the promise brings; one that
 *   throws ends as an unhandled rejection, and the promise is not touched by it.
 */
export function createCalls<Name extends keyof WorkerApi>(call: Remote['call'], ...names: readonly Name[]): Pick<WorkerApi, Name> {
  const method = (name: Name) => (given: unknown) => {
    if (!isRecord(given)) return call(name, given as Options<Name>);
    const { success, error, fail = error, ...options } = given;
    const promise = call(name, options as Options<Name>);
    if (success || fail) void promise.then(success as Callback, (fail ?? (() => undefined)) as Callback);
    return promise;
  };
  return Object.fromEntries(names.map((name) => [name, method(name)])) as unknown as Pick<WorkerApi, Name>;
}
