import { describe, expect, test } from 'vitest';
import type { Chat } from '../../../src/client/chat.ts';
import type { Account } from '../../../src/protocol/model.ts';
import type { LoggedCall } from '../../../src/testing/fake-faults.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { message } from '../../support/messages.ts';
import { rejection } from '../client/harness.ts';
import { openWorld } from './open-world.ts';
import { bob, shownBy, untilLive, watch } from './watch.ts';

const group = { conversationId: 'g1', conversationType: 'groupChat' } as const;
const row = { ...bob, unReadCount: 2, lastMessage: message(1), isPinned: true, pinnedTime: 5, marks: [3] };
const emptyRow = { ...group, unReadCount: 0, lastMessage: null, isPinned: false, pinnedTime: 0, marks: [] };
/** What Moorage tells of every conversation besides. */
const own = { mentions: 0, isMuted: false, isMarkedUnread: false };

async function openLive(options: { readonly conversations?: number } = {}): Promise<{ world: TestWorld; tab: TestTab; chat: Chat }> {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: options.conversations ?? 0, messages: 2 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  await world.settle();
  return { world, tab, chat: tab.chat };
}

const firstPage = { pageSize: 20, cursor: '', includeEmptyConversations: false };
const nothingOlder = { messages: [], cursor: undefined, isLast: true };

/** What the service is asked, what it answers, and what the caller gets. */
type Good = readonly [
  title: string,
  run: (chat: Chat) => Promise<unknown>,
  asked: Pick<LoggedCall, 'name' | 'request'>,
  answer: unknown,
  result: unknown,
];

