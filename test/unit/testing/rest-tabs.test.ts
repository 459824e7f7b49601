import { expect, test } from 'vitest';
import type { Chat, Timeline } from '../../../src/client/chat.ts';
import { conversationKey } from '../../../src/protocol/ids.ts';
import type { Message, TimelineItem } from '../../../src/protocol/model.ts';
import type { ServiceTruth } from '../../../src/testing/rest-service.ts';
import { tabTroubles } from '../../../src/testing/rest-tabs.ts';
import { viewOf } from '../../../src/worker/ledger/directory.ts';
import type { ConversationRow } from '../../../src/worker/storage/storage.ts';
import { NOTHING_UNREAD } from '../../../src/worker/unread/unread-count.ts';
import { message, messages } from '../../support/messages.ts';
import { bob } from '../engine/watch.ts';

const key = conversationKey(bob);
const all = messages(1, 5);
const [first, second, third, fourth, fifth] = all as [Message, Message, Message, Message, Message];
const row: ConversationRow = { key, ...bob, lastMessage: fifth, unread: { ...NOTHING_UNREAD, baseline: 2 }, isPinned: false, pinnedTime: 0, marks: [] };
const truth: ServiceTruth = { showsEmpty: false, rows: [viewOf(row)], keys: new Set([key]), history: () => all, available: () => all };

const received = (each: Message): TimelineItem => ({ type: 'message', key: each.id, message: each, state: { type: 'received' } });
const hole: TimelineItem = { type: 'hole', key: 'hole:1', after: third, isLoading: false, error: null } as never;

/** What is said of a tab that shows these items, and otherwise what it should. */
function troublesOf(items: readonly TimelineItem[], { hasNewer = false, unread = 2, shown = row }: { readonly hasNewer?: boolean; readonly unread?: number; readonly shown?: ConversationRow } = {}): readonly string[] {
  const timeline = { value: { items, state: { hasOlder: false, hasNewer, isLoading: false, error: null } } } as unknown as Timeline;
  const chat = { conversations: () => ({ value: { rows: [viewOf(shown)], total: 1 } }), unread: { value: unread } } as unknown as Chat;
  const stored = { rows: [row], messages: new Map(), spans: new Map(), effects: new Map(), outbox: [] };
  return tabTroubles('tab 1', { chat, timelines: new Map([[key, timeline]]) }, { truth, stored });
}

test('nothing is said of a tab that shows all there is, or a part of it with a hole where some is missing', () => {
  expect(troublesOf(all.map(received))).toEqual([]);
  expect(troublesOf([received(first), hole, received(fourth), received(fifth)])).toEqual([]);
  expect(troublesOf([received(second), received(third)], { hasNewer: true })).toEqual([]);
});

test.each([
  ['[HB8] out of order', [second, first, third, fourth, fifth].map(received), `[HB8] tab 1, ${key}: out of order at ${first.id}`],
  ['[HB4] a gap without a hole', [first, fourth, fifth].map(received), `[HB4] tab 1, ${key}: 2 missing before ${fourth.id}, without a hole`],
  ['[HB4] a hole that is somewhere else', [received(first), hole, received(second), received(fourth), received(fifth)], `[HB4] tab 1, ${key}: 1 missing before ${fourth.id}, without a hole`],
  ['[HB2] a message twice', [...all, fifth].map(received), `[HB2] tab 1, ${key}: shown twice: ${fifth.id}`],
  ['[HB5] the newest missing', [first, second].map(received), `[HB5] tab 1, ${key}: the newest shown is ${second.id}, at the service it is ${fifth.id}`],
  ['[HB7] a stranger', [...all, message(9)].map(received), `[HB7] tab 1, ${key}: shown, and not at the service: ${message(9).id}`],
])('%s is told', (_what, items, words) => {
  expect(troublesOf(items)).toEqual([words]);
});

test('[UR2] a total that is not that of the rows is told, and what only this browser knows and a tab shows otherwise', () => {
  expect(troublesOf(all.map(received), { unread: 3 })).toEqual(['[UR2] tab 1 shows a total of 3 unread, and its rows make 2']);
  const [told, ...more] = troublesOf(all.map(received), { shown: { ...row, isMuted: true } });
  expect(told).toMatch(/\[UR2\] tab 1, what only this browser knows: 1 for 1; place 1 is\n +singleChat:bob: 2 unread, 0 mentions, muted\n/);
  expect(more).toEqual([]);
});
