import { expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import type { ServiceConversation } from '../../../src/worker/service/chat-service.ts';
import type { ConversationRow, UnreadState } from '../../../src/worker/storage/storage.ts';
import { mergeListed } from '../../../src/worker/sync/apply-page.ts';
import { message } from '../../support/messages.ts';

const ref = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const key = conversationKey(ref);
const unread: UnreadState = { baseline: 1, baselineAt: { time: 1, id: '1' }, readThrough: null, newer: 0 };

const listed = (fields: Partial<ServiceConversation> = {}): ServiceConversation => ({
  ...ref,
  unReadCount: 1,
  lastMessage: message(5),
  isPinned: false,
  pinnedTime: 0,
  marks: [],
  ...fields,
});

const row = (fields: Partial<ConversationRow> = {}): ConversationRow => ({
  ...ref,
  key,
  lastMessage: message(5),
  unread,
  isPinned: false,
  pinnedTime: 0,
  marks: [],
  ...fields,
});

const merge = (options: Partial<Parameters<typeof mergeListed>[0]>) =>
  mergeListed({ row: undefined, listed: listed(), tombstone: undefined, unread, asked: { at: ASKED_AT, now: ASKED_AT + 500, listLagMs: 10_000 }, ...options });

const ASKED_AT = 1_800_000_000_000;
/** When something may have changed here, and whether a list asked for at ASKED_AT can know of it. */
const moments = [
  [ASKED_AT - 10_001, true],
  [ASKED_AT - 9_999, false],
  [ASKED_AT + 400, false],
  // The clock was set back since.
  [ASKED_AT + 90_000_000, true],
] as const;

test('[SY4] a row listed twice is put once', () => {
  const first = merge({ listed: listed({ marks: [3, 1] }) });
  expect(first).toEqual({ type: 'put', row: row({ marks: [1, 3] }), revives: false, isDoubted: false });
  if (first.type !== 'put') throw new Error('not put');
  expect(merge({ row: first.row, listed: listed({ marks: [3, 1] }) })).toMatchObject({ type: 'unchanged', isDoubted: false });
});

test('[SY9] unchanged is exact: equal data in other objects is unchanged, any difference is not', () => {
  const stored = row({ lastMessage: message(5, { ext: { a: [1, { b: 2 }] } }) });
  const same = listed({ lastMessage: message(5, { ext: { a: [1, { b: 2 }] } }) });
  expect(merge({ row: stored, listed: same })).toMatchObject({ type: 'unchanged', isDoubted: false });
  for (const other of [
    { listed: listed({ lastMessage: message(5, { ext: { a: [1, { b: 3 }] } }) }) },
    { listed: listed({ lastMessage: message(6) }) },
    { listed: { ...same, isPinned: true, pinnedTime: 7 } },
    { listed: { ...same, marks: [0] } },
    { listed: same, unread: { ...unread, baseline: 2 } },
  ]) {
    expect(merge({ row: stored, ...other }).type).toBe('put');
  }
});

test('[SY6] the later last message wins, whichever side has it', () => {
  expect(merge({ row: row({ lastMessage: message(6) }) })).toMatchObject({ type: 'unchanged', isDoubted: false });
  expect(merge({ row: row({ lastMessage: message(4) }) })).toMatchObject({ row: { lastMessage: message(5) } });
  expect(merge({ row: row({ lastMessage: null }) })).toMatchObject({ row: { lastMessage: message(5) } });
  expect(merge({ row: row(), listed: listed({ lastMessage: null }) })).toMatchObject({ type: 'unchanged', isDoubted: false });
});

test('[SY6] of the same message the listed one is taken unless it was edited less often', () => {
  const edited = (count: number) => message(5, { msg: `edit ${count}`, modifiedInfo: { operationCount: count } });
  expect(merge({ row: row(), listed: listed({ lastMessage: edited(1) }) })).toMatchObject({ row: { lastMessage: edited(1) } });
  expect(merge({ row: row({ lastMessage: edited(2) }), listed: listed({ lastMessage: edited(1) }) })).toMatchObject({ type: 'unchanged' });
  const changed = message(5, { msg: 'changed without a note' });
  expect(merge({ row: row(), listed: listed({ lastMessage: changed }) })).toMatchObject({ row: { lastMessage: changed } });
});

test('[SY6] a deleted conversation stays deleted until a later message', () => {
  const tombstone = { key, after: { time: message(5).time, id: message(5).id } };
  expect(merge({ tombstone })).toEqual({ type: 'ignored', isDoubted: false });
  expect(merge({ tombstone, listed: listed({ lastMessage: null }) })).toEqual({ type: 'ignored', isDoubted: false });
  expect(merge({ tombstone, listed: listed({ lastMessage: message(6) }) })).toMatchObject({ type: 'put', revives: true });
  expect(merge({ tombstone: { key, after: null } })).toMatchObject({ type: 'put', revives: true });
});

test('[SY6] pin and marks are the list’s; whatever the list knows nothing of stays', () => {
  const own = { customField: { tag: 'x' }, isMuted: true, isMarkedUnread: true, readByPeer: { time: 1, id: '1' } };
  const stored = row({ isPinned: true, pinnedTime: 9, marks: [2], ...own });
  expect(merge({ row: stored })).toMatchObject({ row: { isPinned: false, pinnedTime: 0, marks: [], ...own } });
});

test('[SY6] a list that lags does not bring back a message’s pin that was taken off', () => {
  const pin = { by: 'bob', time: 5 };
  expect(merge({ row: row(), listed: listed({ lastMessage: { ...message(5), pin } }) }).type).toBe('unchanged');
  expect(merge({ listed: listed({ lastMessage: { ...message(5), pin } }) })).toMatchObject({ row: { lastMessage: { pin } } });
});

test.each(moments)('[SY6] what changed here at %i is the list’s again: %s', (changedAt, isListed) => {
  for (const [field, changed, listedFields] of [
    ['pin', { isPinned: true, pinnedTime: 9 }, { isPinned: false, pinnedTime: 0 }],
    ['marks', { marks: [2] }, { marks: [5] }],
  ] as const) {
    const stored = row({ ...changed, changedHere: { [field]: changedAt } });
    const merged = merge({ row: stored, listed: listed(listedFields) });
    if (isListed) expect(merged).toMatchObject({ type: 'put', row: listedFields, isDoubted: false });
    else expect(merged).toEqual({ type: 'unchanged', isDoubted: true });
    // The list says the same: nothing changes, and nothing is doubted.
    expect(merge({ row: stored, listed: listed(changed) })).toEqual({ type: 'unchanged', isDoubted: false });
  }
});

test.each(moments)('[SY6] a deletion at %i is undone by a later message on the list: %s', (at, isRevived) => {
  for (const after of [null, { time: message(4).time, id: message(4).id }]) {
    const merged = merge({ tombstone: { key, after, at } });
    if (isRevived) expect(merged).toMatchObject({ type: 'put', revives: true });
    else expect(merged).toEqual({ type: 'ignored', isDoubted: true });
  }
  expect(merge({ tombstone: { key, after: { time: message(5).time, id: message(5).id }, at } })).toEqual({ type: 'ignored', isDoubted: false });
});
