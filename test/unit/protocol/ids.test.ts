import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareIds, comparePositions, conversationKey, isAfter, laterOf, parseConversationKey } from '../../../src/protocol/ids.ts';

const decimalId = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const position = fc.record({ time: fc.integer({ min: 0, max: 5 }), id: decimalId });

describe('conversation keys', () => {
  test('a key gives back the conversation it was made of, whatever the id holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom('singleChat' as const, 'groupChat' as const), (conversationId, conversationType) => {
        expect(parseConversationKey(conversationKey({ conversationId, conversationType }))).toEqual({ conversationId, conversationType });
      }),
    );
  });

  test.each(['', 'bob', 'chatRoom:1', 'singleChat:', ':bob'])('[ER2] %j is refused as a key', (text) => {
    expect(() => parseConversationKey(text)).toThrow(expect.objectContaining({ code: 'invalid-argument', details: { parameter: 'key' } }));
  });
});

describe('positions', () => {
  test('[HB8] decimal ids of 64 bits are ordered as numbers, beyond what a double holds', () => {
    fc.assert(
      fc.property(decimalId, decimalId, (a, b) => {
        expect(Math.sign(compareIds(a, b))).toBe(BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);
      }),
    );
  });

  test('[HB8] order is server time, then id; within one millisecond the id decides', () => {
    expect(comparePositions({ time: 1, id: '9' }, { time: 2, id: '1' })).toBeLessThan(0);
    expect(comparePositions({ time: 1, id: '10' }, { time: 1, id: '9' })).toBeGreaterThan(0);
    expect(comparePositions({ time: 1, id: '9' }, { time: 1, id: '9' })).toBe(0);
  });

  test('[HB8] the order is total: sorting any permutation ends the same', () => {
    fc.assert(
      fc.property(fc.uniqueArray(position, { selector: (p) => `${p.time}/${p.id}`, maxLength: 20 }), fc.infiniteStream(fc.nat()), (positions, salt) => {
        const shuffled = positions
          .map((p) => ({ p, rank: salt.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ p }) => p);
        expect([...shuffled].sort(comparePositions)).toEqual([...positions].sort(comparePositions));
      }),
    );
  });

  test('everything lies after no position; the later of two is a maximum', () => {
    const early = { time: 1, id: '1' };
    const late = { time: 1, id: '2' };
    expect(isAfter(early, null)).toBe(true);
    expect(isAfter(early, late)).toBe(false);
    expect(isAfter(late, late)).toBe(false);
    expect(laterOf(early, late)).toBe(late);
    expect(laterOf(late, early)).toBe(late);
    expect(laterOf(null, early)).toBe(early);
    expect(laterOf(early, null)).toBe(early);
    expect(laterOf(null, null)).toBeNull();
  });
});
