import type { WorkerApi } from '../protocol/worker-api.ts';
import { isRecord } from '../protocol/take.ts';
import type { Remote } from './connection/remote.ts';

type Callback = (value: unknown) => void;

/**
 * Makes methods that hand their options to the worker's calls of the same name, as they are: it checks them.
 *
 * - Only the callbacks that the SDK's older methods take stay here. They are told what the promise brings; one that
 *   throws ends as an unhandled rejection, and the promise is not touched by it.
 */
export function createSdkMethods<Name extends keyof WorkerApi>(call: Remote['call'], ...names: readonly Name[]): Pick<WorkerApi, Name> {
  const method = (name: Name) => (given: unknown) => {
    const { success, error, fail, ...options } = isRecord(given) ? given : {};
    const promise = call(name, (isRecord(given) ? options : given) as Parameters<WorkerApi[Name]>[0]);
    const onError = error ?? fail;
    if (success || onError) void promise.then(success as Callback, (onError as Callback | undefined) ?? (() => undefined));
    return promise;
  };
  return Object.fromEntries(names.map((name) => [name, method(name)])) as unknown as Pick<WorkerApi, Name>;
}
