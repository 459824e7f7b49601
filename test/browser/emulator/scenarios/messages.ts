import { expect, test } from 'vitest';
import { until, type Lab } from '../support/lab.ts';
import { type SdkMessage } from '../support/sdk-bench.ts';

export function messageScenarios(lab: Lab): void {
  test('[EM4] a message between two clients: acknowledged, delivered, stored, unread', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const ext = { order: { items: ['a', 'b'], total: 9.5 } };
    const sent = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'hello 你好', ext });
    expect(sent.serverMsgId).toMatch(/^\d{19}$/);
    expect(sent.message.id).toBe(sent.serverMsgId);
    const [received] = await bob.untilEvents<SdkMessage>('onTextMessage', 1);
    expect(received).toMatchObject({
      id: sent.serverMsgId,
      msg: 'hello 你好',
      from: 'alice',
      to: 'bob',
      ext,
      time: sent.message.time,
    });
    expect(emulator.state.unread('bob', 'alice')).toBe(1);
    expect(await alice.events('onTextMessage')).toEqual([]);
    const [receipt] = await alice.untilEvents('onReceivedMessage', 1);
    expect(receipt).toMatchObject({ id: sent.localMsgId, mid: sent.serverMsgId });
  });

  test('[EM4] a message to a group reaches every member but the sender', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    await bob.send({ type: 'txt', chatType: 'groupChat', to: 'group-0001', msg: 'all hands' });
    const [received] = await alice.untilEvents<SdkMessage>('onTextMessage', 1);
    expect(received).toMatchObject({ chatType: 'groupChat', from: 'bob', to: 'group-0001', msg: 'all hands' });
    expect(emulator.state.unread('carol', 'group-0001')).toBe(1);
    expect(emulator.state.unread('bob', 'group-0001')).toBe(0);
  });

  test('[EM4] a group that does not exist is refused with 605, one without the sender with 602', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const send = (to: string): Promise<unknown> => client.send({ type: 'txt', chatType: 'groupChat', to, msg: 'x' });
    await expect(send('nowhere')).rejects.toMatchObject({ type: 605 });
    emulator.setGroup('others', ['bob', 'carol']);
    await expect(send('others')).rejects.toMatchObject({ type: 602 });
  });

  test('[EM4] 300 messages of one turn over 10 conversations arrive once each and in order', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const written: string[] = [];
    for (let index = 0; index < 300; index += 1) {
      const from = `peer-${String((index % 10) + 1).padStart(4, '0')}`;
      written.push(emulator.write({ from, to: 'alice', chatType: 'singleChat', text: String(index) }).id);
    }
    const received = await client.untilEvents<SdkMessage>('onTextMessage', 300);
    const ids = received.map((message) => message.id);
    expect([...ids].sort()).toEqual(written);
    for (let peer = 1; peer <= 10; peer += 1) {
      const from = `peer-${String(peer).padStart(4, '0')}`;
      const own = received.filter((message) => message.from === from).map((message) => message.id);
      expect(own).toEqual([...own].sort());
      expect(emulator.state.unread('alice', from)).toBe(30);
    }
    await until(() => emulator.state.queue('alice').length === 0, 'the queue was acknowledged');
  });

  test('[EM4] every message type arrives as what it is, in history and in the list too', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const url = `${emulator.apiUrl}/moorage/demo/chatfiles/some-file`;
    const file = { url, filename: 'f.bin', secret: 's', fileLength: 12 };
    const bodies = [
      { event: 'onTextMessage', body: { type: 'txt', msg: 'text' }, expected: { type: 'txt', msg: 'text' } },
      {
        event: 'onImageMessage',
        body: { type: 'img', width: 4, height: 3, ...file },
        expected: { type: 'img', width: 4, height: 3, file_length: 12 },
      },
      {
        event: 'onAudioMessage',
        body: { type: 'audio', length: 5, ...file },
        expected: { type: 'audio', length: 5, filename: 'f.bin' },
      },
      {
        event: 'onVideoMessage',
        body: { type: 'video', length: 6, ...file },
        expected: { type: 'video', length: 6, filename: 'f.bin' },
      },
      {
        event: 'onFileMessage',
        body: { type: 'file', ...file },
        expected: { type: 'file', filename: 'f.bin', file_length: 12 },
      },
      {
        event: 'onLocationMessage',
        body: { type: 'loc', lat: 1.5, lng: 2.5, addr: 'Quay' },
        expected: { type: 'loc', lat: 1.5, lng: 2.5, addr: 'Quay' },
      },
      {
        event: 'onCustomMessage',
        body: { type: 'custom', customEvent: 'poll', customExts: { yes: '1' } },
        expected: { type: 'custom', customEvent: 'poll', customExts: { yes: '1' } },
      },
      {
        event: 'onCombineMessage',
        body: { type: 'combine', title: 'T', summary: 'S', compatibleText: 'C', ...file },
        expected: { type: 'combine', title: 'T', summary: 'S' },
      },
    ] as const;
    for (const { event, body, expected } of bodies) {
      const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', body });
      const [live] = await client.untilEvents(event, 1);
      expect(live).toMatchObject({ id, ...expected });
      const list = await client.call<{ data: { conversations: { lastMessage: object }[] } }>('getServerConversations', {
        pageSize: 1,
        cursor: '',
      });
      expect(list.data.conversations[0]?.lastMessage).toMatchObject({ id, ...expected });
    }
    const history = await client.call<{ messages: SdkMessage[] }>('getHistoryMessages', {
      targetId: 'bob',
      chatType: 'singleChat',
      pageSize: bodies.length,
      cursor: -1,
    });
    expect(history.messages.map((message) => message.type).reverse()).toEqual(
      bodies.map(({ expected }) => expected.type),
    );
  });

  test('[EM4] a command is delivered and leaves no trace', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    await bob.send({ type: 'cmd', chatType: 'singleChat', to: 'alice', action: 'typing' });
    const [command] = await alice.untilEvents('onCmdMessage', 1);
    expect(command).toMatchObject({ action: 'typing', from: 'bob' });
    expect(emulator.state.history('alice', 'bob')).toHaveLength(20);
    expect(emulator.state.unread('alice', 'bob')).toBe(0);
  });

  test('[EM4] a file is uploaded, sent and can be fetched', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    await alice.sendFile({ type: 'file', chatType: 'singleChat', to: 'bob', filename: 'cargo.txt' }, 'cargo');
    const [received] = await bob.untilEvents<{ url: string }>('onFileMessage', 1);
    expect(received).toMatchObject({ type: 'file', filename: 'cargo.txt', file_length: 5 });
    expect(await (await fetch(received?.url ?? '')).text()).toBe('cargo');
    expect(emulator.journal.requests('upload', 'alice')).toBe(1);
  });

  test('[EM4] recall: gone from history, told to the other side, unread lowered', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const { serverMsgId } = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'oops' });
    await alice.call('recallMessage', { mid: serverMsgId, to: 'bob', chatType: 'singleChat' });
    const [recalled] = await bob.untilEvents('onRecallMessage', 1);
    expect(recalled).toMatchObject({ mid: serverMsgId, from: 'alice', to: 'bob' });
    expect(emulator.state.unread('bob', 'alice')).toBe(0);
    expect(emulator.state.history('bob', 'alice').map((message) => message.id)).not.toContain(serverMsgId);
  });

  test('[EM4] a recall after its window is refused with 504', async () => {
    const emulator = await lab.emulator({ policies: { recallWindowMs: 0 } });
    const client = await lab.login(emulator, 'alice');
    const { serverMsgId } = await client.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'stays' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(
      client.call('recallMessage', { mid: serverMsgId, to: 'bob', chatType: 'singleChat' }),
    ).rejects.toMatchObject({ type: 504 });
    expect(emulator.state.history('bob', 'alice').at(-1)?.text).toBe('stays');
  });

  test('[EM4] edit: both sides and the history have the new text, with who and when', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const { serverMsgId } = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'frist' });
    await bob.untilEvents('onTextMessage', 1);
    const modifiedMessage = { type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'first', id: '99' };
    const result = await alice.call<{ message: SdkMessage & { modifiedInfo: object } }>('modifyMessage', {
      messageId: serverMsgId,
      modifiedMessage,
    });
    expect(result.message).toMatchObject({
      id: serverMsgId,
      msg: 'first',
      modifiedInfo: { operatorId: 'alice', operationCount: 1 },
    });
    const [modified] = await bob.untilEvents('onModifiedMessage', 1);
    expect(modified).toMatchObject({
      id: serverMsgId,
      msg: 'first',
      from: 'alice',
      chatType: 'singleChat',
      modifiedInfo: { operatorId: 'alice' },
    });
    const history = await bob.call<{ messages: object[] }>('getHistoryMessages', {
      targetId: 'alice',
      chatType: 'singleChat',
      pageSize: 1,
      cursor: -1,
    });
    expect(history.messages[0]).toMatchObject({ id: serverMsgId, msg: 'first', modifiedInfo: { operationCount: 1 } });
    expect(emulator.state.unread('bob', 'alice')).toBe(1);
  });

  test("[EM4] another's message cannot be edited", async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'mine' });
    const modifiedMessage = { type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'yours', id: '98' };
    await expect(client.call('modifyMessage', { messageId: id, modifiedMessage })).rejects.toMatchObject({ type: 603 });
  });
}
