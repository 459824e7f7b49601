import { describe, expect, test, vi } from 'vitest';
import type { Chat } from '../../../src/client/chat.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { WorkerApi } from '../../../src/protocol/worker-api.ts';
import { message } from '../../support/messages.ts';
import { connected, quiet, rejection } from './harness.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const group = { conversationId: 'g1', conversationType: 'groupChat' } as const;
const row = { ...bob, unReadCount: 2, lastMessage: message(1), isPinned: true, pinnedTime: 5, marks: [3] };
const emptyRow = { ...group, unReadCount: 0, lastMessage: null, isPinned: false, pinnedTime: 0, marks: [] };

type Call = { readonly method: keyof WorkerApi; readonly args: readonly unknown[] };
type Good = readonly [title: string, run: (chat: Chat) => Promise<unknown>, call: Call, answer: unknown, result: unknown];

const goods: readonly Good[] = [
  [
    'getLocalConversations',
    (chat) => chat.localCache.getLocalConversations(),
    { method: 'getLocalConversations', args: [] },
    [row, emptyRow],
    { type: 0, data: [row, { ...emptyRow, lastMessage: undefined }] },
  ],
  [
    'getLocalConversation',
    (chat) => chat.localCache.getLocalConversation({ ...bob, more: 1 } as never),
    { method: 'getLocalConversation', args: [bob] },
    row,
    { type: 0, data: row },
  ],
  [
    'getLocalConversation that is not stored',
    (chat) => chat.localCache.getLocalConversation(group),
    { method: 'getLocalConversation', args: [group] },
    undefined,
    { type: 0, data: undefined },
  ],
  [
    'setLocalConversationCustomField',
    (chat) => chat.localCache.setLocalConversationCustomField({ ...bob, customField: { colour: 'red' } }),
    { method: 'setCustomField', args: [bob, { colour: 'red' }] },
    undefined,
    undefined,
  ],
  [
    'clearConversationUnreadCount reaches the service',
    (chat) => chat.localCache.clearConversationUnreadCount(bob),
    { method: 'clearUnread', args: [bob, { localOnly: false }] },
    undefined,
    undefined,
  ],
  [
    'clearConversationUnreadCount, here only',
    (chat) => chat.localCache.clearConversationUnreadCount({ ...bob, localOnly: true }),
    { method: 'clearUnread', args: [bob, { localOnly: true }] },
    undefined,
    undefined,
  ],
  [
    'removeLocalConversation, with its messages by default',
    (chat) => chat.localCache.removeLocalConversation(bob),
    { method: 'removeLocalConversation', args: [bob, { removeMessages: true }] },
    undefined,
    undefined,
  ],
  [
    'removeLocalConversation, keeping its messages',
    (chat) => chat.localCache.removeLocalConversation({ ...bob, isRemoveLocalMessage: false }),
    { method: 'removeLocalConversation', args: [bob, { removeMessages: false }] },
    undefined,
    undefined,
  ],
  [
    'getServerConversations by default',
    (chat) => chat.contact.getServerConversations(),
    { method: 'getServerConversations', args: [{ pageSize: 20, cursor: '', includeEmptyConversations: false }] },
    { conversations: [row, emptyRow], cursor: 'next' },
    { type: 0, data: { conversations: [row, emptyRow], cursor: 'next' } },
  ],
  [
    'getServerConversations with everything',
    (chat) => chat.contact.getServerConversations({ pageSize: 50, cursor: 'next', includeEmptyConversations: true }),
    { method: 'getServerConversations', args: [{ pageSize: 50, cursor: 'next', includeEmptyConversations: true }] },
    { conversations: [], cursor: '' },
    { type: 0, data: { conversations: [], cursor: '' } },
  ],
  [
    'getServerConversations with nulls, which the SDK takes as left out',
    (chat) => chat.contact.getServerConversations({ pageSize: null, cursor: null } as never),
    { method: 'getServerConversations', args: [{ pageSize: 20, cursor: '', includeEmptyConversations: false }] },
    { conversations: [], cursor: '' },
    { type: 0, data: { conversations: [], cursor: '' } },
  ],
  [
    'getServerPinnedConversations',
    (chat) => chat.contact.getServerPinnedConversations({ pageSize: 1 }),
    { method: 'getServerPinnedConversations', args: [{ pageSize: 1, cursor: '', includeEmptyConversations: false }] },
    { conversations: [row], cursor: '' },
    { type: 0, data: { conversations: [row], cursor: '' } },
  ],
  [
    'getConversationlist by default',
    (chat) => chat.contact.getConversationlist(),
    { method: 'getOldConversationList', args: [{ pageNum: 1, pageSize: 20 }] },
    [{ channel_id: 'bob', lastMessage: {}, unread_num: 1 }],
    { type: 0, data: { channel_infos: [{ channel_id: 'bob', lastMessage: {}, unread_num: 1 }] } },
  ],
  [
    'getConversationlist of a page',
    (chat) => chat.contact.getConversationlist({ pageNum: 3, pageSize: 1 }),
    { method: 'getOldConversationList', args: [{ pageNum: 3, pageSize: 1 }] },
    [],
    { type: 0, data: { channel_infos: [] } },
  ],
  ...[undefined, -1, null, ''].map(
    (cursor): Good => [
      `getHistoryMessages from the start, said as ${String(cursor) || "''"}`,
      (chat) => chat.contact.getHistoryMessages({ targetId: 'bob', ...(cursor !== undefined && { cursor }) }),
      { method: 'getHistoryMessages', args: [{ conversation: bob, cursor: '', pageSize: 20, direction: 'up' }] },
      { messages: [message(1)], cursor: '1000001', isLast: false },
      { messages: [message(1)], cursor: '1000001', isLast: false },
    ],
  ),
  [
    'getHistoryMessages with everything',
    (chat) =>
      chat.contact.getHistoryMessages({
        targetId: 'g1',
        chatType: 'groupChat',
        cursor: '7',
        pageSize: 50,
        searchDirection: 'down',
        searchOptions: { from: 'bob', msgTypes: ['txt', 'img'], startTime: 1, endTime: 2 },
      }),
    {
      method: 'getHistoryMessages',
      args: [
        {
          conversation: group,
          cursor: '7',
          pageSize: 50,
          direction: 'down',
          filter: { from: 'bob', msgTypes: ['txt', 'img'], startTime: 1, endTime: 2 },
        },
      ],
    },
    { messages: [], cursor: undefined, isLast: true },
    { messages: [], cursor: undefined, isLast: true },
  ],
  [
    'getHistoryMessages with a filter that filters nothing',
    (chat) =>
      chat.contact.getHistoryMessages({
        targetId: 'bob',
        searchOptions: { from: '', msgTypes: [], startTime: null, endTime: undefined } as never,
      }),
    { method: 'getHistoryMessages', args: [{ conversation: bob, cursor: '', pageSize: 20, direction: 'up' }] },
    { messages: [], cursor: undefined, isLast: true },
    { messages: [], cursor: undefined, isLast: true },
  ],
  [
    'removeHistoryMessages by id',
    (chat) => chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: ['1', '2'] }),
    { method: 'removeHistoryMessages', args: [{ conversation: bob, messageIds: ['1', '2'] }] },
    undefined,
    undefined,
  ],
  [
    'removeHistoryMessages by time',
    (chat) => chat.contact.removeHistoryMessages({ targetId: 'g1', chatType: 'groupChat', beforeTimeStamp: 9 }),
    { method: 'removeHistoryMessages', args: [{ conversation: group, beforeTimeStamp: 9 }] },
    undefined,
    undefined,
  ],
  [
    'removeHistoryMessages by both, where the SDK looks at the ids',
    (chat) =>
      chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: ['1'], beforeTimeStamp: 9 }),
    { method: 'removeHistoryMessages', args: [{ conversation: bob, messageIds: ['1'] }] },
    undefined,
    undefined,
  ],
  [
    'deleteConversation',
    (chat) => chat.contact.deleteConversation({ channel: 'g1', chatType: 'groupChat', deleteRoam: false }),
    { method: 'deleteConversation', args: [{ conversation: group, deleteRoam: false }] },
    undefined,
    { type: 0, data: { result: 'ok' } },
  ],
  [
    'deleteConversation of a single chat by default',
    (chat) => chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true }),
    { method: 'deleteConversation', args: [{ conversation: bob, deleteRoam: true }] },
    undefined,
    { type: 0, data: { result: 'ok' } },
  ],
  [
    'pinConversation',
    (chat) => chat.contact.pinConversation({ ...bob, isPinned: true }),
    { method: 'pinConversation', args: [{ conversation: bob, isPinned: true }] },
    { pinnedTime: 12 },
    { type: 0, data: { isPinned: true, pinnedTime: 12 } },
  ],
  [
    'addConversationMark',
    (chat) => chat.contact.addConversationMark({ conversations: [bob, group], mark: 0 }),
    { method: 'markConversations', args: [{ conversations: [bob, group], mark: 0, isMarked: true }] },
    undefined,
    undefined,
  ],
  [
    'removeConversationMark',
    (chat) => chat.contact.removeConversationMark({ conversations: [bob], mark: 19 }),
    { method: 'markConversations', args: [{ conversations: [bob], mark: 19, isMarked: false }] },
    undefined,
    undefined,
  ],
  [
    'send',
    (chat) => chat.send({ conversation: { ...bob, more: 1 } as never, type: 'txt', msg: 'hi', ext: { a: 1 } }),
    { method: 'send', args: [{ conversation: bob, type: 'txt', msg: 'hi', ext: { a: 1 } }] },
    { clientId: 'c1' },
    { clientId: 'c1' },
  ],
  ['retry', (chat) => chat.retry('c1'), { method: 'retry', args: ['c1'] }, undefined, undefined],
  ['discard', (chat) => chat.discard('c1'), { method: 'discard', args: ['c1'] }, undefined, undefined],
  ['refresh', (chat) => chat.refresh(), { method: 'refresh', args: [] }, undefined, undefined],
  ['logOut', (chat) => chat.logOut(), { method: 'logOut', args: [] }, undefined, undefined],
];

