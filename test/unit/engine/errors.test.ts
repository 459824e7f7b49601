import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { WorkerApi } from '../../../src/protocol/worker-api.ts';
import type { ServiceCall } from '../../../src/testing/fake-faults.ts';
import { openWorld } from './open-world.ts';
import { openRawTab } from './raw-tab.ts';
import { bob, shownBy, untilLive, watch } from './watch.ts';

const page = { pageSize: 20, cursor: '' };
const history = { conversation: bob, cursor: '', pageSize: 20, direction: 'up' };
const marks = { conversations: [bob], mark: 1, isMarked: true };

/** Bad arguments of every call, and the parameter that the refusal names. */
const badInput: readonly (readonly [keyof WorkerApi, string, ...(readonly unknown[])])[] = [
  ['getLocalConversation', 'conversation', undefined],
  ['getLocalConversation', 'conversationId', { ...bob, conversationId: '' }],
  ['getLocalConversation', 'conversationId', { ...bob, conversationId: 7 }],
  ['getLocalConversation', 'conversationType', { ...bob, conversationType: 'chatRoom' }],
  ['setCustomField', 'conversationId', { conversationType: 'singleChat' }, {}],
  ['setCustomField', 'customField', bob, 'text'],
  ['setCustomField', 'customField', bob, []],
  ['clearUnread', 'conversation', null, { localOnly: false }],
  ['clearUnread', 'options', bob],
  ['clearUnread', 'localOnly', bob, { localOnly: 'yes' }],
  ['removeLocalConversation', 'conversationId', { ...bob, conversationId: '  ' }, { removeMessages: true }],
  ['removeLocalConversation', 'removeMessages', bob, {}],
  ['getServerConversations', 'options', undefined],
  ['getServerConversations', 'pageSize', { ...page, pageSize: 0, includeEmptyConversations: false }],
  ['getServerConversations', 'pageSize', { ...page, pageSize: 51, includeEmptyConversations: false }],
  ['getServerConversations', 'pageSize', { ...page, pageSize: 2.5, includeEmptyConversations: false }],
  ['getServerConversations', 'cursor', { ...page, cursor: 5, includeEmptyConversations: false }],
  ['getServerConversations', 'includeEmptyConversations', page],
  ['getServerPinnedConversations', 'pageSize', { ...page, pageSize: '20' }],
  ['getServerPinnedConversations', 'cursor', { pageSize: 20 }],
  ['getOldConversationList', 'pageNum', { pageNum: 0, pageSize: 20 }],
  ['getOldConversationList', 'pageSize', { pageNum: 1, pageSize: 21 }],
  ['getHistoryMessages', 'request', 'bob'],
  ['getHistoryMessages', 'conversation', { ...history, conversation: undefined }],
  ['getHistoryMessages', 'pageSize', { ...history, pageSize: 51 }],
  ['getHistoryMessages', 'cursor', { ...history, cursor: -1 }],
  ['getHistoryMessages', 'direction', { ...history, direction: 'sideways' }],
  ['getHistoryMessages', 'filter', { ...history, filter: [] }],
  ['getHistoryMessages', 'startTime', { ...history, filter: { startTime: 'now' } }],
  ['getHistoryMessages', 'msgTypes', { ...history, filter: { msgTypes: 'txt' } }],
  ['removeHistoryMessages', 'conversation', {}],
  ['removeHistoryMessages', 'messageIds', { conversation: bob, messageIds: [] }],
  ['removeHistoryMessages', 'messageIds', { conversation: bob, messageIds: Array.from({ length: 51 }, String) }],
  ['removeHistoryMessages', 'messageIds', { conversation: bob, messageIds: [1] }],
  ['removeHistoryMessages', 'beforeTimeStamp', { conversation: bob }],
  ['removeHistoryMessages', 'beforeTimeStamp', { conversation: bob, beforeTimeStamp: 'yesterday' }],
  ['removeHistoryMessages', 'beforeTimeStamp', { conversation: bob, messageIds: ['1'], beforeTimeStamp: 1 }],
  ['deleteConversation', 'conversationId', { conversation: { conversationType: 'singleChat' }, deleteRoam: true }],
  ['deleteConversation', 'deleteRoam', { conversation: bob }],
  ['pinConversation', 'isPinned', { conversation: bob, isPinned: 1 }],
  ['pinConversation', 'conversationType', { conversation: { conversationId: 'bob' }, isPinned: true }],
  ['markConversations', 'conversations', { ...marks, conversations: [] }],
  ['markConversations', 'conversationId', { ...marks, conversations: [{ conversationType: 'singleChat' }] }],
  ['markConversations', 'mark', { ...marks, mark: 20 }],
  ['markConversations', 'isMarked', { ...marks, isMarked: 'no' }],
  ['loadOlder', 'subscription', 'first'],
  ['loadOlder', 'subscription', 99],
  ['send', 'message', undefined],
  ['send', 'conversation', { type: 'txt', msg: 'hi' }],
  ['send', 'type', { conversation: bob, type: '', msg: 'hi' }],
  ['send', 'msg', { conversation: bob, type: 'txt' }],
  ['send', 'msg', { conversation: bob, type: 'txt', msg: '' }],
  ['send', 'ext', { conversation: bob, type: 'txt', msg: 'hi', ext: 'x' }],
  ['retry', 'clientId', ''],
  ['discard', 'clientId', 5],
];

