import { SyncError } from './errors.ts';
import type { ConversationRef, ConversationType } from './ids.ts';
import type { JumpTarget } from './model.ts';

/** Says whether a value, of which nothing is known, is good for a parameter. */
export type Test<T> = (value: unknown) => value is T;

export const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isString = (value: unknown): value is string => typeof value === 'string';
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
/** Ids and names: not empty. */
export const isName = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
/** Both ends inclusive. */
export const isWhole =
  (min: number, max = Infinity): Test<number> =>
  (value): value is number =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
export const isConversationType = (value: unknown): value is ConversationType => value === 'singleChat' || value === 'groupChat';
/** A place to open a timeline at; null, the newest, is not one. */
export const isJumpTarget = (value: unknown): value is NonNullable<JumpTarget> =>
  isRecord(value) && (isName(value['messageId']) || isWhole(0)(value['time']));
/** What may be left out, for fields that mean nothing then. */
export const isOptional =
  <T>(test: Test<T>): Test<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || test(value);

/** @returns An `invalid-argument` that names the parameter, never its value (ER2, ER4), and the limits that it does not keep. */
export function invalid(parameter: string, limits: { readonly [name: string]: number } = {}): SyncError {
  return new SyncError('invalid-argument', `${parameter} is not valid`, { details: { parameter, ...limits } });
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
  return {
    conversationId: take(options, idName, isName),
    conversationType: take(options, typeName, isConversationType, fallback),
  };
}
