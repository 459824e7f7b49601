import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { distinct } from '../../support/distinct.ts';
import { eventually } from '../../support/proof/tab.ts';
import { createFaceWorld, type FaceWorld } from './face-world.ts';

/** What the test below makes the service tell, and each of the devices hear. */
const COMING = [
  ...['onChannelMessage', 'onCmdMessage', 'onImageMessage', 'onMessage', 'onMessagePinEvent'],
  ...['onModifiedMessage', 'onReactionChange', 'onRecallMessage', 'onTextMessage'],
];
/** What both are asked to hear; connection events come at different times to two devices. */
const NAMES = [...COMING, 'onCustomMessage', 'onDeliveredMessage', 'onReadMessage', 'onMultiDeviceEvent'];

let world: FaceWorld;
let first: Page;
let second: Page;

beforeAll(async () => {
  world = await createFaceWorld({ seed: { accounts: ['alice', 'bob'], conversations: 0 } });
  const profile = await world.newProfile();
  [first, second] = [await world.open(profile, 'alice'), await world.open(profile, 'alice')];
  for (const page of [first, second]) await page.evaluate(() => window.face.connect());
  await world.openSdk(first, 'alice');
});
afterAll(() => world.close());

const heard = (page: Page, side: 'moorage' | 'sdk'): Promise<readonly (readonly [string, unknown])[]> =>
  page.evaluate((asked) => window.face.heard(asked), side);

/**
 * What came of one kind. Two devices pull the pair of queues in their own turn: what is of one kind keeps its order, a batch may
 * be cut anywhere, and an SDK that pulls a queue twice before it has acknowledged it tells twice of what is no message.
 */
function ofKind(all: readonly (readonly [string, unknown])[], name: string): readonly unknown[] {
  return distinct(all.filter(([each]) => each === name).flatMap(([, data]) => data));
}

test('a tab hears what an SDK of its own would hear: the same events, with the same payloads, in the same order', async () => {
  await first.evaluate((names) => window.face.listen(names), NAMES);
  const { emulator } = world;
  const from = { from: 'bob', to: 'alice', chatType: 'singleChat' } as const;
  const text = emulator.write({ ...from, text: 'one', ext: { colour: 'blue' } });
  emulator.write({ ...from, body: { type: 'img', width: 4, height: 3, url: 'https://files.example/f', filename: 'f', secret: 's', fileLength: 1 } });
  emulator.write({ ...from, body: { type: 'cmd', action: 'typing' } });
  emulator.edit({ messageId: text.id, text: 'two' });
  emulator.react({ from: 'bob', messageId: text.id, reaction: 'ok' });
  emulator.pinMessage({ from: 'bob', messageId: text.id });
  emulator.acknowledgeChannel('bob', 'alice', 'singleChat');
  emulator.recall({ messageId: text.id });
  const sdk: (readonly [string, unknown])[] = [];
  const moorage: (readonly [string, unknown])[] = [];
  await eventually(async () => {
    sdk.push(...(await heard(first, 'sdk')));
    moorage.push(...(await heard(first, 'moorage')));
    // What is of another queue may come after the recall.
    for (const all of [sdk, moorage]) expect([...new Set(all.map(([name]) => name))].sort()).toEqual(COMING);
    for (const name of COMING) expect([name, ofKind(moorage, name)]).toEqual([name, ofKind(sdk, name)]);
  });
  expect(await heard(second, 'moorage')).toEqual([]);
});

test('an event comes when what it means is stored, and shown', async () => {
  const shown = first.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        const chat = window.face.chat();
        chat.unread.subscribe(() => undefined);
        chat.addEventHandler('shown', {
          onTextMessage: () => {
            chat.removeEventHandler('shown');
            resolve(chat.localCache.getLocalConversation({ conversationId: 'carol', conversationType: 'singleChat' }));
          },
        });
      }),
  );
  await first.evaluate(() => window.face.chat().refresh());
  world.emulator.write({ from: 'carol', to: 'alice', chatType: 'singleChat', text: 'first words' });
  expect(await shown).toMatchObject({ data: { unReadCount: 1, lastMessage: { msg: 'first words' } } });
});

test('one that throws disturbs nobody: the next handler, the other tab and the worker go on', async () => {
  const errors: string[] = [];
  first.on('pageerror', ({ message }) => errors.push(message));
  await first.evaluate(() =>
    window.face.chat().addEventHandler('bad', {
      onTextMessage: () => {
        throw new Error('broken handler');
      },
    }),
  );
  await second.evaluate((names) => window.face.listen(names), NAMES);
  await heard(first, 'moorage');
  world.emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'after' });
  for (const page of [first, second]) {
    await eventually(async () => expect((await heard(page, 'moorage')).map(([name]) => name)).toContain('onTextMessage'));
  }
  await eventually(() => expect(errors).toEqual(['broken handler']));
});

test('connection events are heard in every tab: lost, reconnecting, back, and kicked', async () => {
  const names = ['onConnected', 'onReconnecting', 'onDisconnected', 'onOfflineMessageSyncStart', 'onOfflineMessageSyncFinish'];
  for (const page of [first, second]) await page.evaluate((wanted) => window.face.listen(wanted), names);
  const told = new Map<Page, (readonly [string, unknown])[]>([first, second].map((page) => [page, []]));
  const until = (name: string, count: number): Promise<unknown> =>
    eventually(async () => {
      for (const [page, all] of told) {
        all.push(...(await heard(page, 'moorage')));
        expect(all.filter(([each]) => each === name).length).toBeGreaterThanOrEqual(count);
      }
    });
  // It was logged in long before anybody asked.
  await until('onConnected', 1);
  world.emulator.writeWhileAway({ userId: 'alice', from: 'bob', to: 'alice', chatType: 'singleChat', count: 2 });
  await until('onReconnecting', 1);
  await until('onConnected', 2);
  await until('onOfflineMessageSyncFinish', 1);
  // Kicked is who is there.
  await eventually(async () => expect((await heard(first, 'sdk')).map(([name]) => name)).toContain('onConnected'));
  world.emulator.kick('alice', 'kicked');
  await until('onDisconnected', 1);
  const expected = ['onConnected', 'onConnected', 'onOfflineMessageSyncStart', 'onOfflineMessageSyncFinish', 'onDisconnected'];
  let reason: unknown;
  await eventually(async () => {
    reason ??= (await heard(first, 'sdk')).find(([name]) => name === 'onDisconnected')?.[1];
    expect(reason).toMatchObject({ type: 217 });
  });
  for (const all of told.values()) {
    expect(all.map(([name]) => name).filter((name) => name !== 'onReconnecting')).toEqual(expected);
    expect(all.at(-1)?.[1]).toEqual(reason);
  }
});
