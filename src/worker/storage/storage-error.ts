import { SyncError } from '../../protocol/errors.ts';
import { isRecord, isString } from '../../protocol/take.ts';

/** What is wrong with the connection rather than with the work: dropped, reopened and tried again (ST3). */
const CONNECTION_ERRORS: ReadonlySet<string> = new Set(['InvalidStateError', 'UnknownError', 'TransactionInactiveError']);

/** @returns The name of whatever was thrown, for conditions and details; never its message, which may hold anything (ER4). */
export function errorName(error: unknown): string {
  return isRecord(error) && isString(error['name']) ? error['name'] : typeof error;
}

/**
 * @returns Whether the connection, not the work, failed. An abort that nobody here asked for and that names no reason
 * is a connection closed by the browser.
 */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof SyncError) return false;
  const name = errorName(error);
  return name === 'AbortError' || CONNECTION_ERRORS.has(name);
}

/** @returns The error in our own words: `storage-full` for a full disk, else `storage-failed`. */
export function toStorageError(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  const reason = errorName(error);
  const [code, message] = reason === 'QuotaExceededError' ? (['storage-full', 'the disk is full'] as const) : (['storage-failed', 'the database failed'] as const);
  return new SyncError(code, message, { details: { reason }, cause: error });
}

/** @returns `storage-unavailable`: the database cannot be had, and why. */
export function unavailable(reason: string, cause?: unknown): SyncError {
  return new SyncError('storage-unavailable', `no database: ${reason}`, { details: { reason }, cause });
}
