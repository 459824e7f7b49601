import { expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import { createContinuity } from '../../../src/worker/continuity.ts';

const bob = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });

test('[HB5] a proof is of its own connection: one that comes late proves nothing of the next', () => {
  const continuity = createContinuity();
  const first = continuity.session();
  continuity.confirm(bob, first);
  expect(continuity.isCurrent(bob, first)).toBe(true);
  continuity.restart();
  const second = continuity.session();
  expect([first, second].map((session) => continuity.isCurrent(bob, session))).toEqual([false, false]);
  continuity.confirm(bob, first);
  expect([first, second].map((session) => continuity.isCurrent(bob, session))).toEqual([false, false]);
  continuity.confirm(bob, second);
  expect(continuity.isCurrent(bob, second)).toBe(true);
  continuity.doubt(bob);
  expect(continuity.isCurrent(bob, second)).toBe(false);
});
