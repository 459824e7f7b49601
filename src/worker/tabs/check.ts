import { SyncError } from '../../protocol/errors.ts';

/** @throws {SyncError} `invalid-argument` naming the parameter, when the value is not what it should be (ER2) */
export type Check = (parameter: string, value: unknown) => void;

/** @throws {SyncError} `invalid-argument` naming the parameter, never its value (ER4) */
export function refuse(parameter: string, reason: string): never {
  throw new SyncError('invalid-argument', `${parameter} ${reason}`, { details: { parameter } });
}

export function aRecord(parameter: string, value: unknown): asserts value is { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(parameter, 'must be an object');
}

export const aText: Check = (parameter, value) => {
  if (typeof value !== 'string') refuse(parameter, 'must be a string');
};

/** A string that is not blank. */
export const aName: Check = (parameter, value) => {
  if (typeof value !== 'string' || value.trim() === '') refuse(parameter, 'must be a string, not empty');
};

export const aFlag: Check = (parameter, value) => {
  if (typeof value !== 'boolean') refuse(parameter, 'must be a boolean');
};

/** A whole number from `min` through `max`. */
export function aWhole(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return (parameter, value) => {
    const isFit = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    if (!isFit) refuse(parameter, `must be a whole number from ${min} to ${max}`);
  };
}

/** An array of `min` through `max` entries. */
export function aList(entry: Check, min: number, max: number): Check {
  return (parameter, value) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) refuse(parameter, `must be an array of ${min} to ${max}`);
    for (const one of value) entry(parameter, one);
  };
}

export function oneOf(...values: readonly unknown[]): Check {
  return (parameter, value) => {
    if (!values.includes(value)) refuse(parameter, `must be ${values.join(' or ')}`);
  };
}

export function optional(check: Check): Check {
  return (parameter, value) => {
    if (value !== undefined) check(parameter, value);
  };
}

/** An object whose fields are parameters by their own names. Other fields are left alone. */
export function record(fields: { readonly [name: string]: Check }): Check {
  return (parameter, value) => {
    aRecord(parameter, value);
    for (const [name, check] of Object.entries(fields)) check(name, value[name]);
  };
}

/** Names a conversation. */
export const aRef: Check = record({ conversationId: aName, conversationType: oneOf('singleChat', 'groupChat') });
