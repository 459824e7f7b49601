import { SyncError, type SyncErrorData } from 'moorage';
import type { Words } from './i18n/words.ts';

/** A reason that a person can read, for anything that was thrown or reported. */
export function describeError(error: unknown, words: Words): string {
  const code = error instanceof SyncError ? error.code : (error as Partial<SyncErrorData> | null)?.code;
  return (code && words.errors[code]) || words.errors.other;
}
