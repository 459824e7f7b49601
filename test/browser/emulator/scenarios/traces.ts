import { expect, test } from 'vitest';
import { type Lab } from '../support/lab.ts';
import { type SdkClient } from '../support/sdk-bench.ts';
import { historyPage } from './history.ts';

type Traced = { id: string; reactions?: object[]; isRead?: boolean; isDelivered?: boolean };

async function newest(client: SdkClient, targetId: string, chatType = 'singleChat'): Promise<Traced | undefined> {
  return (await historyPage(client, { targetId, chatType, pageSize: 1, cursor: -1 })).messages[0];
}

/** What others do to messages: reactions, pins, receipts. */
export function traceScenarios(lab: Lab): void {
  test('[EM10] a reaction is told to both sides, listed, and in history as each sees it', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const { serverMsgId } = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'nice?' });
    await bob.untilEvents('onTextMessage', 1);
    await bob.call('addReaction', { messageId: serverMsgId, reaction: '👍' });
    const expected = {
      messageId: serverMsgId,
      chatType: 'singleChat',
      from: 'alice',
      to: 'bob',
      reactions: [{ reaction: '👍', count: 1, op: [{ operator: 'bob', reactionType: 'create' }], userList: ['bob'] }],
    };
    expect((await alice.untilEvents('onReactionChange', 1))[0]).toMatchObject(expected);
    expect((await bob.untilEvents('onReactionChange', 1))[0]).toMatchObject(expected);
    emulator.react({ from: 'alice', messageId: serverMsgId, reaction: '👍' });
    expect(await bob.call('getReactionlist', { chatType: 'singleChat', messageId: serverMsgId })).toMatchObject({
      data: [
        {
          msgId: serverMsgId,
          reactionList: [{ reaction: '👍', userCount: 2, isAddedBySelf: true, userList: ['bob', 'alice'] }],
        },
      ],
    });
    expect((await newest(bob, 'alice'))?.reactions).toEqual([
      { reaction: '👍', count: 2, userList: ['bob', 'alice'], isAddedBySelf: true },
    ]);
    await bob.call('deleteReaction', { messageId: serverMsgId, reaction: '👍' });
    expect((await alice.untilEvents('onReactionChange', 3))[2]).toMatchObject({
      reactions: [{ count: 1, op: [{ operator: 'bob', reactionType: 'delete' }], userList: ['alice'] }],
    });
    expect((await newest(bob, 'alice'))?.reactions).toMatchObject([{ count: 1, isAddedBySelf: false }]);
    emulator.react({ from: 'alice', messageId: serverMsgId, reaction: '👍', remove: true });
    expect((await newest(bob, 'alice'))?.reactions).toBeUndefined();
  });

  test('[EM10] in a group three users are named and all are counted; the detail pages them', async () => {
    const emulator = await lab.emulator();
    const members = ['alice', 'bob', 'carol', 'dave', 'erin'];
    emulator.setGroup('crew', members);
    const { id } = emulator.write({ from: 'bob', to: 'crew', chatType: 'groupChat', text: 'all aboard?' });
    for (const from of members) emulator.react({ from, messageId: id, reaction: '⚓' });
    const alice = await lab.login(emulator, 'alice');
    expect((await newest(alice, 'crew', 'groupChat'))?.reactions).toEqual([
      { reaction: '⚓', count: 5, userList: ['alice', 'bob', 'carol'], isAddedBySelf: true },
    ]);
    const detail = { messageId: id, reaction: '⚓', pageSize: 3 };
    const first = await alice.call<{ data: { cursor: string } }>('getReactionDetail', detail);
    expect(first.data).toMatchObject({ userCount: 5, isAddedBySelf: true, userList: ['alice', 'bob', 'carol'] });
    const second = await alice.call('getReactionDetail', { ...detail, cursor: first.data.cursor });
    expect(second).toMatchObject({ data: { userList: ['dave', 'erin'], cursor: '' } });
  });

  test('[EM10] the same reaction twice is refused with 1101, one that is not there with 1103', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'once' });
    const reaction = { messageId: id, reaction: 'ok' };
    await client.call('addReaction', reaction);
    await expect(client.call('addReaction', reaction)).rejects.toMatchObject({ type: 1101 });
    await client.call('deleteReaction', reaction);
    await expect(client.call('deleteReaction', reaction)).rejects.toMatchObject({ type: 1103 });
  });

  test('[EM10] an edit keeps reactions, a recall ends them and the pin', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'frist' });
    emulator.react({ from: 'alice', messageId: id, reaction: 'ok' });
    emulator.pinMessage({ from: 'alice', messageId: id });
    emulator.edit({ messageId: id, text: 'first' });
    expect(await newest(client, 'bob')).toMatchObject({
      msg: 'first',
      modifiedInfo: { operationCount: 1 },
      reactions: [{ reaction: 'ok' }],
    });
    emulator.recall({ messageId: id });
    expect((await newest(client, 'bob'))?.id).not.toBe(id);
    const pins = await client.call('getServerPinnedMessages', {
      conversationId: 'bob',
      conversationType: 'singleChat',
    });
    expect(pins).toMatchObject({ data: { list: [] } });
  });

  test('[EM10] pins of a group are told to every member and listed newest pin first, by pages', async () => {
    const emulator = await lab.emulator({ policies: { pinnedMessagesMax: 3 } });
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const ids = emulator.state.history('alice', 'group-0001').map((message) => message.id);
    const group = { conversationId: 'group-0001', conversationType: 'groupChat' };
    for (const messageId of ids.slice(0, 3)) await bob.call('pinMessage', { ...group, messageId });
    const events = await alice.untilEvents('onMessagePinEvent', 3);
    expect(events[2]).toMatchObject({
      operation: 'pin',
      messageId: ids[2],
      conversationId: 'group-0001',
      conversationType: 'groupChat',
      operatorId: 'bob',
    });
    type Pins = { data: { list: { message: { id: string } }[]; cursor: string } };
    const first = await alice.call<Pins>('getServerPinnedMessages', { ...group, pageSize: 2 });
    const second = await alice.call<Pins>('getServerPinnedMessages', { ...group, cursor: first.data.cursor });
    const listed = [...first.data.list, ...second.data.list].map((pin) => pin.message.id);
    expect(listed).toEqual(ids.slice(0, 3).reverse());
    await expect(alice.call('pinMessage', { ...group, messageId: ids[5] })).rejects.toMatchObject({ type: 50 });
  });

  test('[EM5] receipts of single messages stay with them: history says delivered, then read', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob', { sdk: { delivery: true } });
    const { serverMsgId } = await alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'seen?' });
    await alice.untilEvents('onDeliveredMessage', 1);
    expect(await newest(alice, 'bob')).toMatchObject({ id: serverMsgId, isDelivered: true });
    expect((await newest(alice, 'bob'))?.isRead).toBeUndefined();
    await bob.send({ type: 'read', chatType: 'singleChat', to: 'alice', id: serverMsgId });
    await alice.untilEvents('onReadMessage', 1);
    expect(await newest(alice, 'bob')).toMatchObject({ isDelivered: true, isRead: true });
  });

  test('[EM5] a read receipt in a group goes to the author with the count, and the readers are listed', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    const group = { chatType: 'groupChat', to: 'group-0001' };
    const { serverMsgId } = await alice.send({
      type: 'txt',
      ...group,
      msg: 'who is here?',
      msgConfig: { allowGroupAck: true },
    });
    expect((await bob.untilEvents('onTextMessage', 1))[0]).toMatchObject({ msgConfig: { allowGroupAck: true } });
    await bob.send({ type: 'read', ...group, id: serverMsgId, ackContent: 'me' });
    emulator.acknowledgeMessage({ from: 'carol', messageId: serverMsgId, type: 'read' });
    const reads = await alice.untilEvents('onReadMessage', 2);
    expect(reads).toMatchObject([
      { mid: serverMsgId, from: 'bob', to: 'group-0001', ackContent: 'me', groupReadCount: { [serverMsgId]: 1 } },
      { mid: serverMsgId, from: 'carol', groupReadCount: { [serverMsgId]: 2 } },
    ]);
    expect(await bob.events('onReadMessage')).toEqual([]);
    expect(await alice.call('getGroupMsgReadUser', { groupId: 'group-0001', msgId: serverMsgId })).toMatchObject({
      data: { total: 2, userlist: ['bob', 'carol'], is_last: true },
    });
  });
}
