import { describe, expect, test } from 'vitest';
import { conversationOf, isStoredMessage, toHistoryPage, toMessage } from '../../../src/worker/service/easemob/map-message.ts';
import { textMessage } from './fixtures.ts';

const badResponse = expect.objectContaining({ code: 'bad-response' });

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('toMessage', () => {
  test('[ER3] keeps every field as it came, unknown ones included', () => {
    const message = textMessage({ reactions: [{ reaction: 'x' }], somethingNew: { deep: true } });
    expect(toMessage(message)).toEqual(message);
  });

  test('[HB8] a time that comes as text becomes a number, an id of 19 digits stays text', () => {
    const message = toMessage(textMessage({ time: '1700000000123' }));
    expect(message.time).toBe(1_700_000_000_123);
    expect(message.id).toBe('1234567890123456789');
  });

  test('[ER4] the token that the SDK puts into live files is not taken over', () => {
    expect(toMessage(textMessage({ type: 'video', accessToken: 'secret' }))).not.toHaveProperty('accessToken');
  });

  test.each([
    ['chat', 'singleChat'],
    ['groupchat', 'groupChat'],
    ['groupChat', 'groupChat'],
  ])('the SDK calls a conversation %s, we %s', (theirs, ours) => {
    expect(toMessage(textMessage({ chatType: theirs })).chatType).toBe(ours);
  });

  test.each([
    ['id', 1234567890123456789],
    ['id', ''],
    ['id', undefined],
    ['time', Number.NaN],
    ['time', 'yesterday'],
    ['time', -1],
    ['time', undefined],
    ['from', undefined],
    ['to', 7],
    ['type', ''],
    ['chatType', 'telepathy'],
  ])('[ER3] %s = %j is refused by name, without its value', (field, value) => {
    const error = thrownBy(() => toMessage(textMessage({ [field]: value })));
    expect(error).toEqual(badResponse);
    expect(error).toHaveProperty('details.field', `message.${field}`);
  });

  test.each([[null], [undefined], ['text'], [[]]])('[ER3] %j is no message', (value) => {
    expect(thrownBy(() => toMessage(value))).toEqual(badResponse);
  });
});

describe('isStoredMessage', () => {
  test.each(['cmd', 'read', 'delivery', 'channel'])('%s is delivered and not stored', (type) => {
    expect(isStoredMessage(textMessage({ type }))).toBe(false);
  });

  test('a chat room keeps no conversation, and what the SDK could not decode has no type', () => {
    expect(isStoredMessage(textMessage({ chatType: 'chatRoom' }))).toBe(false);
    expect(isStoredMessage(textMessage({ chatType: 'groupChat', chatThread: { messageId: '1', parentId: 'g' } }))).toBe(false);
    expect(isStoredMessage({ chatType: undefined })).toBe(false);
    expect(isStoredMessage(undefined)).toBe(false);
    expect(isStoredMessage(textMessage({ type: 'custom' }))).toBe(true);
  });
});

describe('conversationOf', () => {
  test.each([
    [{ from: 'bob', to: 'alice', isGroup: false }, 'bob', 'singleChat'],
    [{ from: 'alice', to: 'bob', isGroup: false }, 'bob', 'singleChat'],
    [{ from: 'alice/webim_1', to: 'bob/webim_2', isGroup: false }, 'bob', 'singleChat'],
    [{ from: 'bob', to: '2001', isGroup: true }, '2001', 'groupChat'],
    [{ from: 'alice', to: '2001', isGroup: true }, '2001', 'groupChat'],
  ] as const)('%j belongs to %s', (sent, conversationId, conversationType) => {
    expect(conversationOf(sent, 'alice')).toEqual({ conversationId, conversationType });
  });
});

describe('toHistoryPage', () => {
  test('[HB3] the order of the service is kept; a command is left out, so that a page can be short', () => {
    const page = toHistoryPage({
      messages: [textMessage({ id: '3' }), textMessage({ id: '2', type: 'cmd' }), textMessage({ id: '1' })],
      cursor: '1',
      isLast: false,
    });
    expect(page.messages.map((message) => message.id)).toEqual(['3', '1']);
    expect(page).toMatchObject({ cursor: '1', isLast: false });
  });

  test('[HB3] an empty page with a cursor that moved is not the end', () => {
    expect(toHistoryPage({ messages: [], cursor: '77', isLast: false })).toEqual({ messages: [], cursor: '77', isLast: false });
  });

  test.each([[''], [null], [undefined], ['undefined']])('[HB3] the cursor %j is spent', (cursor) => {
    expect(toHistoryPage({ messages: [], cursor, isLast: false })).toEqual({ messages: [], cursor: undefined, isLast: true });
  });

  test('[HB3] isLast is the end, whatever cursor comes with it', () => {
    expect(toHistoryPage({ messages: [textMessage()], cursor: '5', isLast: true })).toMatchObject({ cursor: undefined, isLast: true });
  });

  test.each([
    [undefined],
    [null],
    ['<html>'],
    [{ messages: undefined, cursor: '', isLast: true }],
    [{ messages: {}, cursor: '', isLast: true }],
    [{ messages: [], cursor: {}, isLast: true }],
    [{ messages: [], cursor: '', isLast: 'yes' }],
    [{ messages: [textMessage(), textMessage({ id: 5 })], cursor: '', isLast: true }],
  ])('[ER3] %j is refused whole', (answer) => {
    expect(thrownBy(() => toHistoryPage(answer))).toEqual(badResponse);
  });
});