describe('good input', () => {
  test.for(goods)('%s', async ([, run, call, answer, result]) => {
    const { chat, worker } = await connected();
    worker.answer = () => ({ ok: true, value: answer });
    expect(await run(chat)).toEqual(result);
    expect(worker.calls).toEqual([call]);
  });
});

const badNames: readonly unknown[] = [undefined, null, '', ' ', 7, {}];
const badTypes: readonly unknown[] = [undefined, null, '', 'singlechat', 'chatRoom', 1];
const badFlags: readonly unknown[] = ['true', 1, {}];
const badPages: readonly unknown[] = [0, 51, -1, 1.5, NaN, Infinity, '20', true, []];
const badTimes: readonly unknown[] = [0, -1, 1.5, '1', NaN, Infinity];
const badRecords: readonly unknown[] = [undefined, null, 'text', 7, []];
/** What is left out or null means the default there. */
const given = (values: readonly unknown[]): readonly unknown[] => values.filter((value) => value !== undefined && value !== null);

type Bad = readonly [method: string, run: (chat: Chat, options: never) => Promise<unknown>, good: object, bad: { readonly [parameter: string]: readonly unknown[] }];

const ref = { conversationId: badNames, conversationType: badTypes };
const history = { targetId: 'bob', chatType: 'singleChat' };
const bads: readonly Bad[] = [
  ['getLocalConversation', (chat, options) => chat.localCache.getLocalConversation(options), bob, ref],
  [
    'setLocalConversationCustomField',
    (chat, options) => chat.localCache.setLocalConversationCustomField(options),
    { ...bob, customField: {} },
    { ...ref, customField: [...badRecords, { callback: () => undefined }] },
  ],
  [
    'clearConversationUnreadCount',
    (chat, options) => chat.localCache.clearConversationUnreadCount(options),
    bob,
    { ...ref, localOnly: badFlags },
  ],
  [
    'removeLocalConversation',
    (chat, options) => chat.localCache.removeLocalConversation(options),
    bob,
    { ...ref, isRemoveLocalMessage: badFlags },
  ],
  [
    'getServerConversations',
    (chat, options) => chat.contact.getServerConversations(options),
    {},
    { pageSize: badPages, cursor: [7, {}, true], includeEmptyConversations: badFlags },
  ],
  [
    'getServerPinnedConversations',
    (chat, options) => chat.contact.getServerPinnedConversations(options),
    {},
    { pageSize: badPages, cursor: [7, {}, true], includeEmptyConversations: badFlags },
  ],
  [
    'getConversationlist',
    (chat, options) => chat.contact.getConversationlist(options),
    {},
    { pageSize: [...badPages, 21], pageNum: [0, -1, 1.5, '1', NaN] },
  ],
  [
    'getHistoryMessages',
    (chat, options) => chat.contact.getHistoryMessages(options),
    history,
    {
      targetId: badNames,
      chatType: given(badTypes).filter((type) => type !== 'chatRoom'),
      pageSize: badPages,
      cursor: [0, 7, -2, {}, true],
      searchDirection: ['left', '', 1],
      searchOptions: given(badRecords),
    },
  ],
  [
    'getHistoryMessages, searchOptions',
    (chat, searchOptions) => chat.contact.getHistoryMessages({ ...history, searchOptions } as never),
    {},
    { from: [7, {}, ' '], msgTypes: ['txt', [7], ['']].slice(0, 2), startTime: badTimes, endTime: badTimes },
  ],
  [
    'removeHistoryMessages by id',
    (chat, options) => chat.contact.removeHistoryMessages(options),
    { ...history, messageIds: ['1'] },
    {
      targetId: badNames,
      chatType: badTypes.filter((type) => type !== 'chatRoom'),
      messageIds: [[], ['1', ''], [7], '1', Array.from({ length: 51 }, (_, number) => String(number))],
    },
  ],
  [
    'removeHistoryMessages by time',
    (chat, options) => chat.contact.removeHistoryMessages(options),
    { ...history, beforeTimeStamp: 1 },
    { beforeTimeStamp: [undefined, null, ...badTimes] },
  ],
  [
    'deleteConversation',
    (chat, options) => chat.contact.deleteConversation(options),
    { channel: 'bob', chatType: 'singleChat', deleteRoam: true },
    { channel: badNames, chatType: given(badTypes), deleteRoam: [undefined, null, ...badFlags] },
  ],
  [
    'pinConversation',
    (chat, options) => chat.contact.pinConversation(options),
    { ...bob, isPinned: true },
    { ...ref, isPinned: [undefined, null, ...badFlags] },
  ],
  ...(['addConversationMark', 'removeConversationMark'] as const).map(
    (method): Bad => [
      method,
      (chat, options) => chat.contact[method](options),
      { conversations: [bob], mark: 1 },
      { conversations: [undefined, null, [], bob, 'bob', ['bob']], mark: [undefined, -1, 20, 1.5, '1', 'mark_1'] },
    ],
  ),
  [
    'send',
    (chat, options) => chat.send(options),
    { conversation: bob, type: 'txt', msg: 'hi' },
    { conversation: badRecords, type: badNames },
  ],
  ['retry', (chat, options: { clientId: string }) => chat.retry(options.clientId), { clientId: 'c1' }, { clientId: badNames }],
  ['discard', (chat, options: { clientId: string }) => chat.discard(options.clientId), { clientId: 'c1' }, { clientId: badNames }],
];

