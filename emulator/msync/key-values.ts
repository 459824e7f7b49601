import { type KeyValue } from './wire-types.ts';

/** What an `ext` can hold: anything JSON can. */
export type Ext = { readonly [key: string]: unknown };

/** The list of typed pairs that stands for an `ext` on the wire. Nested values travel as JSON in a string. */
export function toKeyValues(ext: Ext): KeyValue[] {
  return Object.entries(ext)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => toKeyValue(key, value));
}

function toKeyValue(key: string, value: unknown): KeyValue {
  if (typeof value === 'string') return { key, type: 7, stringValue: value };
  if (typeof value === 'boolean') return { key, type: 1, varintValue: value ? 1 : 0 };
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { key, type: 2, varintValue: value };
  if (typeof value === 'number') return { key, type: 6, doubleValue: value };
  return { key, type: 8, stringValue: JSON.stringify(value) };
}

/** The `ext` that a list of pairs stands for; a JSON string that does not parse stays a string. */
export function fromKeyValues(pairs: readonly KeyValue[] = []): Ext {
  return Object.fromEntries(pairs.map((pair) => [pair.key ?? '', valueOf(pair)]));
}

function valueOf(pair: KeyValue): unknown {
  switch (pair.type) {
    case 1:
      return Number(pair.varintValue) !== 0;
    case 2:
    case 3:
    case 4:
      return Number(pair.varintValue);
    case 5:
      return pair.floatValue;
    case 6:
      return pair.doubleValue;
    case 8:
      return parsed(pair.stringValue ?? '');
    default:
      return pair.stringValue ?? '';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
