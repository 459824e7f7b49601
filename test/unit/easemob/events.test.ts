import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import { createEvents, type Events } from '../../../src/worker/service/easemob/events.ts';
import { textMessage, type Shape } from './fixtures.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' };
const group = { conversationId: '2001', conversationType: 'groupChat' };

/** What was told that has a meaning, and beside it all that was told: the SDK's own words too. */
let told: ServiceEvent[];
let all: readonly [type: string, data: unknown][];
let cache: { msgId: string; isGroup: boolean }[];
let events: Events;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  all = [];
  cache = [];
  events = createEvents({
    userId: 'alice',
    cache: () => cache,
    connection: { onConnected: () => void told.push({ type: 'connected' }) },
    emit: (event) => {
      all = [...all, event.type === 'notice' ? [event.notice.name, event.notice.data] : [event.type, undefined]];
      if (event.type !== 'notice') told.push(event);
    },
  });
});
afterEach(() => vi.useRealTimers());

const tell = (name: string, payload: unknown): void => events.handlers[name]?.(payload);
const receipt = (over: Shape = {}): Shape => ({ id: '900', from: 'bob', to: 'alice', mid: '5', ...over });

describe('messages', () => {
  test('a batch is told once, each message once, although the SDK tells singles and batch', () => {
    const [one, two] = [textMessage({ id: '1' }), textMessage({ id: '2', type: 'img' })];
    tell('onTextMessage', one);
    tell('onImageMessage', two);
    tell('onMessage', [one, two]);
    vi.runAllTimers();
    expect(told).toEqual([{ type: 'messages', messages: [one, two] }]);
  });

  test('without the end of its batch (one message was undecodable) the others are told all the same', () => {
    tell('onTextMessage', textMessage({ id: '1' }));
    expect(told).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(told).toMatchObject([{ type: 'messages', messages: [{ id: '1' }] }]);
  });

  test('[ER3] an unusable message is left out and takes no other with it', () => {
    tell('onMessage', [textMessage({ id: 12 }), textMessage({ id: '2' }), undefined, textMessage({ id: '3', chatType: 'chatRoom' })]);
    expect(told).toMatchObject([{ type: 'messages', messages: [{ id: '2' }] }]);
  });

  test('commands are passed on as they came, after the messages before them, and not stored', () => {
    const command = textMessage({ type: 'cmd', action: 'typing', unknown: { a: 1 } });
    tell('onTextMessage', textMessage({ id: '1' }));
    tell('onCmdMessage', command);
    tell('onMessage', [command]);
    vi.runAllTimers();
    expect(told).toMatchObject([{ type: 'messages', messages: [{ id: '1' }] }]);
    expect(all.map(([name]) => name)).toEqual(['messages', 'onTextMessage', 'onCmdMessage', 'onMessage']);
    expect(all[2]?.[1]).toBe(command);
  });

  test('[HB7] a recall is told after the messages that came before it', () => {
    tell('onTextMessage', textMessage({ id: '1' }));
    tell('onRecallMessage', receipt({ mid: '1' }));
    expect(told.map((event) => event.type)).toEqual(['messages', 'recalled']);
  });
});

describe('receipts and recalls', () => {
  test.each([
    ['onRecallMessage', receipt(), { type: 'recalled', conversation: bob, messageId: '5' }],
    ['onDeliveredMessage', receipt(), { type: 'delivered', conversation: bob, messageId: '5' }],
    ['onReadMessage', receipt(), { type: 'read', conversation: bob, messageId: '5' }],
    ['onReadMessage', receipt({ to: '2001', groupReadCount: { 5: 3, 4: 9 } }), { type: 'read', conversation: group, messageId: '5', readCount: 3 }],
    ['onChannelMessage', receipt(), { type: 'read-by-peer', conversation: bob }],
    ['onChannelMessage', receipt({ from: 'alice', to: 'bob' }), { type: 'read-elsewhere', conversation: bob }],
    ['onChannelMessage', receipt({ id: '77', time: 7, from: 'alice', to: 'bob' }), { type: 'read-elsewhere', conversation: bob, through: { time: 7, id: '77' } }],
    ['onRecallMessage', receipt({ from: 'alice/webim_2', to: 'bob' }), { type: 'recalled', conversation: bob, messageId: '5' }],
    ['onRecallMessage', receipt({ from: 'bob', to: '2001' }), { type: 'recalled', conversation: group, messageId: '5' }],
  ])('%s %j', (name, payload, expected) => {
    tell(name, payload);
    expect(told).toEqual([expected]);
  });

  test('[UR7] a group read on another device is known by the SDK\'s own note of it', () => {
    cache = [{ msgId: '900', isGroup: true }];
    tell('onChannelMessage', receipt({ from: 'alice', to: '2001' }));
    expect(told).toEqual([{ type: 'read-elsewhere', conversation: group }]);
  });

  test('own receipts from another device are nobody else\'s reading', () => {
    tell('onReadMessage', receipt({ from: 'alice', to: 'bob' }));
    tell('onDeliveredMessage', receipt({ from: 'alice', to: 'bob' }));
    expect(told).toEqual([]);
  });
});

