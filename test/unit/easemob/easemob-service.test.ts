import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { ChatService, ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import { createEasemobService, type EasemobOptions } from '../../../src/worker/service/easemob/easemob-service.ts';
import { createFakeSdk, type FakeSdk } from './fake-sdk.ts';
import { listAnswer, listRow, textMessage } from './fixtures.ts';

const account = { appKey: 'moorage#demo', userId: 'alice' };
const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const listRequest = { cursor: '', pageSize: 50, includeEmptyConversations: false };

let fake: FakeSdk;
let events: ServiceEvent[];

function open(options: EasemobOptions = {}): ChatService {
  const service = createEasemobService({ account, options, createSdk: fake.createSdk });
  service.subscribe((event) => event.type !== 'notice' && events.push(event));
  return service;
}

async function connected(options: EasemobOptions = {}): Promise<ChatService> {
  const service = open(options);
  await service.connect({ token: 'token-1', deviceId: 'device-1' });
  return service;
}

beforeEach(() => {
  vi.useFakeTimers();
  fake = createFakeSdk();
  events = [];
});
afterEach(() => vi.useRealTimers());

describe('connecting', () => {
  test('the SDK is told who, with which token, as which device, and to go on reconnecting', async () => {
    await connected({ apiUrl: 'http://rest', socketUrl: 'ws://socket', configure: { delivery: true, appKey: 'not this' } });
    const { options, asked } = fake.latest();
    expect(asked.get('open')).toEqual({ username: 'alice', accessToken: 'token-1' });
    expect(options).toMatchObject({ appKey: 'moorage#demo', deviceId: 'device-1', isFixedDeviceId: false, delivery: true });
    expect(options).toMatchObject({ apiUrl: 'http://rest', url: 'ws://socket', isHttpDNS: false });
    expect(options.autoReconnectNumMax).toBeGreaterThan(1e6);
  });

  test('without addresses of its own the SDK looks them up', async () => {
    await connected();
    expect(fake.latest().options.isHttpDNS).toBe(true);
    expect(fake.latest().options).not.toHaveProperty('apiUrl');
  });

  test('a queue left from the last socket is emptied at each login', async () => {
    await connected();
    expect(fake.latest().sdk._queues).toEqual([]);
    fake.latest().sdk._queues = [{ name: 'lost' }];
    fake.latest().tell('onConnected');
    expect(fake.latest().sdk._queues).toEqual([]);
  });

  test.each([
    ['appKey', new Error('Invalid appKey: nope')],
    ['configure', new TypeError("Cannot read properties of undefined (reading 'x')")],
    ['plugins', new SyncError('invalid-argument', 'plugins', { details: { parameter: 'plugins' } })],
  ])('[ER2] what the SDK is not made with is refused as %s', async (parameter, thrown) => {
    const createSdk = (): never => {
      throw thrown;
    };
    const connecting = createEasemobService({ account, options: {}, createSdk }).connect({ token: 't', deviceId: 'd' });
    await expect(connecting).rejects.toMatchObject({ code: 'invalid-argument', retryable: false, details: { parameter } });
  });

  test('after a failed login the next one has an instance of its own: the old one refuses for ever', async () => {
    const service = open();
    const failing = service.connect({ token: 'token-1', deviceId: 'd' });
    await failing;
    fake.latest().tell('onDisconnected', { type: 16, message: 'reconnection failed' });
    await service.connect({ token: 'token-2', deviceId: 'd' });
    expect(fake.made).toHaveLength(2);
    expect(fake.made[0]?.isClosed).toBe(true);
  });

  test('[TB3] a login that never settles is a timeout', async () => {
    const service = open({ deadlines: { connectMs: 5000 } });
    const { createSdk } = fake;
    const hanging = createEasemobService({
      account,
      options: { deadlines: { connectMs: 5000 } },
      createSdk: (options) => {
        const sdk = createSdk(options);
        fake.latest().answers.set('open', () => new Promise(() => undefined));
        return sdk;
      },
    });
    const outcome = expect(hanging.connect({ token: 't', deviceId: 'd' })).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(5000);
    await outcome;
    expect(fake.latest().isClosed).toBe(true);
    await expect(service.getConversations(listRequest)).rejects.toMatchObject({ code: 'offline' });
  });

  test('an empty token is refused without asking anybody', async () => {
    await expect(open().connect({ token: '', deviceId: 'd' })).rejects.toMatchObject({ code: 'unauthorized' });
    expect(fake.made).toEqual([]);
  });

  test('[TB3] a second connect ends the first, whose calls settle', async () => {
    const service = await connected();
    fake.latest().answers.set('getServerConversations', () => new Promise(() => undefined));
    const pending = expect(service.getConversations(listRequest)).rejects.toMatchObject({ code: 'offline' });
    await service.connect({ token: 'token-2', deviceId: 'device-1' });
    await pending;
  });

  test('nothing is heard of an instance that was retired', async () => {
    const service = await connected();
    const first = fake.latest();
    await service.disconnect();
    events.length = 0;
    first.tell('onConnected');
    first.tell('onMessage', [textMessage()]);
    await vi.advanceTimersByTimeAsync(1000);
    await first.sdk.connectMSync();
    first.sdk.reconnect();
    expect(events).toEqual([]);
    expect(first.calls).not.toContain('connectMSync');
    expect(first.calls).not.toContain('reconnect');
  });
});

describe('the end of a connection', () => {
  test('an attempt to reconnect that fails is no unhandled rejection', async () => {
    await connected();
    const { sdk, answers } = fake.latest();
    answers.set('connectMSync', () => Promise.reject(new Error('socket refused')));
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    void sdk.connectMSync();
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('a lost socket is told once, however many attempts follow', async () => {
    await connected();
    fake.latest().tell('onReconnecting');
    fake.latest().tell('onReconnecting');
    fake.latest().tell('onConnected');
    expect(events).toMatchObject([{ type: 'connected' }, { type: 'disconnected', willRetry: true }, { type: 'connected' }]);
  });

  test.each([206, 207, 216, 217, 220])('%i ends the login once, whatever the SDK tells besides', async (type) => {
    await connected();
    fake.latest().tell('onError', { type });
    fake.latest().tell('onDisconnected', { type });
    expect(events.slice(1)).toMatchObject([{ type: 'ended', error: { code: 'kicked', details: { serviceCode: type } } }]);
  });

  test.each([
    ['onError', { type: 217, message: 'kicked' }, { type: 217, message: 'kicked' }],
    ['onTokenExpired', undefined, { type: 56, message: 'token expired' }],
  ])('an end that the SDK tells by %s is heard as onDisconnected, although the instance is not heard any more', async (name, payload, reason) => {
    const service = await connected();
    const noticed: unknown[] = [];
    service.subscribe((event) => event.type === 'notice' && noticed.push(event.notice));
    fake.latest().tell(name, payload);
    await Promise.resolve();
    expect(noticed).toEqual([{ name, data: payload }, { name: 'onDisconnected', data: reason }]);
  });

  test('a refusal while it reconnects is the end of the attempts', async () => {
    await connected();
    fake.latest().tell('onReconnecting');
    fake.latest().tell('onError', { type: 56 });
    expect(events.slice(2)).toMatchObject([
      { type: 'token-expired' },
      { type: 'disconnected', willRetry: false, error: { code: 'unauthorized' } },
    ]);
    expect(fake.latest().isClosed).toBe(true);
  });

  test('an error about something else is no end', async () => {
    await connected();
    fake.latest().tell('onError', { type: 604, message: 'decode message error' });
    fake.latest().tell('onError', { type: 28, message: 'token not assign error' });
    expect(events).toHaveLength(1);
  });

  test('[TB3] what was pending when the connection ended rejects with the reason', async () => {
    const service = await connected();
    fake.latest().answers.set('getHistoryMessages', () => new Promise(() => undefined));
    const request = { conversation: bob, cursor: '', pageSize: 50, direction: 'up' } as const;
    const pending = expect(service.getHistory(request)).rejects.toMatchObject({ code: 'kicked' });
    fake.latest().tell('onError', { type: 206 });
    await pending;
  });
});

describe('calls', () => {
  test('[TB3] a promise the SDK never settles ends at the deadline', async () => {
    const service = await connected({ deadlines: { callMs: 3000 } });
    fake.latest().answers.set('getServerConversations', () => new Promise(() => undefined));
    const outcome = expect(service.getConversations(listRequest)).rejects.toMatchObject({ code: 'timeout', details: { timeoutMs: 3000 } });
    await vi.advanceTimersByTimeAsync(3000);
    await outcome;
  });

  test('[ER1] what the SDK throws at once is a rejection like any other', async () => {
    const service = await connected();
    fake.latest().answers.set('getServerConversations', () => {
      throw new Error('Invalid parameter cursor: 5');
    });
    await expect(service.getConversations(listRequest)).rejects.toMatchObject({ code: 'refused' });
  });

  test('[ER3] a bad answer rejects, and leaves no timer behind', async () => {
    const service = await connected();
    fake.latest().answers.set('getServerConversations', () => Promise.resolve(listAnswer([listRow({ unReadCount: 'many' })], '')));
    await expect(service.getConversations(listRequest)).rejects.toMatchObject({ code: 'bad-response' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('history from the start asks with the -1 of the documentation, and a filter goes along', async () => {
    const service = await connected();
    fake.latest().answers.set('getHistoryMessages', () => Promise.resolve({ messages: [], cursor: '', isLast: true }));
    await service.getHistory({ conversation: bob, cursor: '', pageSize: 7, direction: 'down', filter: { msgTypes: ['img'], startTime: 5 } });
    expect(fake.latest().asked.get('getHistoryMessages')).toEqual({
      targetId: 'bob',
      chatType: 'singleChat',
      cursor: -1,
      pageSize: 7,
      searchDirection: 'down',
      searchOptions: { msgTypes: ['img'], startTime: 5 },
    });
  });

  test('a message that a page of history brings before it is delivered is delivered all the same', async () => {
    const service = await connected();
    const { answers, sdk } = fake.latest();
    const noted = (msgId: string) => ({ msgId, isGroup: false });
    sdk._load_msg_cache.push(noted('1'), noted('2'));
    answers.set('getHistoryMessages', async () => {
      // As the SDK does with each message that it decodes, and with what comes meanwhile.
      sdk._load_msg_cache.push(noted('3'), noted('4'));
      return { messages: [{ id: '3' }, { id: '2' }].map((fields) => ({ ...fields, type: 'txt', chatType: 'singleChat', from: 'bob', to: 'alice', time: 1, msg: 'hi' })), cursor: '', isLast: true };
    });
    await service.getHistory({ conversation: bob, cursor: '', pageSize: 50, direction: 'up' });
    expect(sdk._load_msg_cache.map(({ msgId }) => msgId)).toEqual(['1', '2', '4']);
  });

  test('50 ids are removed in parts of 20, which the SDK takes', async () => {
    const service = await connected();
    const sizes: number[] = [];
    const { answers, asked } = fake.latest();
    answers.set('removeHistoryMessages', () => {
      sizes.push((asked.get('removeHistoryMessages') as { messageIds: string[] }).messageIds.length);
      return Promise.resolve({});
    });
    await service.removeHistory({ conversation: bob, messageIds: Array.from({ length: 50 }, (_, index) => String(index)) });
    expect(sizes).toEqual([20, 20, 10]);
  });
});

describe('sending', () => {
  test('a message carries the client id, and what the SDK accepted is what is told', async () => {
    const service = await connected();
    fake.latest().answers.set('send', () =>
      Promise.resolve({ localMsgId: '1', serverMsgId: '99', message: textMessage({ id: '99', from: 'alice', to: 'bob' }) }),
    );
    const sent = await service.send({ conversation: bob, type: 'txt', msg: 'hi', ext: { a: 1 } }, { clientId: 'c1' });
    expect(sent).toMatchObject({ id: '99', from: 'alice' });
    expect(fake.latest().asked.get('send')).toEqual({
      id: '1',
      type: 'txt',
      msg: 'hi',
      to: 'bob',
      chatType: 'singleChat',
      ext: { a: 1, moorageClientId: 'c1' },
    });
  });

  test.each([
    ['the session is closed', (service: ChatService) => service.disconnect()],
    ['the user is kicked', () => fake.latest().tell('onDisconnected', { type: 206, message: 'kicked' })],
    ['the token expires', () => fake.latest().tell('onTokenExpired')],
  ])('[OB3] what became of a message is open when %s before it was acknowledged', async (_when, end) => {
    const service = await connected();
    fake.latest().answers.set('send', () => new Promise(() => undefined));
    const sent = service.send({ conversation: bob, type: 'txt', msg: 'x' }, { clientId: 'c' });
    const rejected = expect(sent).rejects.toMatchObject({ code: 'timeout' });
    await end(service);
    await rejected;
  });

  test('while the socket is down nothing is handed to the SDK, which would send it later', async () => {
    const service = await connected();
    fake.latest().isOpen = false;
    await expect(service.send({ conversation: bob, type: 'txt', msg: 'x' }, { clientId: 'c' })).rejects.toMatchObject({ code: 'offline' });
    await expect(service.acknowledgeConversation(bob)).rejects.toMatchObject({ code: 'offline' });
    expect(fake.latest().calls).not.toContain('send');
  });

  test.each([
    ['video', {}],
    ['combine', {}],
    ['img', {}],
    ['img', { url: 'https://x', file: { data: new Blob([]) } }],
  ])('%s %j is unsupported: it would have to be uploaded', async (type, fields) => {
    const service = await connected();
    await expect(service.send({ conversation: bob, type, ...fields }, { clientId: 'c' })).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('an image that is uploaded already can be sent', async () => {
    const service = await connected();
    const message = textMessage({ id: '99', type: 'img', url: 'https://x' });
    fake.latest().answers.set('send', () => Promise.resolve({ serverMsgId: '99', message }));
    await expect(service.send({ conversation: bob, type: 'img', url: 'https://x' }, { clientId: 'c' })).resolves.toMatchObject({ id: '99' });
  });
});

describe('waking and renewing', () => {
  test('an open connection is checked; one that waits for its next attempt makes it soon', async () => {
    const service = await connected();
    service.wake();
    expect(fake.latest().calls).toContain('onShow');
    fake.latest().tell('onReconnecting');
    service.wake();
    expect(fake.latest().sdk.times).toBe(1);
    expect(fake.latest().calls).toContain('reconnect');
  });

  test('a token that comes while the socket is down is the one of the next login', async () => {
    const service = await connected();
    fake.latest().isOpen = false;
    fake.latest().tell('onReconnecting');
    await service.renewToken('token-2');
    expect(fake.latest().sdk.token).toBe('token-2');
    expect(fake.latest().sdk.context.accessToken).toBe('token-2');
    expect(fake.latest().calls).not.toContain('renewToken');
  });
});
