import { SyncError } from '../../protocol/errors.ts';

/** @throws {SyncError} `invalid-argument` naming the parameter, never its value (ER2, ER4) */
export function refuse(parameter: string, reason: string): never {
  throw new SyncError('invalid-argument', `${parameter} ${reason}`, { details: { parameter } });
}

export function checkRecord(parameter: string, value: unknown): asserts value is { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(parameter, 'must be an object');
}

export function checkText(parameter: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') refuse(parameter, 'must be a string');
}

export function checkName(parameter: string, value: unknown): asserts value is string {
  checkText(parameter, value);
  if (value.trim() === '') refuse(parameter, 'must not be empty');
}

export function checkFlag(parameter: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') refuse(parameter, 'must be a boolean');
}

/** @param range Both inclusive. */
export function checkWhole(parameter: string, value: unknown, range: { readonly min: number; readonly max?: number }): asserts value is number {
  const { min, max = Number.MAX_SAFE_INTEGER } = range;
  if (typeof value !== 'number' || !Number.isInteger(value)) refuse(parameter, 'must be a whole number');
  if (value < min || value > max) refuse(parameter, range.max === undefined ? `must be at least ${min}` : `must be from ${min} to ${max}`);
}

/** @param size Both inclusive. */
export function checkList(parameter: string, value: unknown, size: { readonly min: number; readonly max: number }): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) refuse(parameter, 'must be an array');
  if (value.length < size.min || value.length > size.max) refuse(parameter, `must have from ${size.min} to ${size.max} entries`);
}

/** A conversation's name: `conversationId` and `conversationType` are named as parameters of their own. */
export function checkRef(parameter: string, value: unknown): void {
  checkRecord(parameter, value);
  checkName('conversationId', value['conversationId']);
  const type = value['conversationType'];
  if (type !== 'singleChat' && type !== 'groupChat') refuse('conversationType', 'must be singleChat or groupChat');
}