describe('bad input', () => {
  test.for(bads)('[ER2] %s refuses it, naming the parameter, and nothing is sent', async ([, run, good, bad]) => {
    const { chat, worker } = await connected();
    for (const [parameter, values] of Object.entries(bad)) {
      for (const value of values) {
        const promise = run(chat, { ...good, [parameter]: value } as never);
        const error = await rejection(promise, 'invalid-argument').catch((reason: unknown) => {
          throw new Error(`${parameter} = ${String(value)}`, { cause: reason });
        });
        expect(error.details).toEqual({ parameter });
        expect(error.retryable).toBe(false);
      }
    }
    await quiet();
    expect(worker.calls).toEqual([]);
  });

  test.for(bads.filter(([method]) => !/^(retry|discard)/.test(method)))(
    '[ER2] %s refuses an argument that is no object, without throwing',
    async ([method, run]) => {
      const { chat, worker } = await connected();
      const isSearch = method.endsWith('searchOptions');
      for (const options of ['text', 7, [], ...(isSearch ? [] : [null])]) {
        const error = await rejection(run(chat, options as never), 'invalid-argument');
        expect(error.details).toEqual({ parameter: isSearch ? 'searchOptions' : 'options' });
      }
      expect(worker.calls).toEqual([]);
    },
  );

  test.for([
    ['getHistoryMessages', (chat: Chat) => chat.contact.getHistoryMessages({ targetId: 'r', chatType: 'chatRoom' })],
    [
      'removeHistoryMessages',
      (chat: Chat) => chat.contact.removeHistoryMessages({ targetId: 'r', chatType: 'chatRoom', messageIds: ['1'] }),
    ],
  ] as const)('[ER2] %s of a chat room is unsupported, naming chatType', async ([, run]) => {
    const { chat, worker } = await connected();
    expect((await rejection(run(chat), 'unsupported')).details).toEqual({ parameter: 'chatType' });
    expect(worker.calls).toEqual([]);
  });

  test('[ER2] a message that cannot be copied is refused', async () => {
    const { chat, worker } = await connected();
    const promise = chat.send({ conversation: bob, type: 'txt', msg: 'hi', ext: { then: () => undefined } });
    expect((await rejection(promise, 'invalid-argument')).details).toEqual({ parameter: 'message' });
    expect(worker.calls).toEqual([]);
  });

  test.for([
    ['conversation', (chat: Chat) => chat.conversation({ conversationId: '', conversationType: 'singleChat' }), 'conversationId'],
    ['timeline', (chat: Chat) => chat.timeline({ ...bob, conversationType: 'chatRoom' } as never), 'conversationType'],
    ['conversations', (chat: Chat) => chat.conversations({ limit: 0 }), 'limit'],
    ['conversations', (chat: Chat) => chat.conversations(7 as never), 'options'],
  ] as const)('[ER2] the live query %s throws at once', async ([, run, parameter]) => {
    const { chat } = await connected();
    expect(() => run(chat)).toThrow(expect.objectContaining({ code: 'invalid-argument', details: { parameter } }));
  });
});

