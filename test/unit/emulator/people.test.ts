import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAsker, type Ask } from './ask.ts';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';

let emulator: Emulator;
let ask: Ask;

beforeEach(async () => {
  emulator = await startEmulator({ seed: { accounts: ['alice', 'bob'], conversations: 0 } });
  ask = createAsker(emulator);
});
afterEach(() => emulator.close());

test('[EM15] who registers can log in; a name is taken once, and not every word is a name', async () => {
  const register = (username: string): ReturnType<Ask> => ask('alice', 'POST', 'users', { username, password: 'p' });
  expect(await register('zoe')).toMatchObject({ status: 200, body: { entities: [{ username: 'zoe', activated: true }] } });
  expect(await ask('alice', 'POST', 'token', { grant_type: 'password', username: 'zoe', password: 'p' })).toMatchObject({ status: 200 });
  expect(await register('zoe')).toMatchObject({ status: 400, body: { error_description: expect.stringContaining('username be unique') } });
  expect(await register('z oe')).toMatchObject({ status: 400, body: { error_description: expect.stringContaining('is not legal') } });
});

test('[EM15] attributes are set one by one, and given to everybody who asks for them', async () => {
  await ask('alice', 'PUT', 'metadata/user/alice', 'nickname=Alice%20A&mail=a%40b.c&height=170');
  expect((await ask('alice', 'PUT', 'metadata/user/alice', 'sign=hi')).body).toEqual({ data: { nickname: 'Alice A', mail: 'a@b.c', sign: 'hi' } });
  const asked = { targets: ['alice', 'bob', 'nobody'], properties: ['nickname', 'sign', 'phone'] };
  expect((await ask('bob', 'POST', 'metadata/user/get', asked)).body).toEqual({ data: { alice: { nickname: 'Alice A', sign: 'hi' }, bob: {}, nobody: {} } });
  expect(emulator.state.person('alice').profile).toEqual({ nickname: 'Alice A', mail: 'a@b.c', sign: 'hi' });
  expect(emulator.state.accounts()).not.toContain('nobody');
});

test('[EM15] the name in notifications is no attribute, and a device has one push token', async () => {
  expect((await ask('alice', 'PUT', 'users/alice', { nickname: 'Ali' })).body).toMatchObject({ entities: [{ username: 'alice', nickname: 'Ali' }] });
  const push = (id: string, token: string): ReturnType<Ask> => ask('alice', 'PUT', 'users/alice', { device_id: id, device_token: token, notifier_name: 'n' });
  await push('d1', 't1');
  await push('d2', 't2');
  const pushInfo = [
    { device_id: 'd1', device_token: 't3', notifier_name: 'n' },
    { device_id: 'd2', device_token: 't2', notifier_name: 'n' },
  ];
  expect((await push('d1', 't3')).body).toMatchObject({ entities: [{ pushInfo }] });
  expect((await push('d1', '')).body).toMatchObject({ entities: [{ pushInfo: pushInfo.slice(1) }] });
  expect(emulator.state.person('alice')).toMatchObject({ profile: {}, nickname: 'Ali', pushTokens: [{ deviceId: 'd2', token: 't2', notifier: 'n' }] });
});

test('[EM15] a user has one number in calls, and the number says who it is', async () => {
  const token = async (user: string): Promise<{ rtcUid: number; channel_name: string }> =>
    (await ask(user, 'GET', `users/${user}/token/rtc?channelName=c`)).body as Awaited<ReturnType<typeof token>>;
  const alice = await token('alice');
  const bob = await token('bob');
  expect(alice.channel_name).toBe('c');
  expect((await token('alice')).rtcUid).toBe(alice.rtcUid);
  const data = [alice.rtcUid, bob.rtcUid, 5];
  expect((await ask('alice', 'POST', 'rtc_mapper/batch/get', { data })).body).toEqual({ data: { [alice.rtcUid]: 'alice', [bob.rtcUid]: 'bob' } });
});

test('[EM15] a report is kept with what was said; one of a message there is not is refused', async () => {
  const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'buy' });
  const report = (messageId: string): ReturnType<Ask> => ask('alice', 'POST', `user/alice/moderation/report/message/${messageId}`, { reportType: 'spam', reportReason: 'r' });
  expect((await report(id)).status).toBe(200);
  expect(await report('5')).toMatchObject({ status: 400, body: { error_description: 'report failed, get message by id failed' } });
  expect(emulator.state.reports()).toEqual([{ by: 'alice', messageId: id, type: 'spam', reason: 'r' }]);
});

test('[EM16] speech is what the bytes of a file spell, of one that lies here or comes along', async () => {
  const form = new FormData();
  form.append('username', 'alice');
  form.append('file', new Blob(['good morning']), 'a.amr');
  expect((await ask('alice', 'POST', 'api/sdk/v1/speech/recognitions', form)).body).toEqual({ data: { text: 'good morning' } });
  await ask('alice', 'POST', 'chatfiles', form);
  const transcribe = (fileId: string): ReturnType<Ask> => ask('alice', 'POST', 'api/sdk/v1/speech/transcriptions', { data: { fileId, username: 'alice' } });
  expect((await transcribe(emulator.files()[0]?.id ?? '')).body).toEqual({ data: { text: 'good morning' } });
  expect(await transcribe('none')).toMatchObject({ status: 404, body: { error: { code: 4041001 } } });
  expect((await ask('alice', 'POST', 'api/sdk/v1/speech/recognitions', {})).status).toBe(400);
  expect((await ask('alice', 'POST', 'speech/transcriptions', {})).status).toBe(404);
});
