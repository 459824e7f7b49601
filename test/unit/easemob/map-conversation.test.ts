import { describe, expect, test } from 'vitest';
import {
  toConversationPage,
  toOldListRows,
  toPinnedTime,
  toServiceConversation,
} from '../../../src/worker/service/easemob/map-conversation.ts';
import { listAnswer, listRow, textMessage } from './fixtures.ts';

const badResponse = expect.objectContaining({ code: 'bad-response' });

describe('toServiceConversation', () => {
  test('a row becomes a conversation', () => {
    expect(toServiceConversation(listRow({ isPinned: true, pinnedTime: 1_700_000_000_500, marks: [7, 3, 3] }))).toEqual({
      conversationId: 'bob',
      conversationType: 'singleChat',
      unReadCount: 3,
      lastMessage: textMessage(),
      isPinned: true,
      pinnedTime: 1_700_000_000_500,
      marks: [3, 7],
    });
  });

  test('what was never set is unpinned and unmarked', () => {
    const { isPinned: _pinned, pinnedTime: _time, ...row } = listRow();
    expect(toServiceConversation(row)).toMatchObject({ isPinned: false, pinnedTime: 0, marks: [] });
  });

  test('a mark without a number of ours is left out', () => {
    expect(toServiceConversation(listRow({ marks: [undefined, 4] })).marks).toEqual([4]);
  });

  test.each([
    ['none', null],
    ['an empty one', {}],
    ['a command', textMessage({ type: 'cmd' })],
    ['a receipt', textMessage({ type: 'channel' })],
    ['of a kind the SDK cannot decode', { chatType: undefined }],
  ])('a row whose last message is %s is still good', (_name, lastMessage) => {
    expect(toServiceConversation(listRow({ lastMessage })).lastMessage).toBeNull();
  });

  test.each([
    ['conversationId', ''],
    ['conversationId', 12],
    ['conversationType', 'chatRoom'],
    ['unReadCount', '3'],
    ['unReadCount', -1],
    ['unReadCount', 1.5],
    ['unReadCount', undefined],
    ['isPinned', 'yes'],
    ['marks', 'mark_1'],
    ['lastMessage', textMessage({ id: 99 })],
    ['lastMessage', textMessage({ time: undefined })],
  ])('[ER3] %s = %j is refused', (field, value) => {
    expect(() => toServiceConversation(listRow({ [field]: value }))).toThrowError(badResponse);
  });

  test('[ER3] pinned without a time is refused', () => {
    expect(() => toServiceConversation(listRow({ isPinned: true, pinnedTime: undefined }))).toThrowError(badResponse);
  });
});

describe('toConversationPage', () => {
  test.each([[''], [null], [undefined], ['undefined']])('[SY2] the cursor %j ends the round', (cursor) => {
    expect(toConversationPage(listAnswer([listRow()], cursor)).cursor).toBe('');
  });

  test('[SY2] any other cursor is passed on untouched', () => {
    expect(toConversationPage(listAnswer([], 'ZGQx+/=')).cursor).toBe('ZGQx+/=');
  });

  test('[ER3] one bad row refuses the page', () => {
    expect(() => toConversationPage(listAnswer([listRow(), listRow({ unReadCount: null })], 'x'))).toThrowError(badResponse);
  });

  test.each([[undefined], [null], [{}], [{ data: null }], [{ data: { conversations: null, cursor: '' } }], ['<html>']])(
    '[ER3] %j is refused',
    (answer) => {
      expect(() => toConversationPage(answer)).toThrowError(badResponse);
    },
  );
});

describe('toOldListRows', () => {
  test('rows are passed on as the SDK made them', () => {
    const row = { channel_id: 'alice_bob@easemob.com', unread_num: 2, lastMessage: textMessage(), somethingNew: 1 };
    expect(toOldListRows({ data: { channel_infos: [row] } })).toEqual([row]);
  });

  test('no rows at all is an empty list', () => {
    expect(toOldListRows({ data: {} })).toEqual([]);
  });

  test('[ER3] a row without a channel is refused', () => {
    expect(() => toOldListRows({ data: { channel_infos: [{ unread_num: 1 }] } })).toThrowError(badResponse);
  });
});

describe('toPinnedTime', () => {
  test('the time of the pin, or 0 when there is none', () => {
    expect(toPinnedTime({ data: { isPinned: true, pinnedTime: 5 } })).toBe(5);
    expect(toPinnedTime({ data: { isPinned: false, pinnedTime: 0 } })).toBe(0);
    expect(() => toPinnedTime({ data: { isPinned: true } })).toThrowError(badResponse);
  });
});
