import { expect, test } from 'vitest';
import { until, type Lab } from '../support/lab.ts';

export function receiptScenarios(lab: Lab): void {
  test('[EM5] a read receipt reaches the sender and leaves the unread count', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const { serverMsgId } = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'read me' });
    await bob.untilEvents('onTextMessage', 1);
    await bob.send({ type: 'read', chatType: 'singleChat', to: 'alice', id: serverMsgId });
    const [read] = await alice.untilEvents('onReadMessage', 1);
    expect(read).toMatchObject({ mid: serverMsgId, from: 'bob' });
    expect(emulator.state.unread('bob', 'alice')).toBe(1);
  });

  test('[EM5] delivery receipts come from clients that give them', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    await lab.login(emulator, 'bob', { sdk: { delivery: true } });
    const { serverMsgId } = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'delivered?' });
    const [delivered] = await alice.untilEvents('onDeliveredMessage', 1);
    expect(delivered).toMatchObject({ mid: serverMsgId, from: 'bob' });
  });

  test('[EM5] a channel ack clears unread and is told to the other side and the own devices', async () => {
    const emulator = await lab.emulator({ seed: { unreadPerConversation: 4 } });
    const alice = await lab.login(emulator, 'alice', { deviceId: 'one' });
    const second = await lab.login(emulator, 'alice', { deviceId: 'two' });
    const bob = await lab.login(emulator, 'bob');
    expect(emulator.state.unread('alice', 'bob')).toBe(4);
    await alice.send({ type: 'channel', chatType: 'singleChat', to: 'bob' });
    expect(emulator.state.unread('alice', 'bob')).toBe(0);
    expect((await bob.untilEvents('onChannelMessage', 1))[0]).toMatchObject({ from: 'alice', to: 'bob' });
    expect((await second.untilEvents('onChannelMessage', 1))[0]).toMatchObject({ from: 'alice', to: 'bob' });
    expect(await alice.events('onChannelMessage')).toEqual([]);
    expect(emulator.journal.frames('in', 'channel-ack', 'alice')).toBe(1);
  });

  test('[EM5] a channel ack of a group clears unread and is told to no member', async () => {
    const emulator = await lab.emulator({ seed: { unreadPerConversation: 2 } });
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    await alice.send({ type: 'channel', chatType: 'groupChat', to: 'group-0001' });
    expect(emulator.state.unread('alice', 'group-0001')).toBe(0);
    emulator.write({ from: 'carol', to: 'bob', chatType: 'singleChat', text: 'after it' });
    await bob.untilEvents('onTextMessage', 1);
    expect(await bob.events('onChannelMessage')).toEqual([]);
  });

  test('[EM5] a message after the channel ack is unread again', async () => {
    const emulator = await lab.emulator({ seed: { unreadPerConversation: 4 } });
    const alice = await lab.login(emulator, 'alice');
    await alice.send({ type: 'channel', chatType: 'singleChat', to: 'bob' });
    emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'new' });
    await until(() => emulator.state.unread('alice', 'bob') === 1, 'one unread');
    emulator.acknowledgeChannel('alice', 'bob', 'singleChat');
    expect((await alice.untilEvents('onChannelMessage', 1))[0]).toMatchObject({ from: 'alice', to: 'bob' });
    expect(emulator.state.unread('alice', 'bob')).toBe(0);
  });

  test("[EM6] the account's other devices get what one of them sends, from itself", async () => {
    const emulator = await lab.emulator();
    const one = await lab.login(emulator, 'alice', { deviceId: 'one' });
    const two = await lab.login(emulator, 'alice', { deviceId: 'two' });
    const { serverMsgId } = await one.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'from the desk' });
    const [echo] = await two.untilEvents('onTextMessage', 1);
    expect(echo).toMatchObject({ id: serverMsgId, from: 'alice', to: 'bob' });
    expect(emulator.state.unread('alice', 'bob')).toBe(0);
    const others = await one.call<{ data: string[] }>('getSelfIdsOnOtherPlatform');
    expect(others.data).toEqual(['alice/webim_web_two']);
  });

  test('[EM6] deletion, pin and marks are told to the other devices and not to their own', async () => {
    const emulator = await lab.emulator();
    const one = await lab.login(emulator, 'alice', { deviceId: 'one' });
    const two = await lab.login(emulator, 'alice', { deviceId: 'two' });
    const bob = { conversationId: 'bob', conversationType: 'singleChat' };
    await one.call('pinConversation', { ...bob, isPinned: true });
    await one.call('addConversationMark', { conversations: [bob], mark: 5 });
    await one.call('removeConversationMark', { conversations: [bob], mark: 5 });
    await one.call('pinConversation', { ...bob, isPinned: false });
    const [last] = emulator.state.history('alice', 'bob').slice(-1);
    await one.call('removeHistoryMessages', { targetId: 'bob', chatType: 'singleChat', messageIds: [last?.id] });
    await one.call('deleteConversation', { channel: 'bob', chatType: 'singleChat', deleteRoam: true });
    const events = await two.untilEvents<{ operation: string; conversationId: string }>('onMultiDeviceEvent', 6);
    expect(events.map((event) => event.operation)).toEqual([
      'pinnedConversation',
      'markConversation',
      'unMarkConversation',
      'unpinnedConversation',
      'deleteRoaming',
      'deleteConversation',
    ]);
    expect(events.every((event) => event.conversationId === 'bob')).toBe(true);
    expect(await one.events('onMultiDeviceEvent')).toEqual([]);
  });

  test('[EM6] what the user does elsewhere is told to every device here', async () => {
    const emulator = await lab.emulator({ seed: { unreadPerConversation: 2 } });
    const client = await lab.login(emulator, 'alice');
    const elsewhere = emulator.elsewhere('alice', { id: 'bob', chatType: 'singleChat' });
    elsewhere.read();
    expect((await client.untilEvents('onChannelMessage', 1))[0]).toMatchObject({ from: 'alice', to: 'bob' });
    elsewhere.pin();
    elsewhere.mark(3);
    elsewhere.mark(3, { unset: true });
    elsewhere.unpin();
    elsewhere.silence('NONE');
    elsewhere.removeMessages(
      emulator.state
        .history('alice', 'bob')
        .slice(-2)
        .map((message) => message.id),
    );
    elsewhere.remove();
    const events = await client.untilEvents<{ operation: string }>('onMultiDeviceEvent', 7);
    expect(events.map((event) => event.operation)).toEqual([
      'pinnedConversation',
      'markConversation',
      'unMarkConversation',
      'unpinnedConversation',
      'setSilentModeForConversation',
      'deleteRoaming',
      'deleteConversation',
    ]);
    expect(() => elsewhere.pin()).toThrow('unknown');
    expect(emulator.state.conversations('alice').map((row) => row.id)).not.toContain('bob');
    expect(emulator.state.history('alice', 'bob')).toHaveLength(18);
  });

  test('[EM6] a pinned message is listed and told to the other side', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const [last] = emulator.state.history('alice', 'bob').slice(-1);
    const target = { conversationType: 'singleChat', conversationId: 'bob', messageId: last?.id };
    await alice.call('pinMessage', target);
    expect((await bob.untilEvents('onMessagePinEvent', 1))[0]).toMatchObject({
      operation: 'pin',
      messageId: last?.id,
      conversationId: 'alice',
    });
    const pins = await alice.call<{ data: { list: { message: { id: string }; operatorId: string }[] } }>(
      'getServerPinnedMessages',
      {
        conversationId: 'bob',
        conversationType: 'singleChat',
        pageSize: 10,
      },
    );
    expect(pins.data.list).toMatchObject([{ message: { id: last?.id }, operatorId: 'alice' }]);
    await alice.call('unpinMessage', target);
    expect((await bob.untilEvents('onMessagePinEvent', 2))[1]).toMatchObject({ operation: 'unpin' });
  });
}
