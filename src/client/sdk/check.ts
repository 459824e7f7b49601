import { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef, ConversationType } from '../../protocol/ids.ts';
import { DEFAULT_PAGE_SIZE } from '../../protocol/limits.ts';

/** Says whether a value, of which nothing is known, is good for a parameter. */
export type Test<T> = (value: unknown) => value is T;

export const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isString = (value: unknown): value is string => typeof value === 'string';
/** Ids and names: not empty. */
export const isName = (value: unknown): value is string => isString(value) && value.trim() !== '';
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isFunction = (value: unknown): value is () => unknown => typeof value === 'function';
/** @param test What every entry must pass. An empty list is not good. */
export const isListOf =
  <T>(test: Test<T>, max = Infinity): Test<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.length > 0 && value.length <= max && value.every(test);
/** Both ends inclusive. */
export const isWhole =
  (min: number, max = Number.MAX_SAFE_INTEGER): Test<number> =>
  (value): value is number =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
const isConversationType = (value: unknown): value is ConversationType => value === 'singleChat' || value === 'groupChat';

/** @returns An `invalid-argument` that names the parameter, never its value (ER2, ER4). */
export function invalid(parameter: string): SyncError {
  return new SyncError('invalid-argument', `${parameter} is not valid`, { details: { parameter } });
}

/**
 * Takes a field out of an argument that may be anything.
 *
 * @param fallback What a field that was left out, or is null, means; without one it must be there.
 * @throws {SyncError} `invalid-argument` naming the field, or `options` when the argument is no object
 */
export function take<T>(options: unknown, name: string, isGood: Test<T>, fallback?: T): T {
  if (options !== undefined && !isRecord(options)) throw invalid('options');
  const value = options?.[name] ?? fallback;
  if (!isGood(value)) throw invalid(name);
  return value;
}

/** @returns The conversation an argument names, and no more of it. The fields may have other names there. */
export function takeRef(options: unknown, idName = 'conversationId', typeName = 'conversationType', fallback?: ConversationType): ConversationRef {
  const conversationId = take(options, idName, isName);
  return { conversationId, conversationType: take(options, typeName, isConversationType, fallback) };
}

/** @returns Page size and cursor; `''` for every way to say "from the start". */
export function takePage(options: unknown, range: { readonly max: number }): { readonly pageSize: number; readonly cursor: string } {
  return {
    pageSize: take(options, 'pageSize', isWhole(1, range.max), DEFAULT_PAGE_SIZE),
    cursor: take(options, 'cursor', isString, ''),
  };
}