describe('reactions and pins', () => {
  const change = { from: 'alice', to: 'bob', chatType: 'singleChat', messageId: '5', ts: 9 };
  const by = (operator: string, reactionType: string): readonly Shape[] => [{ operator, reactionType }];

  test('[HB7] the service names the reactions that changed; what it does not say is not claimed', () => {
    const reactions = [
      { reaction: 'a', count: 1, userList: ['bob'], op: by('bob', 'create') },
      { reaction: 'b', count: 9, userList: ['bob', 'carol'], op: by('bob', 'create') },
      { reaction: 'c', count: 9, userList: ['bob'], op: by('alice', 'create') },
      { reaction: 'd', count: 0, userList: [], op: by('alice', 'delete') },
    ];
    tell('onReactionChange', { ...change, reactions });
    const changes = [
      { reaction: 'a', count: 1, userList: ['bob'], isAddedBySelf: false },
      { reaction: 'b', count: 9, userList: ['bob', 'carol'] },
      { reaction: 'c', count: 9, userList: ['bob'], isAddedBySelf: true },
      { reaction: 'd', count: 0, userList: [], isAddedBySelf: false },
    ];
    expect(told).toEqual([{ type: 'reactions-changed', conversation: bob, messageId: '5', changes }]);
  });

  test('[HB7] where one comes without what was done, they are all of them', () => {
    const reactions = [{ reaction: 'a', count: 1, userList: ['alice'] }, { reaction: 'b', count: 0, userList: [], op: by('bob', 'delete') }];
    tell('onReactionChange', { ...change, from: 'bob', to: '2001', chatType: 'groupChat', reactions });
    const left = [{ reaction: 'a', count: 1, userList: ['alice'], isAddedBySelf: true }];
    expect(told).toEqual([{ type: 'reactions', conversation: group, messageId: '5', reactions: left }]);
  });

  test('[HB7] a message is pinned and unpinned for its conversation', () => {
    const pin = { messageId: '5', conversationId: 'bob', conversationType: 'singleChat', operatorId: 'bob', time: 7 };
    tell('onMessagePinEvent', { ...pin, operation: 'pin' });
    tell('onMessagePinEvent', { ...pin, operation: 'unpin' });
    tell('onMessagePinEvent', { ...pin, conversationId: 'alice', operatorId: 'alice', operation: 'pin' });
    expect(told).toEqual([
      { type: 'message-pinned', conversation: bob, messageId: '5', pin: { by: 'bob', time: 7 } },
      { type: 'message-pinned', conversation: bob, messageId: '5', pin: null },
    ]);
  });
});

describe('edits', () => {
  test('the edited message is told with its own id and time', () => {
    const edited = textMessage({ id: '7', msg: 'new', modifiedInfo: { operationCount: 1 } });
    tell('onModifiedMessage', edited);
    expect(told).toEqual([{ type: 'edited', message: edited }]);
  });

  test('an edit of the text alone comes with an empty ext, and says nothing about ext', () => {
    tell('onModifiedMessage', textMessage({ ext: {} }));
    expect(told[0]).toHaveProperty('message.msg');
    expect(told[0]).not.toHaveProperty('message.ext');
  });

  test('[ER3] one without a sender or a chat type is left out', () => {
    tell('onModifiedMessage', textMessage({ from: '' }));
    tell('onModifiedMessage', textMessage({ chatType: '' }));
    expect(told).toEqual([]);
  });
});

