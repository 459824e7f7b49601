import { describe, expect, test, vi } from 'vitest';
import type { Chat } from '../../../src/client/chat.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import { connected, eventually, rejection } from './harness.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;

/** Odd on purpose: the tab judges nothing of it. */
const methods = (chat: Chat): { readonly [method: string]: (...given: readonly unknown[]) => Promise<unknown> } =>
  ({
    'sdk.localCache.getLocalConversation': chat.localCache.getLocalConversation,
    'sdk.contact.getServerConversations': chat.contact.getServerConversations,
    'sdk.group.getGroupInfo': (...given: readonly unknown[]) => Reflect.apply<unknown, readonly unknown[], Promise<unknown>>(chat.sdk.call as (...args: readonly unknown[]) => Promise<unknown>, chat.sdk, ['group.getGroupInfo', ...given]),
  }) as never;
const options = { pageSize: 'seven', more: { deep: [1] } };

describe('calls', () => {
  test('hand over what they are given, and what the worker answers', async () => {
    const { chat, worker } = await connected();
    worker.answer = (method) => ({ ok: true, value: { answerOf: method } });
    expect(await chat.send(options as never)).toEqual({ answerOf: 'send' });
    expect(worker.calls.at(-1)).toEqual({ method: 'send', args: [options] });
    for (const [method, call] of Object.entries(methods(chat))) {
      expect(await call(options)).toEqual({ answerOf: method });
      expect(worker.calls.at(-1)).toEqual({ method, args: [options] });
      // What is no plain object has nothing of its own that could be copied, as a file has not.
      await call(new Date(5));
      expect(worker.calls.at(-1)).toEqual({ method, args: [new Date(5)] });
      for (const given of [['text'], [null], [[1]], [], [undefined], ['bob', 'hi'], [{ a: 1 }, 2]]) {
        expect(await call(...given)).toEqual({ answerOf: method });
        expect(worker.calls.at(-1)).toEqual({ method, args: [given] });
      }
    }
  });

  test('plugins have every method, and are neither promises nor anything else by it', async () => {
    const { chat, worker } = await connected();
    expect(await Promise.resolve<unknown>(chat.contact)).toBe(chat.contact);
    expect(Object.keys(chat.localCache)).toEqual([]);
    expect(Reflect.apply(String, undefined, [chat.contact])).toBe('[object Object]');
    expect(chat.contact.getBlocklist).toBe(chat.contact.getBlocklist);
    const { getBlocklist } = chat.contact;
    await getBlocklist();
    expect(worker.calls.map(({ method }) => method)).toEqual(['sdk.contact.getBlocklist']);
  });

  test.for([
    ['sdk.localCache.clearConversationUnreadCount', true],
    ['sdk.contact.getServerConversations', true],
    ['sdk.contact.pinConversation', true],
    ['sdk.contact.addReaction', true],
    ['sdk.contact.recallMessage', true],
    ['sdk.group.getGroupInfo', true],
    ['sdk.contact.addContact', false],
    ['sdk.contact.setContactRemark', false],
    ['sdk.contact.reportMessage', false],
    ['sdk.group.createGroup', false],
    ['sdk.registerUser', false],
  ] as const)('[TB3] %s is made again on the next worker: %s', async ([method, isRepeated]) => {
    const { chat, worker } = await connected();
    worker.answer = () => new Promise(() => undefined);
    const call = chat.sdk.call(method.slice(4)).catch((error: unknown) => error);
    await eventually(() => expect(worker.calls).toHaveLength(1));
    worker.kill();
    if (isRepeated) await eventually(() => expect(worker.calls).toHaveLength(2));
    else expect(await call).toMatchObject({ code: 'worker-lost' });
    expect(new Set(worker.calls.map((each) => each.method))).toEqual(new Set([method]));
  });

  test('that name a message do so by its client id', async () => {
    const { chat, worker } = await connected();
    await chat.retry('c1');
    await chat.discard('c2');
    expect(worker.calls).toEqual([
      { method: 'retry', args: [{ clientId: 'c1' }] },
      { method: 'discard', args: [{ clientId: 'c2' }] },
    ]);
  });

  test('take nothing where there is nothing to say', async () => {
    const { chat, worker } = await connected();
    await chat.refresh();
    await chat.logOut();
    expect(worker.calls.map(({ method }) => method)).toEqual(['refresh', 'logOut']);
  });

  test.for([
    ['send', (chat: Chat, bad: unknown) => chat.send({ conversation: bob, type: 'txt', msg: 'hi', ext: { bad } }), 'ext'],
    ['retry', (chat: Chat, bad: unknown) => chat.retry(bad as string), 'clientId'],
    [
      'setLocalConversationCustomField',
      (chat: Chat, bad: unknown) => chat.localCache.setLocalConversationCustomField({ ...bob, customField: { bad } }),
      'customField',
    ],
    ['getServerConversations', (chat: Chat, bad: unknown) => chat.contact.getServerConversations({ pageSize: bad as number }), 'pageSize'],
    ['sdk.call', (chat: Chat, bad: unknown) => chat.sdk.call('plugin.method', { a: 1, onProgress: bad }), 'onProgress'],
    ['getLocalConversation', (chat: Chat, bad: unknown) => chat.localCache.getLocalConversation(bad as never), 'options'],
  ] as const)('[ER2] %s refuses what cannot be copied, naming it', async ([, run, parameter]) => {
    const { chat, worker } = await connected();
    expect((await rejection(run(chat, () => undefined), 'invalid-argument')).details).toEqual({ parameter });
    expect(worker.calls).toEqual([]);
  });
});

describe('live queries', () => {
  test.for([
    ['conversation', (chat: Chat) => chat.conversation({ conversationId: '', conversationType: 'singleChat' }), 'conversationId'],
    ['timeline', (chat: Chat) => chat.timeline({ ...bob, conversationType: 'chatRoom' } as never), 'conversationType'],
    ['conversations', (chat: Chat) => chat.conversations({ limit: 0 }), 'limit'],
    ['conversations', (chat: Chat) => chat.conversations(7 as never), 'options'],
  ] as const)('[ER2] %s throws at bad input, at once', async ([, run, parameter]) => {
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
    expect(worker.calls).toHaveLength(1);
    expect(worker.calls[0]?.args[0]).not.toHaveProperty('success');
  });

  test.for(olds)('%s tells %s why its promise rejects', async ([, name, run]) => {
    const { chat, worker } = await connected();
    worker.answer = () => ({ ok: false, error: new SyncError('offline', 'no network').toData() });
    const callback = vi.fn();
    const error = await rejection(run(chat, { [name]: callback }), 'offline');
    expect(callback.mock.calls).toEqual([[error]]);
  });
});
