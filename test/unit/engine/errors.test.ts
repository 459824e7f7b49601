import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { WorkerApi } from '../../../src/protocol/worker-api.ts';
import type { ServiceCall } from '../../../src/testing/fake-faults.ts';
import { openWorld } from './open-world.ts';
import { openRawTab } from './raw-tab.ts';
import { bob, shownBy, untilLive, watch } from './watch.ts';

/** What every call does with an argument of another shape than an object; undefined where it takes none. */
const refusals: { readonly [Name in keyof WorkerApi]: 'options' | undefined } = {
  getLocalConversations: undefined,
  getLocalConversation: 'options',
  setLocalConversationCustomField: 'options',
  clearConversationUnreadCount: 'options',
  removeLocalConversation: 'options',
  getServerConversations: 'options',
  getServerPinnedConversations: 'options',
  getConversationlist: 'options',
  getHistoryMessages: 'options',
  removeHistoryMessages: 'options',
  deleteConversation: 'options',
  pinConversation: 'options',
  addConversationMark: 'options',
  removeConversationMark: 'options',
  recallMessage: 'options',
  modifyMessage: 'options',
  addReaction: 'options',
  deleteReaction: 'options',
  pinMessage: 'options',
  unpinMessage: 'options',
  loadOlder: 'options',
  loadNewer: 'options',
  fill: 'options',
  jumpTo: 'options',
  pauseBackfill: undefined,
  resumeBackfill: undefined,
  markConversationUnread: 'options',
  send: 'options',
  retry: 'options',
  discard: 'options',
  refresh: undefined,
  logOut: undefined,
};

/** Bad arguments that only a page which does without our client can send. */
const badInput: readonly (readonly [keyof WorkerApi, string, unknown])[] = [
  ...Object.entries(refusals).flatMap(([name, parameter]) =>
    parameter === undefined ? [] : ['text', 7, null, []].map((value) => [name as keyof WorkerApi, parameter, value] as const),
  ),
  ['loadOlder', 'subscription', {}],
  ['loadOlder', 'subscription', { subscription: 'first' }],
  ['send', 'conversationId', { conversation: { conversationType: 'singleChat' }, type: 'txt', msg: 'hi' }],
  ['send', 'msg', { conversation: bob, type: 'custom', msg: 7 }],
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
  for (const [name, parameter, given] of badInput) {
    const outcome = await raw.call(name, given);
    expect(outcome, `${name} ${JSON.stringify(given)}`).toMatchObject({ ok: false, error: { code: 'invalid-argument', retryable: false, details: { parameter } } });
  }
  await world.settle();
  expect(world.server.faults.calls.length).toBe(calls);
  expect(await shownBy(tab)).toEqual(before);
});

test('[ER2] what is asked of a timeline, or of what waits, is refused with the name of what is bad', async () => {
  const world = openWorld();
  const tab = await openRawTab(world);
  tab.post({ type: 'subscribe', subscription: 1, query: { type: 'timeline', conversation: bob } });
  await world.until(() => tab.received.some((message) => message.type === 'snapshot'));
  const calls: readonly (readonly [keyof WorkerApi, string, object])[] = [
    ['fill', 'hole', { subscription: 1, hole: 7 }],
    ['fill', 'hole', { subscription: 1 }],
    ['jumpTo', 'target', { subscription: 1, target: { page: 3 } }],
    ['jumpTo', 'target', { subscription: 1, target: 'newest' }],
    ['retry', 'clientId', {}],
    ['discard', 'clientId', { clientId: 7 }],
    ['send', 'ackContent', { conversation: bob, type: 'read', id: '1', ackContent: 7 }],
    ['send', 'id', { conversation: bob, type: 'read' }],
  ];
  for (const [name, parameter, given] of calls) {
    expect(await tab.call(name, given), `${name} ${JSON.stringify(given)}`).toMatchObject({ ok: false, error: { code: 'invalid-argument', details: { parameter } } });
  }
});

test('[TB3] what is asked of a timeline that another worker knew is lost with that worker, and no bad input', async () => {
  const raw = await openRawTab(openWorld());
  expect(await raw.call('loadOlder', { subscription: 99 })).toMatchObject({ ok: false, error: { code: 'worker-lost', retryable: true } });
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

test('[ER1] what the service told and could not be used is said in the status until the next connection; the rest goes on', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const status = watch(tab.chat.status);
  const total = watch(tab.chat.unread);
  const rounds = world.server.faults.count('getConversations');
  const release = world.server.faults.hold('getConversations');
  let reads = 0;
  const broken = {
    ...message,
    get from() {
      if ((reads += 1) > 1) throw new RangeError('secret');
      return 'bob';
    },
  };
  // The later two wait while the first is stored, and are taken together.
  world.server.write({ from: 'bob', to: 'alice', text: 'before it' });
  world.server.tell('alice', { type: 'messages', messages: [broken as never] });
  world.server.write({ from: 'bob', to: 'alice', text: 'after it' });
  await world.until(() => status.value?.type === 'degraded' && total.value === 2);
  expect(status.value).toMatchObject({ reason: { code: 'internal', message: 'unexpected RangeError' } });
  await world.until(() => world.server.faults.count('getConversations') > rounds, 'the list is asked for anew');
  release();
  await world.settle();
  expect(status.value?.type).toBe('degraded');
  world.service.dropConnections();
  await world.until(() => status.value?.type === 'live', 'live again');
});
