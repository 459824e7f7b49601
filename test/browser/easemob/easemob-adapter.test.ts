/** What the adapter promises about the SDK's own weaknesses, beyond the contract of every service. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';
import type { ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import { openEasemobSite, type EasemobSite } from './easemob-site.ts';
import { createRemoteService, type RemoteService } from './remote-service.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;

/** How long is waited for what comes by itself. Less than the SDK takes to look for itself what it was not told: half a minute. */
const PATIENCE = { timeout: 25_000 } as const;

let site: EasemobSite;
let emulator: Emulator;
let closers: (() => Promise<void>)[];

beforeAll(async () => {
  site = await openEasemobSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  closers = [];
  emulator = await startEmulator({ seed: { accounts: ['alice', 'bob', 'carol'], conversations: 0 } });
});
afterEach(async () => {
  for (const close of closers) await close();
  await emulator.close();
});

type Device = { readonly service: RemoteService; readonly events: ServiceEvent[] };

async function openDevice(): Promise<Device> {
  const { page, context } = await site.open();
  closers.push(() => context.close());
  const service = await createRemoteService(page, { appKey: emulator.appKey, userId: 'alice' }, {
    apiUrl: emulator.apiUrl,
    socketUrl: emulator.socketUrl,
    deadlines: { callMs: 15_000, connectMs: 30_000, sendMs: 8000 },
  });
  const events: ServiceEvent[] = [];
  service.subscribe((event) => event.type !== 'notice' && events.push(event));
  return { service, events };
}

/** How often a device has asked what waits for it: the first it does once it is connected. */
const asked = (): number => emulator.journal.frames('in', 'unread', 'alice');

/** Logged in, and told what waits. @param lifeMs Of its token, from the login on. */
async function connected({ deviceId = 'device-1', lifeMs = 600_000, token = '' } = {}): Promise<Device> {
  const device = await openDevice();
  const before = asked();
  await device.service.connect({ token: token === '' ? emulator.issueToken('alice', { lifeMs }) : token, deviceId });
  // What is written before that is pulled twice.
  await expect.poll(asked, PATIENCE).toBeGreaterThan(before);
  return device;
}

const types = ({ events }: Device): string[] => events.map((event) => event.type);
const texts = ({ events }: Device): unknown[] =>
  events.flatMap((event) => (event.type === 'messages' ? event.messages.map((message) => message['msg']) : []));

const fromBob = (text: string): { id: string } => emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text });

async function poll(read: () => unknown, expected: unknown): Promise<void> {
  await expect.poll(read, PATIENCE).toEqual(expected);
}

describe('one device', () => {
  test('the device id is the one given, on every login and in a new worker', async () => {
    const device = await connected({ deviceId: 'stable-1' });
    emulator.dropSockets('alice');
    await poll(() => emulator.journal.logins('alice'), 2);
    await device.service.disconnect();
    await connected({ deviceId: 'stable-1' });
    const devices = emulator.state.devices('alice').map(({ resource }) => resource);
    expect(devices).toHaveLength(1);
    expect(devices[0]).toContain('stable-1');
  });

  test('a disconnect while it reconnects leaves no attempt behind that would log in again', async () => {
    const device = await connected();
    emulator.dropSockets('alice');
    await poll(() => types(device).includes('disconnected'), true);
    await device.service.disconnect();
    const seen = emulator.journal.logins('alice');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(emulator.journal.logins('alice')).toBe(seen);
    expect(emulator.journal.entries({ kind: 'refused-login' })).toEqual([]);
  });
});

describe('reconnects', () => {
  test('it goes on after the five attempts at which the SDK would give up', async () => {
    const device = await connected();
    await emulator.goOffline();
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(device.events.filter((event) => event.type === 'disconnected' && !event.willRetry)).toEqual([]);
    await emulator.goOnline();
    fromBob('after the outage');
    device.service.wake();
    await poll(() => texts(device), ['after the outage']);
  });

  test('a frame lost with the socket does not hold up the messages after the reconnect', async () => {
    const device = await connected();
    emulator.faults.add({ on: 'socket', frame: 'batch-end', type: 'close', times: 1, userId: 'alice' });
    fromBob('one');
    await poll(() => types(device).filter((type) => type === 'connected').length, 2);
    await poll(asked, 2);
    // Not for the half minute after which the SDK would look again.
    fromBob('two');
    await poll(() => texts(device).includes('two'), true);
  });

  test('a connection that only looks open is found out by wake', async () => {
    const device = await connected();
    // The SDK trusts a connection that it heard of less than two seconds ago.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    emulator.dropSockets('alice', { halfOpen: true });
    device.service.wake();
    await poll(() => types(device).filter((type) => type === 'connected').length, 2);
    fromBob('awake');
    await poll(() => texts(device).includes('awake'), true);
  });
});

