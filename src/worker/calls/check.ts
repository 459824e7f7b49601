import { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef, ConversationType } from '../../protocol/ids.ts';
import { DEFAULT_PAGE_SIZE } from '../../protocol/limits.ts';
import { isRecord, isString, isWhole, take, takeRef, type Test } from '../../protocol/take.ts';

/** @param test What every entry must pass. An empty list is not good. */
export const isListOf =
  <T>(test: Test<T>, max = Infinity): Test<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.length > 0 && value.length <= max && value.every(test);

/** @returns Page size and cursor; `''` for every way to say "from the start". */
export function takePage(options: unknown, range: { readonly max: number }): { readonly pageSize: number; readonly cursor: string } {
  return {
    pageSize: take(options, 'pageSize', isWhole(1, range.max), DEFAULT_PAGE_SIZE),
    cursor: take(options, 'cursor', isString, ''),
  };
}

/** @param name What the parameter with the other user's, or the group's, id is called. @throws {SyncError} `unsupported` for chat rooms */
export function takeTarget(options: unknown, name: string, fallback?: ConversationType): ConversationRef {
  if (isRecord(options) && options['chatType'] === 'chatRoom') {
    throw new SyncError('unsupported', 'chatRoom', { details: { parameter: 'chatType' } });
  }
  return takeRef(options, name, 'chatType', fallback);
}
