import { SyncError } from '../protocol/errors.ts';

/** The SDK's numbers for what its own plugin rejects with: not logged in, and a store that failed. */
const REST_PARAMS_STATUS = 700;
const LOCAL_DB_OPERATION_FAILED = 800;

/**
 * What a method of the drop-in rejects with: a {@link SyncError} that also has the SDK's `type`, for applications that look at that.
 *
 * - Bad input has none: the SDK throws a plain Error there.
 */
export function toSdkRejection(error: unknown): SyncError & { readonly type?: number } {
  const known = SyncError.from(error);
  if (known.code === 'invalid-argument') return known;
  return Object.assign(known, { type: known.code === 'closed' ? REST_PARAMS_STATUS : LOCAL_DB_OPERATION_FAILED });
}