const goods: readonly Good[] = [
  [
    'getServerConversations by default',
    (chat) => chat.contact.getServerConversations(),
    { name: 'getConversations', request: firstPage },
    { conversations: [row, emptyRow], cursor: 'next' },
    { type: 0, data: { conversations: [{ ...row, ...own }, { ...emptyRow, ...own }], cursor: 'next' } },
  ],
  [
    'getServerConversations with everything',
    (chat) => chat.contact.getServerConversations({ pageSize: 50, cursor: 'next', includeEmptyConversations: true }),
    { name: 'getConversations', request: { pageSize: 50, cursor: 'next', includeEmptyConversations: true } },
    { conversations: [], cursor: '' },
    { type: 0, data: { conversations: [], cursor: '' } },
  ],
  [
    'getServerConversations with nulls, which the SDK takes as left out',
    (chat) => chat.contact.getServerConversations({ pageSize: null, cursor: null } as never),
    { name: 'getConversations', request: firstPage },
    { conversations: [], cursor: '' },
    { type: 0, data: { conversations: [], cursor: '' } },
  ],
  [
    'getServerPinnedConversations',
    (chat) => chat.contact.getServerPinnedConversations({ pageSize: 1 }),
    { name: 'getPinnedConversations', request: { pageSize: 1, cursor: '', includeEmptyConversations: false } },
    { conversations: [row], cursor: '' },
    { type: 0, data: { conversations: [{ ...row, ...own }], cursor: '' } },
  ],
  [
    'getServerPinnedConversations with empty ones',
    (chat) => chat.contact.getServerPinnedConversations({ pageSize: 2, cursor: 'c', includeEmptyConversations: true }),
    { name: 'getPinnedConversations', request: { pageSize: 2, cursor: 'c', includeEmptyConversations: true } },
    { conversations: [], cursor: '' },
    { type: 0, data: { conversations: [], cursor: '' } },
  ],
  [
    'getConversationlist by default',
    (chat) => chat.contact.getConversationlist(),
    { name: 'getOldConversationList', request: { pageNum: 1, pageSize: 20 } },
    [{ channel_id: 'bob', lastMessage: {}, unread_num: 1 }],
    { type: 0, data: { channel_infos: [{ channel_id: 'bob', lastMessage: {}, unread_num: 1 }] } },
  ],
  [
    'getConversationlist of a page',
    (chat) => chat.contact.getConversationlist({ pageNum: 3, pageSize: 1 }),
    { name: 'getOldConversationList', request: { pageNum: 3, pageSize: 1 } },
    [],
    { type: 0, data: { channel_infos: [] } },
  ],
  ...[undefined, -1, null, ''].map(
    (cursor): Good => [
      `getHistoryMessages from the start, said as ${String(cursor) || "''"}`,
      (chat) => chat.contact.getHistoryMessages({ targetId: 'bob', ...(cursor !== undefined && { cursor }) }),
      { name: 'getHistory', request: { conversation: bob, cursor: '', pageSize: 20, direction: 'up' } },
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
      name: 'getHistory',
      request: {
        conversation: group,
        cursor: '7',
        pageSize: 50,
        direction: 'down',
        filter: { from: 'bob', msgTypes: ['txt', 'img'], startTime: 1, endTime: 2 },
      },
    },
    nothingOlder,
    nothingOlder,
  ],
  [
    'getHistoryMessages with a filter that filters nothing',
    (chat) =>
      chat.contact.getHistoryMessages({
        targetId: 'bob',
        searchOptions: { from: '', msgTypes: [], startTime: null, endTime: undefined } as never,
      }),
    { name: 'getHistory', request: { conversation: bob, cursor: '', pageSize: 20, direction: 'up' } },
    nothingOlder,
    nothingOlder,
  ],
  [
    'removeHistoryMessages by id',
    (chat) => chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: ['1', '2'] }),
    { name: 'removeHistory', request: { conversation: bob, messageIds: ['1', '2'] } },
    undefined,
    undefined,
  ],
  [
    'removeHistoryMessages by time',
    (chat) => chat.contact.removeHistoryMessages({ targetId: 'g1', chatType: 'groupChat', beforeTimeStamp: 9 }),
    { name: 'removeHistory', request: { conversation: group, beforeTimeStamp: 9 } },
    undefined,
    undefined,
  ],
  [
    'removeHistoryMessages by both, where the SDK looks at the ids',
    (chat) =>
      chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: ['1'], beforeTimeStamp: 9 }),
    { name: 'removeHistory', request: { conversation: bob, messageIds: ['1'] } },
    undefined,
    undefined,
  ],
  [
    'deleteConversation',
    (chat) => chat.contact.deleteConversation({ channel: 'g1', chatType: 'groupChat', deleteRoam: false }),
    { name: 'deleteConversation', request: { conversation: group, deleteRoam: false } },
    undefined,
    { type: 0, data: { result: 'ok' } },
  ],
  [
    'deleteConversation of a single chat by default',
    (chat) => chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true }),
    { name: 'deleteConversation', request: { conversation: bob, deleteRoam: true } },
    undefined,
    { type: 0, data: { result: 'ok' } },
  ],
  [
    'pinConversation',
    (chat) => chat.contact.pinConversation({ ...bob, isPinned: true }),
    { name: 'pinConversation', request: { conversation: bob, isPinned: true } },
    { pinnedTime: 12 },
    { type: 0, data: { isPinned: true, pinnedTime: 12 } },
  ],
  [
    'addConversationMark',
    (chat) => chat.contact.addConversationMark({ conversations: [bob, group], mark: 0 }),
    { name: 'markConversations', request: { conversations: [bob, group], mark: 0, isMarked: true } },
    undefined,
    undefined,
  ],
  [
    'removeConversationMark',
    (chat) => chat.contact.removeConversationMark({ conversations: [bob], mark: 19 }),
    { name: 'markConversations', request: { conversations: [bob], mark: 19, isMarked: false } },
    undefined,
    undefined,
  ],
  [
    'recallMessage of a single chat by default',
    (chat) => chat.contact.recallMessage({ mid: '7', to: 'bob' }),
    { name: 'recallMessage', request: { conversation: bob, messageId: '7' } },
    undefined,
    { localMsgId: expect.any(String) as unknown, serverMsgId: '7' },
  ],
  [
    'modifyMessage with a message made by the SDK',
    (chat) => chat.contact.modifyMessage({ messageId: '7', modifiedMessage: { ...{ id: '99', from: '', time: 1, ext: {} }, type: 'txt', to: 'g1', chatType: 'groupChat', msg: 'x' } }),
    { name: 'editMessage', request: { conversation: group, messageId: '7', message: { conversation: group, type: 'txt', msg: 'x' } } },
    message(7, { modifiedInfo: { operationCount: 1 } }),
    { localMsgId: expect.any(String) as unknown, serverMsgId: '7', message: message(7, { modifiedInfo: { operationCount: 1 } }) },
  ],
  ...(['addReaction', 'deleteReaction'] as const).map(
    (method): Good => [
      method,
      (chat) => chat.contact[method]({ ...bob, messageId: '7', reaction: '+1' }),
      { name: 'reactToMessage', request: { conversation: bob, messageId: '7', reaction: '+1', isAdded: method === 'addReaction' } },
      undefined,
      undefined,
    ],
  ),
  ...(['pinMessage', 'unpinMessage'] as const).map(
    (method): Good => [
      method,
      (chat) => chat.contact[method]({ ...bob, messageId: '7' }),
      { name: 'pinMessage', request: { conversation: bob, messageId: '7', isPinned: method === 'pinMessage' } },
      undefined,
      undefined,
    ],
  ),
  [
    'send of a read receipt',
    (chat) => chat.send({ conversation: bob, type: 'read', id: '7', ackContent: 'seen' }),
    { name: 'acknowledgeMessage', request: { conversation: bob, messageId: '7', text: 'seen' } },
    undefined,
    { clientId: expect.any(String) as unknown },
  ],
];

