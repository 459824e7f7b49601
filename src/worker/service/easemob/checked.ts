import { SyncError } from '../../../protocol/errors.ts';

/** What an unchecked JSON object looks like. */
export type Fields = { readonly [field: string]: unknown };

/** @returns A `bad-response` that says which field of which answer was wrong, and nothing of what it held (ER3, ER4). */
export function badResponse(what: string): SyncError {
  return new SyncError('bad-response', `the service's answer is unusable: ${what}`, { details: { field: what } });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns The field's text, or `''` where it has none. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** @throws {SyncError} `bad-response` unless the value is an object. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (!isFields(value)) throw badResponse(what);
  return value;
}

/** @throws {SyncError} `bad-response` unless the value is an array. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badResponse(what);
  return value;
}

/** @throws {SyncError} `bad-response` unless the value is a non-empty string. */
export function idOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw badResponse(what);
  return value;
}

/** @throws {SyncError} `bad-response` unless the value is a finite number, at least 0, or the text of one. */
export function timeOf(value: unknown, what: string): number {
  const time = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof time !== 'number' || !Number.isFinite(time) || time < 0) throw badResponse(what);
  return time;
}

/** @returns The cursor, or `''` for everything the service and the SDK call the end (SY2). */
export function cursorOf(value: unknown, what: string): string {
  if (value === undefined || value === null || value === 'undefined') return '';
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') throw badResponse(what);
  return value;
}
