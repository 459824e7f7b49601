import { expect, test } from 'vitest';
import { type Lab } from '../support/lab.ts';
import { type SdkMessage } from '../support/sdk-bench.ts';
import { historyPage } from './history.ts';
import { listPage } from './lists.ts';

const url = 'https://files.example/some-file';
const file = { url, filename: 'f.bin', secret: 's', fileLength: 12 };
const ext = { em_at_list: ['alice', 'bob'], em_apns_ext: { title: '好' }, shade: { deep: [1, 2.5, null, true] }, n: 7 };

/** Every type as `write` takes it, and the event the SDK makes of it. */
const bodies = [
  ['onTextMessage', { type: 'txt', msg: 'text' }],
  ['onImageMessage', { type: 'img', width: 4, height: 3, ...file }],
  ['onImageMessage', { type: 'img', isGif: true, ...file }],
  ['onAudioMessage', { type: 'audio', length: 5, ...file }],
  ['onVideoMessage', { type: 'video', length: 6, ...file }],
  ['onFileMessage', { type: 'file', ...file }],
  ['onLocationMessage', { type: 'loc', lat: 1.5, lng: 2.5, addr: 'Quay', buildingName: 'Pier 4' }],
  ['onCustomMessage', { type: 'custom', customEvent: 'poll', customExts: { yes: '1', no: '2' } }],
  ['onCombineMessage', { type: 'combine', title: 'T', summary: 'S', compatibleText: 'C', ...file }],
] as const;

/** What the SDK itself can send, made with `message.create`. */
const outgoing = [
  ['onTextMessage', { type: 'txt', msg: 'text', msgConfig: { allowGroupAck: false } }],
  ['onLocationMessage', { type: 'loc', lat: 1.5, lng: 2.5, addr: 'Quay', buildingName: 'Pier 4' }],
  ['onCustomMessage', { type: 'custom', customEvent: 'poll', customExts: { yes: '1' } }],
] as const;

/** History says 3 for "not known" where the event says whether the receiver was connected. */
function comparable(message: object | undefined): object {
  const { onlineState, ...rest } = (message ?? {}) as { onlineState?: number };
  expect([0, 1, 3]).toContain(onlineState);
  return rest;
}

export function messageTypeScenarios(lab: Lab): void {
  test.each(['singleChat', 'groupChat'] as const)(
    '[EM4] in a %s every type comes back from history as its live event gave it, ext and mentions too',
    async (chatType) => {
      const emulator = await lab.emulator();
      const client = await lab.login(emulator, 'alice');
      const targetId = chatType === 'groupChat' ? 'group-0001' : 'bob';
      const to = chatType === 'groupChat' ? targetId : 'alice';
      const counts = new Map<string, number>();
      const live: object[] = [];
      for (const [event, body] of bodies) {
        emulator.write({ from: 'bob', to, chatType, body, ext });
        const count = (counts.get(event) ?? 0) + 1;
        counts.set(event, count);
        live.push((await client.untilEvents(event, count))[count - 1] ?? {});
      }
      const page = await historyPage(client, { targetId, chatType, pageSize: bodies.length, cursor: -1 });
      expect(page.messages.reverse().map(comparable)).toEqual(live.map(comparable));
      expect(page.messages.every((message) => 'ext' in message)).toBe(true);
      expect(page.messages.map((message) => message.ext)).toEqual(bodies.map(() => ext));
      const [row] = (await listPage(client, '')).conversations;
      expect(row?.lastMessage).toMatchObject({ id: page.messages.at(-1)?.id, ext });
    },
  );

  test('[EM4] what one SDK sends, another finds in history as it came live', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const live: object[] = [];
    for (const [event, message] of outgoing) {
      await alice.send({ chatType: 'singleChat', to: 'bob', ext, ...message });
      live.push((await bob.untilEvents(event, 1))[0] ?? {});
    }
    await alice.sendFile({ type: 'file', chatType: 'singleChat', to: 'bob', filename: 'cargo.txt', ext }, 'cargo');
    live.push((await bob.untilEvents('onFileMessage', 1))[0] ?? {});
    const { messages: messageList } = await historyPage(alice, { pageSize: 3, cursor: -1 });
    const combine = { type: 'combine', title: 'T', summary: 'S', compatibleText: 'C', messageList };
    await alice.send({ ...combine, chatType: 'singleChat', to: 'bob', ext });
    live.push((await bob.untilEvents('onCombineMessage', 1))[0] ?? {});
    const page = await historyPage(bob, { targetId: 'alice', pageSize: live.length, cursor: -1 });
    expect(page.messages.reverse().map(comparable)).toEqual(live.map(comparable));
    expect(page.messages[0]).toMatchObject({ msg: 'text', ext });
  });

  test('[EM4] a command is delivered with its ext, in groups too, and is in no history and no count', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const body = { type: 'cmd', action: 'typing' } as const;
    const before = await listPage(alice, '');
    emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', body, ext });
    emulator.write({ from: 'bob', to: 'group-0001', chatType: 'groupChat', body, ext });
    const events = await alice.untilEvents<SdkMessage>('onCmdMessage', 2);
    expect(events).toMatchObject([
      { type: 'cmd', action: 'typing', chatType: 'singleChat', ext },
      { type: 'cmd', action: 'typing', chatType: 'groupChat', to: 'group-0001', ext },
    ]);
    const { messages } = await historyPage(alice, { pageSize: 50, cursor: -1 });
    expect(messages.map((message) => message.id)).not.toContain(events[0]?.id);
    expect(await listPage(alice, '')).toEqual(before);
  });
}
