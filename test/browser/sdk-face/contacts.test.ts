import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/proof/tab.ts';
import { askMoorage, askSdk, createFaceWorld, type FaceWorld } from './face-world.ts';

const NAMES = ['onContactInvited', 'onContactAgreed', 'onContactRefuse', 'onContactDeleted', 'onContactAdded'];

let world: FaceWorld;
let alice: Page;
let bobs: readonly Page[];

/** Bob has two tabs of Moorage, and in the first the SDK as another device. Alice the same in one. */
beforeAll(async () => {
  world = await createFaceWorld({ seed: { accounts: ['alice', 'bob'], conversations: 0 } });
  const profile = await world.newProfile();
  bobs = [await world.open(profile, 'bob'), await world.open(profile, 'bob')];
  alice = await world.open(await world.newProfile(), 'alice');
  for (const page of [...bobs, alice]) {
    await page.evaluate(() => window.face.connect());
    if (page !== bobs[1]) await world.openSdk(page, page === alice ? 'alice' : 'bob');
    await page.evaluate((names) => window.face.listen(names), NAMES);
  }
});
afterAll(() => world.close());

type Told = readonly (readonly [name: string, data: unknown])[];

/** What comes to a user's tabs and to the user's SDK: they must hear the same, each once. */
async function told(pages: readonly Page[]): Promise<Told> {
  const heard = new Map<string, (readonly [string, unknown])[]>();
  await eventually(async () => {
    for (const [index, page] of pages.entries()) {
      for (const side of page === bobs[1] ? (['moorage'] as const) : (['moorage', 'sdk'] as const)) {
        const news = await page.evaluate((asked) => window.face.heard(asked), side);
        heard.set(`${side} ${index}`, [...(heard.get(`${side} ${index}`) ?? []), ...news]);
      }
    }
    for (const [who, all] of heard) expect([who, all.length]).toEqual([who, 1]);
  });
  const [first = [], ...others] = heard.values();
  for (const other of others) expect(other).toEqual(first);
  return first;
}

const sides = [
  { name: 'Moorage', ask: askMoorage },
  { name: 'the SDK', ask: askSdk },
];

test.each(sides)('asked by $name: every tab and the SDK of the other hear of an invitation, and of what became of it', async ({ ask }) => {
  const [bob] = bobs as [Page, Page];
  const byAlice = { from: 'alice', to: 'bob' };
  const byBob = { from: 'bob', to: 'alice' };
  const act = async (page: Page, method: string, ...args: readonly unknown[]): Promise<void> => expect(await ask(page, `contact.${method}`, ...args)).toEqual({ ok: true, value: undefined });

  await act(alice, 'addContact', 'bob', 'it is me');
  expect(await told(bobs)).toEqual([['onContactInvited', { type: 'subscribe', ...byAlice, status: 'it is me' }]]);
  await act(bob, 'declineContactInvite', 'alice');
  expect(await told([alice])).toEqual([['onContactRefuse', { type: 'unsubscribed', ...byBob, status: '' }]]);
  expect(await ask(bob, 'contact.getContacts')).toMatchObject({ value: { data: [] } });

  await act(alice, 'addContact', 'bob', 'really');
  expect(await told(bobs)).toMatchObject([['onContactInvited', { status: 'really' }]]);
  await act(bob, 'acceptContactInvite', 'alice');
  expect(await told([alice])).toEqual([['onContactAgreed', { type: 'subscribed', ...byBob, status: '' }]]);
  expect(await told(bobs)).toEqual([['onContactAdded', { type: 'subscribed', ...byAlice, status: '' }]]);
  await act(bob, 'setContactRemark', { userId: 'alice', remark: 'from work' });
  expect(await ask(bob, 'contact.getAllContacts')).toMatchObject({ value: { data: [{ userId: 'alice', remark: 'from work' }] } });
  expect(await ask(alice, 'contact.getAllContacts')).toMatchObject({ value: { data: [{ userId: 'bob', remark: '' }] } });

  await act(alice, 'deleteContact', 'bob');
  expect(await told(bobs)).toEqual([['onContactDeleted', { type: 'unsubscribed', ...byAlice, status: '' }]]);
  expect(await ask(bob, 'contact.getContacts')).toMatchObject({ value: { data: [] } });
});

test('who is away hears of an invitation on coming back', async () => {
  world.emulator.dropSockets('bob');
  world.emulator.contact({ from: 'alice', to: 'bob', act: 'invite', reason: 'anybody there?' });
  expect(await told(bobs)).toMatchObject([['onContactInvited', { from: 'alice', status: 'anybody there?' }]]);
});

test.each(sides)('what $name is refused is refused by number: nobody of that name, no contact, too long a remark, no such message, no such file', async ({ name, ask }) => {
  const number = async (method: string, ...args: readonly unknown[]): Promise<unknown> => {
    const ended = await ask(alice, `contact.${method}`, ...args);
    return ended.ok ? 'answered' : (ended.error.type ?? ended.error.details?.['serviceCode']);
  };
  expect(await number('addContact', 'nobody', 'hi')).toBe(204);
  expect(await number('setContactRemark', { userId: 'bob', remark: 'x' })).toBe(221);
  const friend = name === 'Moorage' ? 'carol' : 'dave';
  world.emulator.contact({ from: friend, to: 'alice', act: 'invite' });
  world.emulator.contact({ from: 'alice', to: friend, act: 'accept' });
  expect(await number('setContactRemark', { userId: friend, remark: 'x'.repeat(101) })).toBe(50);
  expect(await number('reportMessage', { reportType: 't', reportReason: 'r', messageId: '5' })).toBe(51);
  expect(await number('voiceMessageToText', { type: 'audio', url: 'http://localhost/none' })).toBe(410);
});

test.each(sides)('whom $name blocks is refused, by either side, until unblocked', async ({ ask }) => {
  const send = (): Promise<readonly string[]> =>
    alice.evaluate(async () => {
      const { face } = window;
      const sdk = await face.sendBySdk({ type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'hi' });
      const [clientId, own] = await face.sendByMoorage({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg: 'hi' });
      if (own !== 'sent') await face.chat().discard(clientId);
      return [sdk, own];
    });
  const [bob] = bobs as [Page, Page];
  expect(await ask(bob, 'contact.addUsersToBlocklist', { name: 'alice' })).toMatchObject({ value: { data: { userIds: ['alice'] } } });
  const [sdk, own] = await send();
  expect(sdk).toContain('"type":603');
  expect(own).toContain('blocked');
  await ask(bob, 'contact.removeUserFromBlocklist', { name: 'alice' });
  expect(await ask(bob, 'contact.getBlocklist')).toMatchObject({ value: { data: [] } });
  expect(await send()).toEqual(['sent', 'sent']);
});
