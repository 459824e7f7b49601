import { expect, test } from 'vitest';
import { conversationKey, toPosition } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { removalBeforeBatch, type BatchContext } from '../../../src/worker/ledger/batches.ts';
import { emptyRow } from '../../../src/worker/ledger/row-changes.ts';
import { withRecount } from '../../../src/worker/ledger/unread-tail.ts';
import type { ConversationRow, Span, UnreadState } from '../../../src/worker/storage/storage.ts';
import { unreadCount } from '../../../src/worker/unread/unread-count.ts';
import { message, messages } from '../../support/messages.ts';

const key = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });
const PAGE = 50;

/** A conversation in memory that counts the messages that are read of it. */
function conversation(options: { readonly stored: Message[]; readonly unread: UnreadState; readonly last: Message }) {
  const { stored } = options;
  const reads: number[] = [];
  const counted = (messages: readonly Message[]): readonly Message[] => (reads.push(messages.length), messages);
  const row: ConversationRow = { ...emptyRow(key), lastMessage: options.last, unread: options.unread };
  const state = { row, spans: [] as readonly Span[] };
  const ledger = {
    directory: { row: () => state.row },
    now: () => 0,
    effects: () => [],
    spans: () => Promise.resolve(state.spans),
    storage: {
      readMessages: ({ limit }: { readonly limit: number }) => Promise.resolve(counted(stored.slice(-limit))),
      readMessagesAfter: ({ after, limit }: { readonly after: { readonly time: number } | null; readonly limit?: number }) =>
        Promise.resolve(counted(stored.filter(({ time }) => after === null || time >= after.time).slice(0, limit))),
    },
  };
  return { reads, state, context: { ledger, key, self: 'alice' } as unknown as BatchContext };
}

/** Stores pages of 50 from the newest down, as a backfill does. @returns How many messages were read for each. */
async function pageDown(world: ReturnType<typeof conversation>, stored: Message[], all: readonly Message[]): Promise<readonly number[]> {
  const { state, context, reads } = world;
  const costs: number[] = [];
  const newest = toPosition(all.at(-1) ?? message(0));
  for (let end = all.length; end > 0; end -= PAGE) {
    const page = all.slice(Math.max(0, end - PAGE), end);
    const [oldest = message(0)] = page;
    const spans = [{ oldest: toPosition(oldest), newest, olderCursor: end > PAGE ? oldest.id : null }];
    reads.length = 0;
    state.row = await withRecount(context, state.row, { messages: page, spans });
    costs.push(reads.reduce((a, b) => a + b, 0));
    stored.unshift(...page);
    state.spans = spans;
  }
  return costs;
}

test('[UR1] of many pages of what is unread only the one that reaches the read marker reads what is stored, and counts it', async () => {
  const all = messages(1, 1000);
  const stored: Message[] = [];
  const unread: UnreadState = { baseline: 990, baselineAt: toPosition(message(1000)), readThrough: toPosition(message(120)), newer: 0 };
  const world = conversation({ stored, unread, last: message(1000) });
  const costs = await pageDown(world, stored, all);
  // The page from 101 on is the 18th.
  expect(costs.findIndex((cost) => cost > 0)).toBe(17);
  expect(costs.filter((cost) => cost > 0)).toHaveLength(1);
  expect(unreadCount(world.state.row.unread)).toBe(880);
});

test('[UR1] where the page that reaches the read marker has nothing unread itself, what is stored is counted all the same', async () => {
  const all = messages(1, 200);
  const stored: Message[] = [];
  const unread: UnreadState = { baseline: 120, baselineAt: toPosition(message(200)), readThrough: toPosition(message(100)), newer: 0 };
  const world = conversation({ stored, unread, last: message(200) });
  await pageDown(world, stored, all);
  expect(unreadCount(world.state.row.unread)).toBe(100);
});

test('[UR1] a mention in a page of history is counted though the read marker is far', async () => {
  const all = messages(1, 300).map((one) => (one.id === message(120).id ? { ...one, ext: { em_at_list: ['alice'] } } : one));
  const stored: Message[] = [];
  const unread: UnreadState = { baseline: 300, baselineAt: toPosition(message(300)), readThrough: null, newer: 0 };
  const world = conversation({ stored, unread, last: message(300) });
  const costs = await pageDown(world, stored, all);
  expect(costs.filter((cost) => cost > 0)).toHaveLength(2);
  expect(world.state.row.unread.mentions).toBe(1);
});

test('[UR1] removing history reads what is unread, not the conversation, and takes off only what was counted', async () => {
  const stored = [...messages(1, 5000)];
  const unread: UnreadState = { baseline: 3, baselineAt: toPosition(message(5000)), readThrough: null, newer: 0 };
  const { context, reads } = conversation({ stored, unread, last: message(5000) });
  const { conversations = [], spans = [] } = await removalBeforeBatch(context, message(4000).time);
  expect(reads.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(3 + PAGE + 1);
  expect(conversations.map((row) => [unreadCount(row.unread), row.lastMessage?.id])).toEqual([[3, message(5000).id]]);
  expect(spans).toHaveLength(1);
  const later = await removalBeforeBatch(context, message(4999).time);
  expect(later.conversations?.map((row) => unreadCount(row.unread))).toEqual([2]);
});
