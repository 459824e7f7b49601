/** How the SDK answers: `type` 0 says that it went well; everything else is a rejection here. */
export type SdkResult<T> = { type: 0; data: T };

export function sdkResult<T>(data: T): SdkResult<T> {
  return { type: 0, data };
}

/** The callbacks that the SDK's older methods take besides giving a promise. */
export type OldCallbacks<T> = {
  /** Called with what the promise resolves to. */
  readonly success?: (result: T) => void;
  /** Called with the SyncError the promise rejects with. */
  readonly error?: (error: never) => void;
};

/**
 * Tells old callbacks what a promise brings. A callback that throws rejects nothing but the returned promise.
 *
 * @param callbacks Left out, or not functions: not called.
 */
export function tellCallbacks<T>(
  promise: Promise<T>,
  callbacks: { readonly success?: unknown; readonly error?: unknown },
): Promise<T> {
  const call = (callback: unknown, value: unknown): void => {
    if (typeof callback === 'function') (callback as (value: unknown) => void)(value);
  };
  return promise.then(
    (result) => {
      call(callbacks.success, result);
      return result;
    },
    (error: unknown) => {
      call(callbacks.error, error);
      throw error;
    },
  );
}
