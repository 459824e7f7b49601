import { beforeEach, describe, expect, test, vi } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { ChatService, ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import { createEasemobService } from '../../../src/worker/service/easemob/easemob-service.ts';
import { createFakeSdk, type FakeSdk } from './fake-sdk.ts';

const account = { appKey: 'org#app', userId: 'alice' };

let fake: FakeSdk;
let service: ChatService;
let events: ServiceEvent[];
const plugin = { get: vi.fn((...given: readonly unknown[]) => Promise.resolve(given)), _hidden: vi.fn(), number: 1 };

beforeEach(async () => {
  fake = createFakeSdk();
  events = [];
  const createSdk: FakeSdk['createSdk'] = (options) => {
    const sdk = fake.createSdk(options);
    const silent = { ...sdk.silent, setSilentModeForConversation: async () => ({}), clearRemindTypeForConversation: async () => ({}) };
    const contact = { ...sdk.contact, fetchHistoryMessages: async () => [], deleteAllMessagesAndConversations: async () => ({}) };
    return Object.assign(sdk, { group: Object.assign(Object.create({ inherited: plugin.get }), plugin), unregistered: plugin, silent, contact });
  };
  service = createEasemobService({ account, options: { plugins: { group: {} } }, createSdk });
  await service.connect({ token: 't', deviceId: 'd' });
  service.subscribe((event) => event.type !== 'notice' && events.push(event));
});

const call = async (method: string, ...args: readonly unknown[]): Promise<unknown> => service.call?.(method, args);

describe('methods of the SDK by their names', () => {
  test('a registered plugin is asked with what was given, and its answer is given back', async () => {
    expect(await call('group.get', { groupId: '1' })).toEqual([{ groupId: '1' }]);
    expect(await call('group.get', 'bob', 'hi')).toEqual(['bob', 'hi']);
    expect(await call('isOpened')).toBe(true);
  });

  test.for([
    ...['group._hidden', 'group.number', 'group.inherited', 'group.constructor', 'group.toString', 'group.hasOwnProperty', 'group.__proto__'],
    ...['group.unknown', 'group', 'group.', 'group.get.call', '.get', '', 'unregistered.get', 'constructor.name', 'context.get', '_queues.push'],
    ...['open', 'close', 'send', 'renewToken', 'addEventHandler', 'usePlugin', 'constructor', 'token', 'logger.setConsoleLogVisibility'],
    ...['contact.fetchHistoryMessages', 'contact.deleteAllMessagesAndConversations', 'localCache.getLocalConversations'],
  ])('[ER2] "%s" is refused, and nothing is called', async (method) => {
    const before = [...fake.latest().calls];
    await expect(call(method)).rejects.toMatchObject({ code: 'unsupported', details: { method } });
    expect(fake.latest().calls).toEqual(before);
  });

  test('what the SDK throws or rejects with comes as an error of ours', async () => {
    plugin.get.mockImplementationOnce(() => {
      throw new Error('Invalid parameter groupId');
    });
    await expect(call('group.get')).rejects.toMatchObject({ code: 'refused' });
    plugin.get.mockRejectedValueOnce({ type: 605, message: 'The group does not exist.' });
    const error: unknown = await call('group.get').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SyncError);
    expect(error).toMatchObject({ code: 'refused', details: { serviceCode: 605, reason: 'group-not-found' } });
  });

  test('one that never answers ends with its deadline', async () => {
    vi.useFakeTimers();
    plugin.get.mockReturnValueOnce(new Promise(() => undefined));
    const asked = expect(call('group.get')).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(20_001);
    await asked;
    vi.useRealTimers();
  });

  test('without a login it is offline', async () => {
    await service.disconnect();
    await expect(call('group.get')).rejects.toMatchObject({ code: 'offline' });
  });

  test('do not disturb that was set here is told as it would be from another device', async () => {
    const ref = { conversationId: '7', type: 'groupChat' };
    const conversation = { conversationId: '7', conversationType: 'groupChat' };
    await call('silent.setSilentModeForConversation', { ...ref, options: { paramType: 0, remindType: 'NONE' } });
    await call('silent.setSilentModeForConversation', { ...ref, options: { paramType: 0, remindType: 'ALL' } });
    await call('silent.setSilentModeForConversation', { ...ref, options: { paramType: 1, duration: 5 } });
    await call('silent.clearRemindTypeForConversation', ref);
    expect(events).toEqual([true, false, true, false].map((isMuted) => ({ type: 'muted', conversation, isMuted })));
  });
});