describe('tokens', () => {
  test('a token that runs out while it reconnects ends the attempts: a new login needs a new token', async () => {
    const token = emulator.issueToken('alice');
    const device = await connected({ token });
    emulator.expireToken(token);
    emulator.dropSockets('alice');
    await poll(() => types(device).includes('token-expired'), true);
    const last = () => device.events.findLast((event) => event.type === 'disconnected');
    await expect.poll(last, PATIENCE).toMatchObject({ willRetry: false, error: { code: 'unauthorized' } });
    expect(emulator.journal.entries({ kind: 'refused-login' })).toHaveLength(1);
    await device.service.connect({ token: emulator.issueToken('alice'), deviceId: 'device-1' });
    fromBob('welcome back');
    await poll(() => texts(device).includes('welcome back'), true);
  });

  test('a token is asked for before it runs out, and a new one keeps the connection past the end of the old', async () => {
    // Asked for after four fifths of its life: the last one is for the renewal.
    const lifeMs = 12_000;
    const device = await connected({ lifeMs });
    const end = Date.now() + lifeMs;
    await poll(() => types(device).includes('token-expiring'), true);
    await device.service.renewToken(emulator.issueToken('alice', { lifeMs: 600_000 }));
    await poll(() => Date.now() > end, true);
    expect(types(device)).not.toContain('token-expired');
    expect(types(device)).not.toContain('disconnected');
  });

  test('without a new one the end is told', async () => {
    const device = await connected({ lifeMs: 4000 });
    await poll(() => types(device), ['connected', 'token-expiring', 'token-expired', 'disconnected']);
    expect(device.events.at(-1)).toMatchObject({ willRetry: false, error: { code: 'unauthorized' } });
  });
});

describe('sending', () => {
  test('[TB3] a lost acknowledgement is a timeout: nobody knows whether it arrived', async () => {
    const device = await connected();
    emulator.faults.add({ on: 'socket', frame: 'ack', type: 'lose', times: 1 });
    const sent = device.service.send({ conversation: bob, type: 'txt', msg: 'did it?' }, { clientId: 'c-1' });
    await expect(sent).rejects.toMatchObject({ code: 'timeout', retryable: true });
    expect(emulator.state.history('alice', 'bob')).toHaveLength(1);
  });

  test('while the socket is down nothing is kept by the SDK to be sent behind our back', async () => {
    const device = await connected();
    await emulator.goOffline();
    await poll(() => types(device).includes('disconnected'), true);
    const sent = device.service.send({ conversation: bob, type: 'txt', msg: 'later' }, { clientId: 'c-2' });
    await expect(sent).rejects.toMatchObject({ code: 'offline' });
    await emulator.goOnline();
    device.service.wake();
    await poll(() => types(device).filter((type) => type === 'connected').length, 2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(emulator.state.history('alice', 'bob')).toEqual([]);
  });
});

describe('history', () => {
  test('a message that is read there before it is delivered is told all the same, once it is', async () => {
    const device = await connected();
    emulator.live.hold();
    fromBob('read first');
    const { messages } = await device.service.getHistory({ conversation: bob, cursor: '', pageSize: 50, direction: 'up' });
    expect(messages).toMatchObject([{ msg: 'read first' }]);
    expect(emulator.live.release()).toBe(1);
    await poll(() => texts(device), ['read first']);
  });
});

describe('another device of the same user', () => {
  test('what it sends and does is told here, and what we do is not', async () => {
    fromBob('hello');
    const here = await connected({ deviceId: 'here' });
    const there = await connected({ deviceId: 'there' });
    await there.service.send({ conversation: bob, type: 'txt', msg: 'from there' }, { clientId: 'c-3' });
    await poll(() => texts(here).includes('from there'), true);
    const { pinnedTime } = await there.service.pinConversation({ conversation: bob, isPinned: true });
    await there.service.markConversations({ conversations: [bob], mark: 4, isMarked: true });
    await there.service.markConversations({ conversations: [bob], mark: 4, isMarked: false });
    await there.service.pinConversation({ conversation: bob, isPinned: false });
    await there.service.acknowledgeConversation(bob);
    await there.service.removeHistory({ conversation: bob, beforeTimeStamp: Date.now() });
    await there.service.deleteConversation({ conversation: bob, deleteRoam: false });
    // What was read comes in the conversation's queue, all else in the user's own: each in its order, the one at any time in the other.
    const told = (...others: readonly string[]) => here.events.filter(({ type }) => !['messages', 'connected', ...others].includes(type));
    await expect.poll(() => told('read-elsewhere'), PATIENCE).toMatchObject([
      { type: 'pinned', conversation: bob, isPinned: true, time: pinnedTime },
      { type: 'marked', conversation: bob, mark: 4, isMarked: true },
      { type: 'marked', conversation: bob, mark: 4, isMarked: false },
      { type: 'pinned', conversation: bob, isPinned: false },
      { type: 'history-removed', conversation: bob },
      { type: 'conversation-deleted', conversation: bob },
    ]);
    await expect.poll(() => told().filter(({ type }) => type === 'read-elsewhere')).toMatchObject([{ conversation: bob }]);
    expect(told()).toHaveLength(7);
    expect(types(there).filter((type) => type !== 'connected' && type !== 'messages')).toEqual([]);
  });
});

describe('quiet', () => {
  test('[ER4] neither tokens nor messages reach the console', async () => {
    const token = emulator.issueToken('alice');
    const device = await connected({ token });
    fromBob('a secret text');
    await poll(() => texts(device).includes('a secret text'), true);
    await device.service.getConversations({ cursor: '', pageSize: 50, includeEmptyConversations: false });
    await device.service.send({ conversation: bob, type: 'txt', msg: 'another secret' }, { clientId: 'c-4' });
    const lines = await device.service.consoleLines();
    expect(lines.filter((line) => line.includes(token) || line.includes('secret'))).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(3);
  });
});
