import { expect, test } from 'vitest';
import { conversationKey, toPosition } from '../../../src/protocol/ids.ts';
import type { HistoryPage, HistoryRequest } from '../../../src/protocol/worker-api.ts';
import { createFakeClock } from '../../../src/testing/fake-clock.ts';
import { createReadAhead } from '../../../src/worker/history/read-ahead.ts';
import { message, messages } from '../../support/messages.ts';

const conversation = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const key = conversationKey(conversation);
const request = (cursor: string): HistoryRequest => ({ conversation, cursor, pageSize: 10, direction: 'up' });
/** The page of messages `from` to `through`, newest first. */
const pageOf = (from: number, through: number): HistoryPage => ({ messages: [...messages(from, through)].reverse(), cursor: message(from).id, isLast: false });
const id = (number: number): string => message(number).id;

function open() {
  const asked: string[] = [];
  const clock = createFakeClock();
  const state = { free: 1, isWiped: false };
  const ahead = createReadAhead({
    request: async ({ cursor }) => (asked.push(cursor), pageOf(1, 10)),
    gate: { run: (make) => make(), free: () => state.free, waitMs: () => 0 },
    environment: clock,
    activity: { mark: () => ({ session: 1, lastId: '', wipes: 0 }), isWiped: () => state.isWiped },
  });
  /** The pages of a run, newest first, as they come. */
  const come = (spans: Parameters<typeof ahead.follow>[0]['spans'] = []): void => {
    ahead.follow({ key, request: request(''), page: pageOf(91, 100), spans });
    ahead.follow({ key, request: request(id(91)), page: pageOf(81, 90), spans });
    ahead.follow({ key, request: request(id(81)), page: pageOf(71, 80), spans });
  };
  return { ahead, asked, clock, state, come };
}

test('[HB1] from the third page of a run on the next one is asked for early, and handed out once', async () => {
  const { ahead, asked, come } = open();
  come();
  expect(asked).toEqual([id(71)]);
  expect((await ahead.take(key, request(id(71)))?.page)?.messages.length).toBe(10);
  expect(ahead.take(key, request(id(71)))).toBeUndefined();
});

test('[HB1] nothing is asked for early without room for it, or where the page joins what is stored', () => {
  const crowded = open();
  crowded.state.free = 0;
  crowded.come();
  expect(crowded.asked).toEqual([]);
  const joining = open();
  joining.come([{ oldest: toPosition(message(1)), newest: toPosition(message(73)), olderCursor: null }]);
  expect(joining.asked).toEqual([]);
});

test('[HB2] an early page is thrown away when it is old, another one is wanted, or what was stored was thrown away', async () => {
  const old = open();
  old.come();
  await old.clock.advance(10_001);
  expect(old.ahead.take(key, request(id(71)))).toBeUndefined();
  const other = open();
  other.come();
  expect(other.ahead.take(key, request(id(55)))).toBeUndefined();
  expect(other.ahead.take(key, request(id(71)))).toBeUndefined();
  const wiped = open();
  wiped.come();
  wiped.state.isWiped = true;
  expect(wiped.ahead.take(key, request(id(71)))).toBeUndefined();
});
