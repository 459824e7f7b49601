/**
 * Tells the callbacks that the SDK's older methods take what their promise brings.
 *
 * - A callback that throws ends as an unhandled rejection; the promise is not touched by it.
 *
 * @returns The promise itself.
 */
export function tellCallbacks<T>(
  promise: Promise<T>,
  onSuccess: ((result: T) => void) | undefined,
  onError: ((error: never) => void) | undefined,
): Promise<T> {
  if (onSuccess || onError) void promise.then(onSuccess, (onError as ((error: unknown) => void) | undefined) ?? (() => undefined));
  return promise;
}
