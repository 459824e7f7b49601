import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/proof/tab.ts';
import { askMoorage, askSdk, createFaceWorld, type FaceWorld } from './face-world.ts';

let world: FaceWorld;
let first: Page;
let second: Page;
let messageId: string;

beforeAll(async () => {
  world = await createFaceWorld({ seed: { accounts: ['alice', 'bob'], conversations: 0 } });
  const { emulator } = world;
  emulator.setGroup('g1', ['bob', 'alice']);
  messageId = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'hi' }).id;
  emulator.react({ from: 'bob', messageId, reaction: 'ok' });
  const profile = await world.newProfile();
  [first, second] = [await world.open(profile, 'alice'), await world.open(profile, 'alice')];
  for (const page of [first, second]) await page.evaluate(() => window.face.connect());
  await world.openSdk(first, 'alice');
});
afterAll(() => world.close());

test('any method of a registered plugin runs in the worker, from any tab, and answers as the SDK does', async () => {
  const calls: readonly (readonly [string, ...unknown[]])[] = [
    ['group.getGroupInfo', { groupId: 'g1' }],
    ['presence.getPresenceStatus', { usernames: ['bob', 'nobody'] }],
    ['contact.getReactionlist', { chatType: 'singleChat', messageId }],
    ['silent.getSilentModeForConversation', { conversationId: 'bob', type: 'singleChat' }],
    ['isOpened'],
  ];
  for (const call of calls) {
    const [own, other] = [await askMoorage(first, ...call), await askMoorage(second, ...call)];
    expect(own).toMatchObject({ ok: true });
    expect(other).toEqual(own);
    expect(own).toEqual(await askSdk(first, ...call));
  }
  expect(await askMoorage(first, ...(calls[0] ?? ['']))).toMatchObject({ value: { data: [{ id: 'g1', owner: 'bob' }] } });
});

test('what the service refuses comes as a typed error, with the number that the SDK gives', async () => {
  const own = await askMoorage(first, 'group.getGroupInfo', { groupId: 'none' });
  const sdk = await askSdk(first, 'group.getGroupInfo', { groupId: 'none' });
  expect(own).toMatchObject({ ok: false, error: { name: 'SyncError', code: 'refused', details: { httpStatus: 404 } } });
  expect(!own.ok && !sdk.ok && own.error.details?.['serviceCode'] === sdk.error.type).toBe(true);
  expect(await askMoorage(first, 'group.getGroupInfo', {})).toMatchObject({ ok: false, error: { code: 'refused' } });
});

test.each(['thread.createChatThread', 'group.unknown', 'group._hidden', 'group.constructor', 'open', 'close', 'send', 'renewToken', 'usePlugin', '__proto__.toString'])(
  '[ER2] "%s" is refused in the worker',
  async (method) => {
    expect(await askMoorage(first, method, {})).toEqual({ ok: false, error: { name: 'SyncError', code: 'unsupported', details: { method } } });
  },
);

test('[ER2] a callback is refused with its name, and the older ones stay in the tab', async () => {
  const refused = await first.evaluate(() =>
    window.face.chat().sdk.call('group.getGroupInfo', { groupId: 'g1', ...{ onProgress: () => undefined } }).catch((error: { code: string; details: object }) => [error.code, error.details]),
  );
  expect(refused).toEqual(['invalid-argument', { parameter: 'onProgress' }]);
  const told = await first.evaluate(
    () => new Promise((resolve) => void window.face.chat().sdk.call('group.getGroupInfo', { groupId: 'g1', success: resolve } as { groupId: string })),
  );
  expect(told).toMatchObject({ data: [{ id: 'g1' }] });
});

test('do not disturb that is set by the SDK\'s method shows in every tab', async () => {
  const isMuted = (page: Page): Promise<boolean | undefined> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const unsubscribe = window.face.chat().conversation({ conversationId: 'bob', conversationType: 'singleChat' }).subscribe((row) => {
            resolve(row?.isMuted);
            queueMicrotask(() => unsubscribe());
          });
        }),
    );
  const conversation = { conversationId: 'bob', type: 'singleChat' };
  expect(await askMoorage(first, 'silent.setSilentModeForConversation', { ...conversation, options: { paramType: 0, remindType: 'NONE' } })).toMatchObject({ ok: true });
  await eventually(async () => expect(await isMuted(second)).toBe(true));
  expect(await askMoorage(second, 'silent.clearRemindTypeForConversation', conversation)).toMatchObject({ ok: true });
  await eventually(async () => expect(await isMuted(first)).toBe(false));
});
