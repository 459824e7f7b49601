import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAsker, type Ask } from './ask.ts';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';

let emulator: Emulator;
let ask: Ask;

beforeEach(async () => {
  emulator = await startEmulator({ seed: { accounts: ['alice', 'bob', 'carol'], conversations: 0 } });
  ask = createAsker(emulator);
});
afterEach(() => emulator.close());

const invite = (by: string, to: string, reason?: string): ReturnType<Ask> => ask(by, 'POST', `users/${by}/contacts/apply?resource=r`, { usernames: [to], reason });
const contactsOf = (userId: string): readonly string[] => emulator.state.person(userId).contacts.map((contact) => contact.userId);

test('[EM14] an invitation waits for its answer, and makes contacts of both when it is accepted', async () => {
  await invite('alice', 'bob', 'it is me');
  expect(emulator.state.person('bob').invitedBy).toEqual([{ userId: 'alice', reason: 'it is me' }]);
  expect([contactsOf('alice'), contactsOf('bob')]).toEqual([[], []]);
  await ask('bob', 'POST', 'users/bob/contacts/accept/users/alice?resource=r');
  expect([contactsOf('alice'), contactsOf('bob')]).toEqual([['bob'], ['alice']]);
  expect(emulator.state.person('bob').invitedBy).toEqual([]);
  expect((await invite('bob', 'alice')).status).toBe(200);
  expect(emulator.state.person('alice').invitedBy).toEqual([]);
});

test('[EM14] a declined invitation leaves nothing, and what was not asked cannot be answered', async () => {
  await invite('alice', 'bob');
  expect((await ask('bob', 'POST', 'users/bob/contacts/decline/users/alice')).status).toBe(200);
  expect([contactsOf('alice'), contactsOf('bob'), emulator.state.person('bob').invitedBy]).toEqual([[], [], []]);
  for (const answer of ['accept', 'decline']) expect((await ask('bob', 'POST', `users/bob/contacts/${answer}/users/alice`)).status).toBe(400);
  expect(await invite('alice', 'nobody')).toMatchObject({ status: 404, body: { error_description: 'user not found' } });
});

test('[EM14] a deleted contact is none on both sides, and each is told once', async () => {
  emulator.contact({ from: 'alice', to: 'bob', act: 'invite' });
  emulator.contact({ from: 'bob', to: 'alice', act: 'accept' });
  const told = emulator.state.queue('bob').length;
  for (const _ of ['once', 'twice']) await ask('alice', 'DELETE', 'users/alice/contacts/users/bob?resource=r');
  expect([contactsOf('alice'), contactsOf('bob')]).toEqual([[], []]);
  expect(emulator.state.queue('bob').length).toBe(told + 1);
});

test('[EM14] contacts are listed as ids, with remarks, and by pages', async () => {
  for (const other of ['bob', 'carol']) {
    emulator.contact({ from: other, to: 'alice', act: 'invite' });
    emulator.contact({ from: 'alice', to: other, act: 'accept' });
  }
  expect((await ask('alice', 'PUT', 'users/alice/contacts/users/carol', { remark: 'from work' })).status).toBe(200);
  const rows = [
    { username: 'bob', remark: '' },
    { username: 'carol', remark: 'from work' },
  ];
  expect((await ask('alice', 'GET', 'users/alice/contacts/users')).body).toEqual({ data: ['bob', 'carol'] });
  expect((await ask('alice', 'GET', 'users/alice/contacts/users?needReturnRemark=true')).body).toMatchObject({ entities: rows });
  const page = async (cursor: string): Promise<unknown> => (await ask('alice', 'GET', `users/alice/contacts?limit=1&cursor=${cursor}`)).body;
  expect(await page('')).toEqual({ data: { contacts: [rows[0]], cursor: '1' } });
  expect(await page('1')).toEqual({ data: { contacts: [rows[1]], cursor: '' } });
});

test('[EM14] a remark is for a contact, and not too long', async () => {
  const remark = (text: string): ReturnType<Ask> => ask('alice', 'PUT', 'users/alice/contacts/users/bob', { remark: text });
  expect(await remark('who')).toMatchObject({ status: 400, body: { error_description: expect.stringContaining('they are not friends') } });
  emulator.contact({ from: 'bob', to: 'alice', act: 'invite' });
  emulator.contact({ from: 'alice', to: 'bob', act: 'accept' });
  expect((await remark('x'.repeat(100))).status).toBe(200);
  expect(await remark('x'.repeat(101))).toMatchObject({ status: 400, body: { error_description: expect.stringContaining('remark length must less') } });
  expect(emulator.state.person('alice').contacts).toEqual([{ userId: 'bob', remark: 'x'.repeat(100) }]);
});

test('[EM14] who is blocked cannot write, and can be written to', async () => {
  expect((await ask('alice', 'POST', 'sdk/user/alice/blocks', { usernames: ['bob', 'carol'] })).body).toEqual({ data: ['bob', 'carol'] });
  expect((await ask('alice', 'GET', 'users/alice/blocks/users')).body).toEqual({ data: ['bob', 'carol'] });
  const write = (from: string, to: string) => (): unknown => emulator.write({ from, to, chatType: 'singleChat', text: 'hi' });
  expect(write('bob', 'alice')).toThrow('blocked');
  expect(write('alice', 'bob')).not.toThrow();
  expect(emulator.state.history('alice', 'bob')).toHaveLength(1);
  await ask('alice', 'DELETE', 'sdk/user/alice/blocks', { usernames: ['bob'] });
  expect(write('bob', 'alice')).not.toThrow();
  expect(write('carol', 'alice')).toThrow('blocked');
});

test('[EM9] contacts and blocks by HTTP', async () => {
  const control = (command: string, body: object): Promise<Response> => fetch(`${emulator.apiUrl}/emulator/${command}`, { method: 'POST', body: JSON.stringify(body) });
  expect((await control('contact', { from: 'bob', to: 'alice', act: 'accept' })).status).toBe(400);
  await control('contact', { from: 'bob', to: 'alice', act: 'invite', reason: 'hello' });
  await control('block', { from: 'alice', to: 'carol' });
  const person = await (await fetch(`${emulator.apiUrl}/emulator/person?user=alice`)).json();
  expect(person).toMatchObject({ invitedBy: [{ userId: 'bob', reason: 'hello' }], blocked: ['carol'] });
});
