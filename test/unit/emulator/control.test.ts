import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ seed: { conversations: 4, messagesPerConversation: 2 } });
});
afterEach(() => emulator.close());

async function ask(method: string, command: string, body?: object): Promise<{ status: number; value: unknown }> {
  const response = await fetch(`${emulator.apiUrl}/emulator/${command}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  return { status: response.status, value: await response.json() };
}

test('[EM9] a token for the demo is plain text, and logs in', async () => {
  const token = await (await fetch(`${emulator.apiUrl}/emulator/token?user=alice`)).text();
  const list = await fetch(`${emulator.apiUrl}/moorage/demo/sdk/user/alice/user_channels/list`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(list.status).toBe(200);
});

test('[EM9] another user writes', async () => {
  const { value } = await ask('POST', 'write', { from: 'bob', to: 'alice', chatType: 'singleChat', text: 'by HTTP' });
  expect(value).toMatchObject({ id: expect.stringMatching(/^\d{19}$/) });
  expect(emulator.state.history('alice', 'bob').at(-1)?.text).toBe('by HTTP');
  const { value: rows } = await ask('GET', 'conversations?user=alice');
  expect(rows).toMatchObject([{ id: 'bob', unread: 1 }, {}, {}, {}]);
});

test('[EM9] policies are read and changed, unknown ones refused', async () => {
  await ask('POST', 'policies', { listPageMax: 2, conversationsPerUser: null });
  expect(emulator.policies).toMatchObject({ listPageMax: 2, conversationsPerUser: null });
  expect(await ask('POST', 'policies', { kindness: 1 })).toMatchObject({
    status: 400,
    value: { error: 'no such policy: kindness' },
  });
});

test('[EM8] faults are added, listed and cleared; what is none is refused', async () => {
  await ask('POST', 'faults', { on: 'rest', route: 'login', type: 'status', status: 503, times: 1 });
  expect((await ask('GET', 'faults')).value).toHaveLength(1);
  const login = await fetch(`${emulator.apiUrl}/moorage/demo/token`, { method: 'POST', body: '{}' });
  expect(login.status).toBe(503);
  expect(await ask('POST', 'faults', { on: 'rest', type: 'sulk' })).toMatchObject({ status: 400 });
  await ask('POST', 'faults', { on: 'rest', type: 'hang' });
  await ask('DELETE', 'faults');
  expect(emulator.faults.list()).toEqual([]);
});

test('[EM9] the service goes and comes back by HTTP, with control going on', async () => {
  await ask('POST', 'offline');
  await expect(fetch(`${emulator.apiUrl}/moorage/demo/token`, { method: 'POST' })).rejects.toThrow();
  await ask('POST', 'online');
  expect((await fetch(`${emulator.apiUrl}/moorage/demo/token`, { method: 'POST' })).status).toBe(404);
});

test('[EM9] the journal counts by route and user, and holds no token and no text', async () => {
  const token = emulator.issueToken('alice');
  await fetch(`${emulator.apiUrl}/moorage/demo/users/alice/messageroaming`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ queue: 'bob@easemob.com', start: -1, pull_number: 10 }),
  });
  const { value } = await ask('GET', 'journal?name=history&user=alice');
  expect(value).toMatchObject({
    requests: 1,
    entries: [{ kind: 'rest', name: 'history', userId: 'alice', detail: { status: 200 } }],
  });
  expect(JSON.stringify(value)).not.toContain(token);
  expect(JSON.stringify(value)).not.toContain('message 1');
  await ask('DELETE', 'journal');
  expect(emulator.journal.requests()).toBe(0);
});

test('[EM9] what there is not is a 404, what is not JSON a 400', async () => {
  expect((await ask('GET', 'nothing')).status).toBe(404);
  const response = await fetch(`${emulator.apiUrl}/emulator/write`, { method: 'POST', body: '{' });
  expect(response.status).toBe(400);
});

test('[EM1] a request without a token, or with another user in its path, is refused', async () => {
  const url = `${emulator.apiUrl}/moorage/demo/sdk/user/alice/user_channels/list`;
  expect((await fetch(url)).status).toBe(401);
  const asBob = await fetch(url, { headers: { authorization: `Bearer ${emulator.issueToken('bob')}` } });
  expect(asBob.status).toBe(403);
});

test('[EM10] the others react, pin and read by HTTP; what is refused says why', async () => {
  const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'hi' });
  await ask('POST', 'react', { from: 'bob', messageId: id, reaction: '👍' });
  await ask('POST', 'pin-message', { from: 'bob', messageId: id });
  await ask('POST', 'acknowledge-message', { from: 'alice', messageId: id, type: 'read' });
  expect(emulator.state.history('alice', 'bob').at(-1)).toMatchObject({
    reactions: { '👍': ['bob'] },
    readBy: ['alice'],
    deliveredTo: [],
  });
  expect(await ask('POST', 'react', { from: 'bob', messageId: id, reaction: '👍' })).toMatchObject({
    status: 400,
    value: { error: 'the emulator refused: the user is already operation this message' },
  });
  expect(await ask('POST', 'react', { from: 'peer-0001', messageId: id, reaction: '👍' })).toMatchObject({ status: 400 });
});

test('[EM11] a conversation is silenced by HTTP', async () => {
  await ask('POST', 'silence', { userId: 'alice', conversationId: 'bob', chatType: 'singleChat', type: 'NONE' });
  expect(emulator.state.silence('alice', 'bob')).toEqual({ type: 'NONE' });
});

test('[EM12] losses by HTTP: live events, lists, damaged messages, a night away', async () => {
  const bob = { from: 'bob', to: 'alice', chatType: 'singleChat' };
  await ask('POST', 'live', { act: 'lose', userId: 'alice', times: 1 });
  await ask('POST', 'write', { ...bob, text: 'lost' });
  await ask('POST', 'live', { act: 'hold', kinds: ['message'] });
  await ask('POST', 'write', { ...bob, text: 'held' });
  expect((await ask('GET', 'live')).value).toEqual({ held: 1 });
  expect(emulator.state.queue('alice')).toEqual([]);
  await ask('DELETE', 'live');
  expect((await ask('POST', 'release', { copies: 2 })).value).toEqual({ released: 1 });
  expect(emulator.state.queue('alice')).toHaveLength(2);
  expect(await ask('POST', 'live', { act: 'hide' })).toMatchObject({ status: 400 });
  expect(await ask('POST', 'live', { act: 'lose', kinds: ['gossip'] })).toMatchObject({ status: 400 });
  const { value } = await ask('POST', 'write-while-away', { userId: 'alice', ...bob, count: 600, text: 'night' });
  expect((value as { ids: string[] }).ids).toHaveLength(600);
  expect(emulator.state.queue('alice')).toHaveLength(500);
  expect(await ask('POST', 'damage', { messageId: '1' })).toMatchObject({ status: 400 });
});

test('[EM6] what a user does on another device, by HTTP', async () => {
  const bob = { userId: 'alice', conversationId: 'bob', chatType: 'singleChat' };
  emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'unread' });
  await ask('POST', 'elsewhere', { ...bob, act: 'read' });
  await ask('POST', 'elsewhere', { ...bob, act: 'mark', mark: 4 });
  await ask('POST', 'elsewhere', { ...bob, act: 'pin' });
  expect(emulator.state.conversations('alice')[0]).toMatchObject({ id: 'bob', unread: 0, marks: ['mark_4'] });
  expect(emulator.state.conversations('alice')[0]?.pinnedAt).toBeGreaterThan(0);
  await ask('POST', 'elsewhere', { ...bob, act: 'remove', removeMessages: true });
  expect(emulator.state.history('alice', 'bob')).toEqual([]);
  expect(await ask('POST', 'elsewhere', { ...bob, act: 'pin' })).toMatchObject({ status: 400 });
  expect(await ask('POST', 'elsewhere', { ...bob, act: 'paint' })).toMatchObject({ status: 400 });
});
