import { describe, expect, test } from 'vitest';
import { takeWindow } from '../../../src/protocol/conversation-window.ts';
import type { Query } from '../../../src/protocol/queries.ts';
import { checkQuery } from '../../../src/worker/tabs/check-query.ts';

describe('a window on the conversation list', () => {
  test.for([
    ['limit', { limit: 0 }],
    ['limit', { limit: 1.5 }],
    ['offset', { offset: -1 }],
    ['search', { search: /bob/ }],
    ['filter', { filter: 'unread' }],
    ['filter', { filter: { conversationType: 'chatRoom' } }],
    ['filter', { filter: { isUnread: 1 } }],
    ['filter', { filter: { mark: 20 } }],
    ['filter', { filter: { unread: true } }],
    ['filter', { filter: { toString: 'bob' } }],
  ] as const)('[ER2] with a bad %s is refused, in the tab and by the worker', ([parameter, given]) => {
    const refused = expect.objectContaining({ code: 'invalid-argument', details: { parameter } });
    expect(() => takeWindow(given)).toThrow(refused);
    expect(() => checkQuery(1, { type: 'conversations', ...given } as unknown as Query)).toThrow(refused);
  });

  test.for([undefined, {}, { limit: 1, offset: 0, search: '', filter: {} }, { filter: { mark: 19, isMuted: undefined } }])('[ER2] %o is good', (given) => {
    expect(() => takeWindow(given)).not.toThrow();
    expect(() => checkQuery(0, { type: 'conversations', ...given })).not.toThrow();
  });

  test('nothing more of the argument crosses the port, and its order does not matter', () => {
    const given = { search: 'bob', more: () => undefined, limit: 2 };
    expect(JSON.stringify(takeWindow(given))).toBe(JSON.stringify({ limit: 2, search: 'bob' }));
    expect(() => structuredClone(takeWindow(given))).not.toThrow();
  });
});
