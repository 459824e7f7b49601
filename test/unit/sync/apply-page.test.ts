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
  mergeListed({ row: undefined, listed: listed(), tombstone: undefined, unread, ...options });

test('[SY4] a row listed twice is put once', () => {
  const first = merge({ listed: listed({ marks: [3, 1] }) });
  expect(first).toEqual({ type: 'put', row: row({ marks: [1, 3] }), revives: false });
  if (first.type !== 'put') throw new Error('not put');
  expect(merge({ row: first.row, listed: listed({ marks: [3, 1] }) })).toEqual({ type: 'unchanged' });
});

test('[SY9] unchanged is exact: equal data in other objects is unchanged, any difference is not', () => {
  const stored = row({ lastMessage: message(5, { ext: { a: [1, { b: 2 }] } }) });
  const same = listed({ lastMessage: message(5, { ext: { a: [1, { b: 2 }] } }) });
  expect(merge({ row: stored, listed: same })).toEqual({ type: 'unchanged' });
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
  expect(merge({ row: row({ lastMessage: message(6) }) })).toEqual({ type: 'unchanged' });
  expect(merge({ row: row({ lastMessage: message(4) }) })).toMatchObject({ row: { lastMessage: message(5) } });
  expect(merge({ row: row({ lastMessage: null }) })).toMatchObject({ row: { lastMessage: message(5) } });
  expect(merge({ row: row(), listed: listed({ lastMessage: null }) })).toEqual({ type: 'unchanged' });
});

test('[SY6] of the same message the listed one is taken unless it was edited less often', () => {
  const edited = (count: number) => message(5, { msg: `edit ${count}`, modifiedInfo: { operationCount: count } });
  expect(merge({ row: row(), listed: listed({ lastMessage: edited(1) }) })).toMatchObject({ row: { lastMessage: edited(1) } });
  expect(merge({ row: row({ lastMessage: edited(2) }), listed: listed({ lastMessage: edited(1) }) })).toEqual({
    type: 'unchanged',
  });
  const changed = message(5, { msg: 'changed without a note' });
  expect(merge({ row: row(), listed: listed({ lastMessage: changed }) })).toMatchObject({ row: { lastMessage: changed } });
});

test('[SY6] a deleted conversation stays deleted until a later message', () => {
  const tombstone = { key, after: { time: message(5).time, id: message(5).id } };
  expect(merge({ tombstone })).toEqual({ type: 'ignored' });
  expect(merge({ tombstone, listed: listed({ lastMessage: null }) })).toEqual({ type: 'ignored' });
  expect(merge({ tombstone, listed: listed({ lastMessage: message(6) }) })).toMatchObject({ type: 'put', revives: true });
  expect(merge({ tombstone: { key, after: null } })).toMatchObject({ type: 'put', revives: true });
});

test('[SY6] pin and marks are the list’s unless they were changed here since; the custom field is always kept', () => {
  const stored = row({ isPinned: true, pinnedTime: 9, marks: [2], customField: { tag: 'x' } });
  expect(merge({ row: stored })).toMatchObject({
    row: { isPinned: false, pinnedTime: 0, marks: [], customField: { tag: 'x' } },
  });
  expect(merge({ row: stored, locallyNewer: { pin: true, marks: true } })).toEqual({ type: 'unchanged' });
});
