import { SyncError } from '../protocol/errors.ts';

/** @returns The refusal of a method that there is not, or that may not be called from a tab. */
export function unsupported(method: string): SyncError {
  return new SyncError('unsupported', `no such method: ${method}`, { details: { method } });
}