test('[ER2] bad input is refused with its name, nothing is sent and nothing stored', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 3 });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const raw = await openRawTab(world);
  await world.settle();
  const before = await shownBy(tab);
  const calls = world.server.faults.calls.length;
  for (const [name, parameter, ...args] of badInput) {
    const outcome = await raw.call(name, ...args);
    expect(outcome, `${name} ${JSON.stringify(args)}`).toMatchObject({ ok: false, error: { code: 'invalid-argument', retryable: false, details: { parameter } } });
  }
  await world.settle();
  expect(world.server.faults.calls.length).toBe(calls);
  expect(await shownBy(tab)).toEqual(before);
  const noArguments: ReadonlySet<keyof WorkerApi> = new Set(['getLocalConversations', 'refresh', 'logOut']);
  const tested = new Set(badInput.map(([name]) => name));
  const { callArguments } = await import('../../../src/worker/tabs/check-arguments.ts');
  const names = Object.keys(callArguments) as (keyof WorkerApi)[];
  expect(names.filter((name) => !tested.has(name) && !noArguments.has(name))).toEqual([]);
});

test('[ER1] an error crosses the port whole', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.faults.failNext('pinConversation', new SyncError('refused', 'too many pins', { details: { serviceCode: 1_108, reason: 'limit' } }));
  const failure = await tab.chat.contact.pinConversation({ ...bob, isPinned: true }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SyncError);
  expect(failure).toMatchObject({ code: 'refused', message: 'too many pins', retryable: false, details: { serviceCode: 1_108, reason: 'limit' } });
});

const row = { conversationId: 'bob', conversationType: 'singleChat', unReadCount: 1, lastMessage: null, isPinned: false, pinnedTime: 0, marks: [] };
const message = { id: '1', time: 1, from: 'bob', to: 'alice', chatType: 'singleChat', type: 'txt', msg: 'secret' };

const garbage: readonly (readonly [ServiceCall, unknown])[] = [
  ['getConversations', undefined],
  ['getConversations', { conversations: 'none', cursor: '' }],
  ['getConversations', { conversations: [row], cursor: 5 }],
  ['getConversations', { conversations: [row, { ...row, conversationId: '' }], cursor: '' }],
  ['getConversations', { conversations: [{ ...row, unReadCount: -1 }], cursor: '' }],
  ['getConversations', { conversations: [{ ...row, unReadCount: Number.NaN }], cursor: '' }],
  ['getConversations', { conversations: [{ ...row, conversationType: 'chat' }], cursor: '' }],
  ['getConversations', { conversations: [{ ...row, lastMessage: { ...message, id: 5 } }], cursor: '' }],
  ['getConversations', { conversations: [{ ...row, lastMessage: { ...message, time: 'now' } }], cursor: '' }],
  ['getConversations', { conversations: [{ ...row, marks: 'mark_1' }], cursor: '' }],
];

test('[ER3] a list that cannot be used is refused whole: nothing stored, the cursor where it was', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 60 });
  for (const [name, value] of garbage) world.server.faults.failNext(name, { type: 'answer', value });
  const tab = await world.openTab();
  const status = watch(tab.chat.status);
  for (let failure = 1; failure <= garbage.length; failure += 1) {
    await world.until(() => status.value?.type === 'degraded', `failure ${failure}`);
    await world.settle();
    expect(status.value).toMatchObject({ type: 'degraded', reason: { code: 'bad-response' } });
    expect(await shownBy(tab)).toEqual([]);
    while (world.server.faults.count('getConversations') === failure) await world.clock.advance(1_000);
  }
  await untilLive(world, tab);
  expect((await shownBy(tab)).length).toBe(60);
});

test('[ER3] history that cannot be used is refused whole', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const answers = [null, { messages: [message, { ...message, id: '' }], cursor: '1', isLast: false }, { messages: {}, cursor: '', isLast: true }, { messages: [], cursor: '' }, { messages: [{ ...message, from: undefined }], isLast: true }];
  for (const value of answers) {
    world.server.faults.failNext('getHistory', { type: 'answer', value });
    await expect(tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat' })).rejects.toMatchObject({ code: 'bad-response' });
  }
  world.service.setReachable(false);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value !== undefined);
  expect(timeline.value?.items).toEqual([]);
});

test('[ER3] events that cannot be used are left out, and those around them are not', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  const bad = [null, {}, { ...message, id: 7 }, { ...message, chatType: 'chatRoom' }];
  world.server.tell('alice', { type: 'messages', messages: [...bad, message] as never });
  for (const event of [null, { type: 'nonsense' }, { type: 'recalled' }, { type: 'edited', message: {} }, { type: 'pinned', conversation: bob }]) world.server.tell('alice', event as never);
  world.server.tell('alice', { type: 'messages', messages: [{ ...message, id: '2', time: 2 }] as never });
  await world.until(() => total.value === 2);
});

test('[ER4] errors and status carry neither the token nor a message', async () => {
  const world = openWorld();
  const tab = await world.openTab({ token: () => 'my-secret-token' });
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'degraded');
  expect(status.value).toMatchObject({ reason: { code: 'unauthorized' } });
  expect(JSON.stringify(status.value)).not.toContain('my-secret-token');
  const raw = await openRawTab(world);
  const outcome = await raw.call('send', { conversation: bob, type: 'txt', msg: 5, ext: { body: 'secret body' } });
  expect(JSON.stringify(outcome)).not.toContain('secret body');
});

test('[TB3] a service that never answers is timed out', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  world.server.faults.failNext('getHistory', { type: 'hang' });
  const asked = expect(tab.chat.contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat' })).rejects.toMatchObject({ code: 'timeout' });
  await world.until(() => world.server.faults.count('getHistory') === 1);
  await world.clock.advance(20_000);
  await asked;
});
