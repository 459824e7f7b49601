import { expect, test } from 'vitest';
import { bodyCodec } from '../../../emulator/msync/codec.ts';
import { toBody } from '../../../emulator/msync/message-body.ts';
import { createPolicies } from '../../../emulator/policies.ts';
import { createConversationActions } from '../../../emulator/state/conversation-actions.ts';
import { createMessaging, type Address, type Messaging } from '../../../emulator/state/messaging.ts';
import { createStateView } from '../../../emulator/state/view.ts';
import { createWorld, type World } from '../../../emulator/state/world.ts';

const toAlice: Address = { from: 'bob', to: 'alice', chatType: 'singleChat' };

function setUp(): { world: World; messaging: Messaging; write(text: string, address?: Address): string } {
  let time = 1_700_000_000_000;
  const world = createWorld({ appKey: 'a#b', policies: createPolicies(), now: () => time });
  const messaging = createMessaging(world);
  return {
    world,
    messaging,
    write(text, address = toAlice) {
      time += 1;
      const outcome = messaging.send({ ...address, body: toBody(address, { type: 'txt', msg: text }) });
      if (!outcome.ok) throw new Error(outcome.reason);
      return outcome.id;
    },
  };
}

test('[EM4] a body is passed on byte for byte, with fields the emulator does not know', () => {
  const { world, messaging } = setUp();
  const unknownField = Buffer.from([0xfa, 0x01, 0x03, 0x61, 0x62, 0x63]);
  const payload = Buffer.concat([bodyCodec.encode(toBody(toAlice, { type: 'txt', msg: 'x' })), unknownField]);
  const outcome = messaging.send({ ...toAlice, body: bodyCodec.decode(payload), payload });
  const stored = world.messages.get(outcome.ok ? outcome.id : '');
  expect(stored).toBeDefined();
  if (stored !== undefined) expect(Buffer.from(messaging.metaOf(stored, 'alice').payload ?? [])).toEqual(payload);
});

test('[EM5] a recalled message no longer counts as unread, a read one never did', () => {
  const { world, messaging, write } = setUp();
  const view = createStateView(world);
  const read = write('read');
  messaging.channelAck({ from: 'alice', to: 'bob', chatType: 'singleChat', body: { contents: [{}] } });
  const unread = write('unread');
  write('unread too');
  const recall = (messageId: string): unknown => messaging.recall({ ...toAlice, messageId, body: { contents: [{}] } });
  recall(read);
  expect(view.unread('alice', 'bob')).toBe(2);
  recall(unread);
  expect(view.unread('alice', 'bob')).toBe(1);
});

test('[EM3] removed messages count no more, and stay for the other side', () => {
  const { world, write } = setUp();
  const view = createStateView(world);
  const actions = createConversationActions(world);
  const ids = ['a', 'b', 'c'].map((text) => write(text));
  const target = { account: world.account('alice'), chatType: 'singleChat', id: 'bob', resource: 'r' } as const;
  actions.removeMessages(target, ids.slice(1, 2));
  expect(view.history('alice', 'bob').map((message) => message.text)).toEqual(['a', 'c']);
  expect(view.unread('alice', 'bob')).toBe(2);
  expect(view.history('bob', 'alice')).toHaveLength(3);
});

test('[EM4] ten edits, then no more', () => {
  const { messaging, write } = setUp();
  const messageId = write('draft');
  const edit = (): { ok: boolean; reason?: string } =>
    messaging.edit({ ...toAlice, messageId, body: { contents: [{ text: 'better' }], editScope: 1 } });
  for (let count = 0; count < 10; count += 1) expect(edit()).toMatchObject({ ok: true });
  expect(edit()).toEqual({ ok: false, reason: 'Sorry, edit limit reached' });
});

test('[EM4] an edit of the body keeps the ext, one of both replaces it', () => {
  const { world, messaging, write } = setUp();
  const messageId = write('draft');
  const stored = world.messages.get(messageId);
  if (stored === undefined) throw new Error('not stored');
  const before = stored.body.ext;
  messaging.edit({ ...toAlice, messageId, body: { contents: [{ text: 'b' }], editScope: 1, ext: [] } });
  expect(stored.body.ext).toEqual(before);
  const ext = [{ key: 'k', type: 7, stringValue: 'v' }];
  messaging.edit({ ...toAlice, messageId, body: { contents: [{ text: 'c' }], editScope: 2, ext } });
  expect(stored.body.ext).toEqual(ext);
});

test('[EM7] what an account wrote itself does not wait for its first device', () => {
  const { world, write } = setUp();
  write('hello');
  const view = createStateView(world);
  expect(view.queue('alice')).toHaveLength(1);
  expect(view.queue('bob')).toEqual([]);
});