describe('other devices of the user', () => {
  const ref = { conversationId: '2001', conversationType: 'groupChat' };
  const muted = { conversationId: '2001', type: 'groupChat' };
  test.each([
    [{ operation: 'deleteConversation', ...ref }, { type: 'conversation-deleted', conversation: group }],
    [{ operation: 'deleteRoaming', conversationId: '2001', chatType: 'groupChat' }, { type: 'history-removed', conversation: group }],
    [{ operation: 'pinnedConversation', ...ref, timestamp: 5 }, { type: 'pinned', conversation: group, isPinned: true, time: 5 }],
    [{ operation: 'unpinnedConversation', ...ref }, { type: 'pinned', conversation: group, isPinned: false, time: 0 }],
    [{ operation: 'markConversation', ...ref, conversationMark: 3 }, { type: 'marked', conversation: group, mark: 3, isMarked: true }],
    [{ operation: 'setSilentModeForConversation', ...muted, data: { type: 'NONE' } }, { type: 'muted', conversation: group, isMuted: true }],
    [{ operation: 'setSilentModeForConversation', ...muted, data: { type: 'AT' } }, { type: 'muted', conversation: group, isMuted: true }],
    [{ operation: 'setSilentModeForConversation', ...muted, data: { type: 'ALL' } }, { type: 'muted', conversation: group, isMuted: false }],
    [{ operation: 'setSilentModeForConversation', ...muted, data: { type: 'ALL', ignoreDuration: 60_000 } }, { type: 'muted', conversation: group, isMuted: true }],
    [{ operation: 'removeSilentModeForConversation', ...muted, data: {} }, { type: 'muted', conversation: group, isMuted: false }],
    [{ operation: 'unMarkConversation', ...ref, conversationMark: 0 }, { type: 'marked', conversation: group, mark: 0, isMarked: false }],
  ])('%j', (payload, expected) => {
    tell('onMultiDeviceEvent', payload);
    expect(told).toEqual([expected]);
  });

  test.each([
    [{ operation: 'markConversation', ...ref }],
    [{ operation: 'setSilentModeForUser', ...ref }],
    [{ operation: 'deleteConversation', conversationId: '', conversationType: 'singleChat' }],
    [undefined],
  ])('%j is nothing to us', (payload) => {
    tell('onMultiDeviceEvent', payload);
    expect(told).toEqual([]);
  });
});

describe('notices', () => {
  /** Every event that the SDK's declarations name. */
  const names = readFileSync('node_modules/easemob-websdk/types/eventHandler.d.ts', 'utf8')
    .split('interface EventHandlerType')[1]
    ?.split('\n}')[0]
    ?.match(/(?<=^\t)on\w+(?=\?:)/gm);

  test('every event of the SDK is passed on under its name, with its own payload', () => {
    expect(names?.length).toBeGreaterThan(40);
    const payload = { any: 'thing' };
    for (const name of [...(names ?? []), 'onOfTheNextVersion']) {
      all = [];
      tell(name, payload);
      vi.runAllTimers();
      expect(all.filter(([type]) => type.startsWith('on'))).toEqual([[name, payload]]);
    }
  });

  test('each comes after what it means, and in the order of the SDK', () => {
    const [one, two] = [textMessage({ id: '1' }), textMessage({ id: '2', type: 'img' })];
    tell('onTextMessage', one);
    tell('onImageMessage', two);
    tell('onMessage', [one, two]);
    tell('onRecallMessage', receipt({ mid: '1' }));
    tell('onTextMessage', textMessage({ id: '3' }));
    tell('onConnected', undefined);
    const order = ['messages', 'onTextMessage', 'onImageMessage', 'onMessage', 'recalled', 'onRecallMessage', 'messages', 'onTextMessage', 'onConnected'];
    expect(all.map(([name]) => name)).toEqual(order);
    expect(told.map(({ type }) => type)).toEqual(['messages', 'recalled', 'connected', 'messages']);
  });

  test('a message that is not stored is passed on at once', () => {
    const room = textMessage({ id: '3', chatType: 'chatRoom' });
    tell('onTextMessage', room);
    expect(all).toEqual([['onTextMessage', room]]);
  });
});
