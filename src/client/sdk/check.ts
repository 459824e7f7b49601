import { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef } from '../../protocol/ids.ts';
import { DEFAULT_PAGE_SIZE } from '../../protocol/limits.ts';

/** An argument before it was looked at: applications without types pass anything. */
export type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/** @throws {SyncError} `invalid-argument` naming the parameter, unless it is good (ER2). */
export function check(isGood: boolean, parameter: string, expected: string): asserts isGood {
  if (!isGood) throw new SyncError('invalid-argument', `${parameter} must be ${expected}`, { details: { parameter } });
}

/** @returns The argument as an object whose fields can be checked. */
export function checkObject<T extends object>(value: T | undefined, parameter: string): Unchecked<T> {
  check(isRecord(value), parameter, 'an object');
  return value;
}

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function checkText(value: unknown, parameter: string): string {
  check(typeof value === 'string' && value !== '', parameter, 'a string, not empty');
  return value;
}

/** Left out means false. */
export function checkFlag(value: unknown, parameter: string): boolean {
  check(value === undefined || typeof value === 'boolean', parameter, 'true or false');
  return value ?? false;
}

export function checkWhole(value: unknown, parameter: string, range: { readonly min: number; readonly max: number }): number {
  const { min, max } = range;
  const isGood = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  check(isGood, parameter, max === Infinity ? `a whole number from ${min} on` : `a whole number in [${min},${max}]`);
  return value;
}

export function checkPageSize(value: unknown, range: { readonly min: number; readonly max: number }): number {
  return checkWhole(value ?? DEFAULT_PAGE_SIZE, 'pageSize', range);
}

/** @returns `''` for every way to say "from the start": left out, null or empty. */
export function checkCursor(value: unknown): string {
  check(value === undefined || value === null || typeof value === 'string', 'cursor', 'a string');
  return value ?? '';
}

/** @param names What the two fields are called where they were passed. Left out, the type is `singleChat` if `isTypeOptional`. */
export function checkConversation(
  id: unknown,
  type: unknown,
  names: { readonly id: string; readonly type: string } = { id: 'conversationId', type: 'conversationType' },
): ConversationRef {
  const conversationId = checkText(id, names.id);
  check(type === 'singleChat' || type === 'groupChat', names.type, 'singleChat or groupChat');
  return { conversationId, conversationType: type };
}

/** @returns The conversation an argument names, and no more of it. */
export function checkRef(value: unknown, parameter = 'conversation'): ConversationRef {
  check(isRecord(value), parameter, 'an object');
  return checkConversation(value['conversationId'], value['conversationType']);
}

/** What cannot be copied to the worker cannot be stored either. */
export function checkCloneable(value: unknown, parameter: string): void {
  let isGood = true;
  try {
    structuredClone(value);
  } catch {
    isGood = false;
  }
  check(isGood, parameter, 'cloneable: no functions, no page elements');
}