describe('good input', () => {
  test.for(goods)('%s', async ([, run, asked, answer, result]) => {
    const { world, chat } = await openLive();
    world.server.faults.failNext(asked.name, { type: 'answer', value: answer });
    const before = world.server.faults.calls.length;
    expect(await run(chat)).toEqual(result);
    expect(world.server.faults.calls.slice(before)).toEqual([{ ...asked, userId: 'alice' }]);
  });

  test('stored conversations have the SDK\'s shape: no last message is undefined', async () => {
    const { world, chat } = await openLive();
    world.server.faults.failNext('getConversations', { type: 'answer', value: { conversations: [row, emptyRow], cursor: '' } });
    await chat.contact.getServerConversations();
    const { lastMessage: _none, ...rest } = { ...emptyRow, ...own };
    expect(await chat.localCache.getLocalConversations()).toEqual({ type: 0, data: [{ ...row, ...own }, rest] });
    expect(await chat.localCache.getLocalConversation({ ...bob, more: 1 } as never)).toEqual({ type: 0, data: { ...row, ...own } });
    expect(await chat.localCache.getLocalConversation(group)).toEqual({ type: 0, data: rest });
    expect(await chat.localCache.getLocalConversation({ ...group, conversationId: 'g2' })).toEqual({ type: 0, data: undefined });
  });

  test('setLocalConversationCustomField puts the fields in the place of those before', async () => {
    const { chat } = await openLive();
    await chat.localCache.setLocalConversationCustomField({ ...bob, customField: { colour: 'red', size: 1 } });
    await chat.localCache.setLocalConversationCustomField({ ...bob, customField: { colour: 'blue' } });
    expect((await chat.localCache.getLocalConversation(bob)).data?.customField).toEqual({ colour: 'blue' });
  });

  test.for([
    ['reaches the service', {}, 1],
    ['stays here where that is asked for', { localOnly: true }, 0],
  ] as const)('clearConversationUnreadCount %s', async ([, options, acknowledged]) => {
    const { world, chat } = await openLive({ conversations: 1 });
    const user = { conversationId: 'user-1', conversationType: 'singleChat' } as const;
    expect((await chat.localCache.getLocalConversation(user)).data?.unReadCount).toBe(2);
    expect(await chat.localCache.clearConversationUnreadCount({ ...user, ...options })).toBe(undefined);
    expect((await chat.localCache.getLocalConversation(user)).data?.unReadCount).toBe(0);
    await world.clock.advance(500);
    await world.settle();
    expect(world.server.faults.count('acknowledgeConversation')).toBe(acknowledged);
  });

  test.for([
    ['with its messages by default', {}, 0],
    ['keeping its messages', { isRemoveLocalMessage: false }, 2],
  ] as const)('removeLocalConversation, %s', async ([, options, kept]) => {
    const { world, chat } = await openLive({ conversations: 1 });
    const user = { conversationId: 'user-1', conversationType: 'singleChat' } as const;
    await chat.contact.getHistoryMessages({ targetId: 'user-1' });
    await chat.localCache.removeLocalConversation({ ...user, ...options });
    expect(await chat.localCache.getLocalConversations()).toEqual({ type: 0, data: [] });
    world.service.setReachable(false);
    const timeline = watch(chat.timeline(user));
    await world.until(() => timeline.value !== undefined, 'the timeline is known');
    expect(timeline.value?.items).toHaveLength(kept);
  });

  test('send passes on the message, and of the conversation no more than its name', async () => {
    const { world, chat } = await openLive();
    await chat.send({ conversation: { ...bob, more: 1 } as never, type: 'txt', msg: 'hi', ext: { a: 1 } });
    await world.settle();
    const sent = world.server.faults.calls.filter(({ name }) => name === 'send');
    expect(sent.map(({ request }) => request)).toEqual([{ conversation: bob, type: 'txt', msg: 'hi', ext: { a: 1 } }]);
  });

  test('[OB2] what is sent in one breath goes in the order it was asked for, though a file takes a moment to check and one is refused', async () => {
    const { world, chat } = await openLive();
    const file = (text: string) => ({ conversation: bob, type: 'file', file: { data: new Blob([text]) } }) as const;
    const text = (msg: string) => ({ conversation: bob, type: 'txt', msg }) as const;
    const asked = [file('1'), text('2'), file(''), file('4'), text(''), text('6')].map((one) => chat.send(one));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    await world.until(() => world.server.history('alice', bob).length === 4, 'all are sent');
    expect(world.server.history('alice', bob).map(({ type, msg }) => msg || type)).toEqual(['file', '2', 'file', '6']);
  });

  test('[OB5] a combined message leaves its list in a file, and says how deep it goes', async () => {
    const { world, chat } = await openLive();
    await chat.send({ conversation: bob, ...combined, messageList: [quoted, { ...quoted, combineLevel: 3 }] });
    await world.until(() => world.server.history('alice', bob).length === 1, 'it is sent');
    const [sent] = world.server.history('alice', bob);
    expect(sent).toMatchObject({ type: 'combine', title: 'T', combineLevel: 4, filename: 'combine' });
    expect(sent).not.toHaveProperty('messageList');
    expect(JSON.parse((await world.server.files.get(String(sent?.['url']))?.data.text()) ?? '')).toEqual([quoted, { ...quoted, combineLevel: 3 }]);
  });

  test('[ER2] a service that names what it can send is sent nothing else, and its own types are sent', async () => {
    const world = openWorld();
    const { factory } = world.service;
    Object.assign(world.service, { factory: (account: Account) => ({ ...factory(account), sendable: new Set(['sticker']) }) });
    const tab = await world.openTab();
    await untilLive(world, tab);
    const error = await rejection(tab.chat.send({ conversation: bob, type: 'txt', msg: 'hi' }), 'invalid-argument');
    expect(error.details).toEqual({ parameter: 'type' });
    await tab.chat.send({ conversation: bob, type: 'sticker', number: 7 });
    await world.until(() => world.server.history('alice', bob).length === 1, 'it is sent');
    expect(world.server.history('alice', bob)).toMatchObject([{ type: 'sticker', number: 7 }]);
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

const badNumbers: readonly unknown[] = [undefined, null, '1', NaN, Infinity, {}];
const badTexts: readonly unknown[] = [undefined, null, 7, {}];

const quoted = { id: '1', type: 'txt', from: 'bob', to: 'alice', time: 1, msg: 'x' };
const combined = { type: 'combine', title: 'T', summary: 'S', compatibleText: 'C', messageList: [quoted] };
const badLists: readonly unknown[] = [
  ...[undefined, null, [], quoted, 'text', [7], Array(301).fill(quoted)],
  ...[{ id: '' }, { type: 7 }, { from: undefined }, { to: null }, { time: '1' }, { combineLevel: 10 }, { size: 1n }].map((wrong) => [quoted, { ...quoted, ...wrong }]),
];

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
    'recallMessage',
    (chat, options) => chat.contact.recallMessage(options),
    { mid: '1', to: 'bob' },
    { mid: badNames, to: badNames, chatType: given(badTypes).filter((type) => type !== 'chatRoom') },
  ],
  [
    'modifyMessage',
    (chat, options) => chat.contact.modifyMessage(options),
    { messageId: '1', modifiedMessage: { type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'x' } },
    { messageId: badNames, modifiedMessage: badRecords },
  ],
  [
    'modifyMessage, modifiedMessage',
    (chat, modifiedMessage) => chat.contact.modifyMessage({ messageId: '1', modifiedMessage }),
    { type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'x' },
    { type: badNames, to: badNames, chatType: badTypes.filter((type) => type !== 'chatRoom') },
  ],
  ...(['addReaction', 'deleteReaction'] as const).map(
    (method): Bad => [
      method,
      (chat, options) => chat.contact[method](options),
      { ...bob, messageId: '1', reaction: '+1' },
      { messageId: badNames, reaction: badNames, conversationId: given(badNames), conversationType: given(badTypes) },
    ],
  ),
  ...(['pinMessage', 'unpinMessage'] as const).map(
    (method): Bad => [method, (chat, options) => chat.contact[method](options), { ...bob, messageId: '1' }, { ...ref, messageId: badNames }],
  ),
  [
    'send, a read receipt',
    (chat, options) => chat.send(options),
    { conversation: bob, type: 'read', id: '1' },
    { conversation: badRecords, id: badNames, ackContent: [7, {}, true] },
  ],
  [
    'send',
    (chat, options) => chat.send(options),
    { conversation: bob, type: 'txt', msg: 'hi' },
    { conversation: badRecords, type: [...badNames, 'channel', 'delivery', 'recall', 'nonsense'], msg: badNames, ext: given(badRecords) },
  ],
  ['send, custom', (chat, options) => chat.send(options), { conversation: bob, type: 'custom', customEvent: 'poll' }, { customEvent: badNames, customExts: given(badRecords) }],
  ['send, a place', (chat, options) => chat.send(options), { conversation: bob, type: 'loc', lat: 1, lng: 2 }, { lat: badNumbers, lng: badNumbers, addr: [7, {}], buildingName: [7, {}] }],
  ['send, a command', (chat, options) => chat.send(options), { conversation: bob, type: 'cmd', action: 'typing' }, { action: badNames, ext: given(badRecords) }],
  ['send, a file', (chat, options) => chat.send(options), { conversation: bob, type: 'file', file: { data: new Blob(['x']) } }, { file: badRecords, msg: [7, {}] }],
  ['send, a picture that is uploaded', (chat, options) => chat.send(options), { conversation: bob, type: 'img', url: 'https://files.example/1' }, { file: [{ data: new Blob(['x']) }] }],
  ['send, messages combined', (chat, options) => chat.send(options), { conversation: bob, ...combined }, { title: badTexts, summary: badTexts, compatibleText: badTexts, messageList: badLists }],
  ['retry', (chat, options: { clientId: string }) => chat.retry(options.clientId), { clientId: 'c1' }, { clientId: badNames }],
  ['discard', (chat, options: { clientId: string }) => chat.discard(options.clientId), { clientId: 'c1' }, { clientId: badNames }],
];

test('a reaction finds its message wherever it is stored, and says where there is none', async () => {
  const { world, chat } = await openLive({ conversations: 3 });
  const { id } = world.server.write({ from: 'user-2', to: 'alice', text: 'like me' });
  await world.settle();
  world.server.write({ from: 'user-2', to: 'alice', text: 'later' });
  await world.settle();
  await chat.contact.addReaction({ messageId: id, reaction: '+1' });
  const [call] = world.server.faults.calls.filter(({ name }) => name === 'reactToMessage');
  expect(call?.request).toMatchObject({ conversation: { conversationId: 'user-2', conversationType: 'singleChat' } });
  const error = await rejection(chat.contact.addReaction({ messageId: 'nowhere', reaction: '+1' }), 'not-found');
  expect(error.details).toEqual({ parameter: 'messageId' });
});

describe('bad input', () => {
  test.for(bads)('[ER2] %s refuses it, naming the parameter, nothing is sent and nothing stored', async ([, run, good, bad]) => {
    const { world, tab, chat } = await openLive({ conversations: 2 });
    const before = [await shownBy(tab), world.server.faults.calls.length];
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
    await world.settle();
    expect([await shownBy(tab), world.server.faults.calls.length]).toEqual(before);
  });

  test.for(bads.filter(([method]) => !/^(retry|discard)/.test(method)))(
    '[ER2] %s refuses an argument that is no object, without throwing',
    async ([method, run]) => {
      const { world, chat } = await openLive();
      const before = world.server.faults.calls.length;
      const [, parameter = 'options'] = /, (searchOptions|modifiedMessage)$/.exec(method) ?? [];
      for (const options of ['text', 7, [], ...(parameter === 'searchOptions' ? [] : [null])]) {
        const error = await rejection(run(chat, options as never), 'invalid-argument');
        expect(error.details).toEqual({ parameter });
      }
      expect(world.server.faults.calls).toHaveLength(before);
    },
  );

  test.for([
    ['getHistoryMessages', (chat: Chat) => chat.contact.getHistoryMessages({ targetId: 'r', chatType: 'chatRoom' })],
    [
      'removeHistoryMessages',
      (chat: Chat) => chat.contact.removeHistoryMessages({ targetId: 'r', chatType: 'chatRoom', messageIds: ['1'] }),
    ],
    ['recallMessage', (chat: Chat) => chat.contact.recallMessage({ mid: '1', to: 'r', chatType: 'chatRoom' })],
    ['modifyMessage', (chat: Chat) => chat.contact.modifyMessage({ messageId: '1', modifiedMessage: { type: 'txt', to: 'r', chatType: 'chatRoom' } })],
  ] as const)('[ER2] %s of a chat room is unsupported, naming chatType', async ([, run]) => {
    const { world, chat } = await openLive();
    const before = world.server.faults.calls.length;
    expect((await rejection(run(chat), 'unsupported')).details).toEqual({ parameter: 'chatType' });
    expect(world.server.faults.calls).toHaveLength(before);
  });
});