describe('callbacks of the older methods', () => {
  const olds = [
    ['getConversationlist', 'error', (chat: Chat, callbacks: object) => chat.contact.getConversationlist(callbacks), []],
    [
      'deleteConversation',
      'error',
      (chat: Chat, callbacks: object) => chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true, ...callbacks }),
      undefined,
    ],
    [
      'getHistoryMessages',
      'fail',
      (chat: Chat, callbacks: object) => chat.contact.getHistoryMessages({ targetId: 'bob', ...callbacks }),
      { messages: [], cursor: undefined, isLast: true },
    ],
  ] as const;

  test.for(olds)('%s tells success what its promise brings', async ([, , run, answer]) => {
    const { chat, worker } = await connected();
    worker.answer = () => ({ ok: true, value: answer });
    const success = vi.fn();
    const result = await run(chat, { success });
    expect(success.mock.calls).toEqual([[result]]);
  });

  test.for(olds)('%s tells %s why its promise rejects', async ([, name, run]) => {
    const { chat, worker } = await connected();
    worker.answer = () => ({ ok: false, error: new SyncError('offline', 'no network').toData() });
    const callback = vi.fn();
    const error = await rejection(run(chat, { [name]: callback }), 'offline');
    expect(callback.mock.calls).toEqual([[error]]);
    const refusal = await rejection(run(chat, { [name]: callback, pageSize: 99, deleteRoam: 1 }), 'invalid-argument');
    expect(callback).toHaveBeenLastCalledWith(refusal);
  });
});
