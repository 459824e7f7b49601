import { expect, test } from 'vitest';
import type { ConversationKey } from '../../../src/protocol/ids.ts';
import { planEviction } from '../../../src/worker/eviction/plan-eviction.ts';

const key = (name: string): ConversationKey => `singleChat:${name}` as ConversationKey;

/** Names instead of keys. */
function plan(sizes: Readonly<Record<string, number>>, options: { readonly opened?: readonly string[]; readonly times?: Readonly<Record<string, number>>; readonly kept?: readonly string[] } = {}): readonly string[] {
  const { opened = [], times = {}, kept = [] } = options;
  const nameOf = (one: ConversationKey): string => one.slice('singleChat:'.length);
  return planEviction({
    sizes: new Map(Object.entries(sizes).map(([name, size]) => [key(name), size])),
    opened: opened.map(key),
    quietSince: (one) => times[nameOf(one)] ?? 0,
    isKept: (one) => kept.includes(nameOf(one)),
  }).map(nameOf);
}

test('[ST2] half of what is stored goes: of the conversations opened longest ago', () => {
  expect(plan({ a: 1, b: 1, c: 1, d: 1 }, { opened: ['c', 'a', 'd', 'b'] })).toEqual(['c', 'a']);
  expect(plan({ a: 3, b: 1, c: 1, d: 1 }, { opened: ['c', 'a', 'd', 'b'] })).toEqual(['c', 'a']);
  expect(plan({ a: 1, b: 5 }, { opened: ['b', 'a'] })).toEqual(['b']);
});

test('[ST2] what was never opened goes before what was, the quietest first', () => {
  expect(plan({ a: 1, b: 1, c: 1, d: 1 }, { opened: ['a'], times: { b: 3, c: 1, d: 2 } })).toEqual(['c', 'd']);
});

test('[ST2] what must stay stays, and counts as what is stored', () => {
  expect(plan({ a: 10, b: 1, c: 1 }, { kept: ['a'] })).toEqual(['b', 'c']);
  expect(plan({ a: 1, b: 1 }, { kept: ['a', 'b'] })).toEqual([]);
  expect(plan({})).toEqual([]);
});
