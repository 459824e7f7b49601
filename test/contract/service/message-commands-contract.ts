import { beforeEach, describe, expect, test } from 'vitest';
import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { distinct } from '../../support/distinct.ts';
import type { OpenServiceBed } from './service-bed.ts';
import { useBed } from './use-bed.ts';

const bob: ConversationRef = { conversationId: 'bob', conversationType: 'singleChat' };
const group: ConversationRef = { conversationId: '200100', conversationType: 'groupChat' };
const alreadySo = { code: 'refused', retryable: false, details: { reason: 'already-so' } };

/** What every implementation of `ChatService` keeps of what is done to messages. */
export function describeMessageCommands(name: string, openBed: OpenServiceBed): void {
  describe(`ChatService, what is done to messages: ${name}`, () => {
    const { bed, events, connect } = useBed(openBed);

    beforeEach(async () => {
      await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
      await connect();
    });

    const send = (conversation: ConversationRef, msg: string): Promise<Message> =>
      bed.service.send({ conversation, type: 'txt', msg, ext: { mine: 1 } }, { clientId: 'client-1' });
    const newest = async (conversation: ConversationRef): Promise<Message | undefined> =>
      (await bed.service.getHistory({ conversation, cursor: '', pageSize: 5, direction: 'up' })).messages[0];

    test.each([bob, group])('[OB5] an own message is recalled, once ($conversationType)', async (conversation) => {
      const { id: messageId } = await send(conversation, 'oops');
      await bed.service.recallMessage({ conversation, messageId });
      expect(await bed.backend.history(conversation)).toEqual([]);
      await expect(bed.service.recallMessage({ conversation, messageId })).rejects.toMatchObject(alreadySo);
    });

    test.each([bob, group])('[OB5] an own message is edited, as often as asked ($conversationType)', async (conversation) => {
      const original = await send(conversation, 'frist');
      const { id: messageId, time } = original;
      for (const [index, msg] of ['first', 'first', 'second'].entries()) {
        const edited = await bed.service.editMessage({ conversation, messageId, message: { conversation, type: 'txt', msg } });
        expect(edited).toMatchObject({ id: messageId, msg, from: 'alice', to: conversation.conversationId, modifiedInfo: { operationCount: index + 1 } });
        expect({ ...original, ...edited }).toMatchObject({ ext: { mine: 1 } });
      }
      expect(await newest(conversation)).toMatchObject({ id: messageId, time, msg: 'second', ext: { mine: 1 }, modifiedInfo: { operationCount: 3 } });
    });

    test('[OB5] an edit brings new fields of the application when it names them', async () => {
      const { id: messageId } = await send(bob, 'text');
      const edited = await bed.service.editMessage({ conversation: bob, messageId, message: { conversation: bob, type: 'txt', msg: 'text', ext: { mine: 2 } } });
      expect(edited).toMatchObject({ ext: { mine: 2 } });
      expect(await newest(bob)).toMatchObject({ ext: { mine: 2 } });
    });

    test("[OB5] another's message, and one that is not there, cannot be edited", async () => {
      const { id } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'mine' });
      for (const messageId of [id, '1234567890123456789']) {
        const edit = bed.service.editMessage({ conversation: bob, messageId, message: { conversation: bob, type: 'txt', msg: 'yours' } });
        await expect(edit).rejects.toMatchObject({ code: 'refused' });
      }
    });

    test('[OB5] a reaction is given and taken back; what is so already is told as that', async () => {
      const { id: messageId } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'like me' });
      const like = { conversation: bob, messageId, reaction: '+1' };
      await expect(bed.service.reactToMessage({ ...like, isAdded: false })).rejects.toMatchObject(alreadySo);
      await bed.service.reactToMessage({ ...like, isAdded: true });
      await expect(bed.service.reactToMessage({ ...like, isAdded: true })).rejects.toMatchObject(alreadySo);
      expect((await newest(bob))?.reactions).toMatchObject([{ reaction: '+1', count: 1, isAddedBySelf: true, userList: ['alice'] }]);
      const told = (): number => distinct(events.filter((event) => event.type.startsWith('reactions'))).length;
      await expect.poll(told, { timeout: 25_000 }).toBe(1);
      await bed.service.reactToMessage({ ...like, isAdded: false });
      await expect.poll(told, { timeout: 25_000 }).toBe(2);
      expect((await newest(bob))?.reactions ?? []).toEqual([]);
      await expect(bed.service.reactToMessage({ ...like, messageId: '1234567890123456789', isAdded: true })).rejects.toMatchObject({ code: 'refused' });
    });

    test('[OB5] a message is pinned, again too, and unpinned', async () => {
      const { id: messageId } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'pin me' });
      const pin = { conversation: bob, messageId, isPinned: true };
      await expect(bed.service.pinMessage({ ...pin, isPinned: false })).rejects.toMatchObject(alreadySo);
      await bed.service.pinMessage(pin);
      await bed.service.pinMessage(pin);
      await bed.service.pinMessage({ ...pin, isPinned: false });
      await expect(bed.service.pinMessage({ ...pin, isPinned: false })).rejects.toMatchObject(alreadySo);
      await expect(bed.service.pinMessage({ ...pin, messageId: '1234567890123456789' })).rejects.toMatchObject({ code: 'refused' });
    });

    test('[OB5] a read receipt changes no count here, and may be told twice', async () => {
      const { id: messageId } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'read me' });
      await bed.service.acknowledgeMessage({ conversation: bob, messageId });
      await bed.service.acknowledgeMessage({ conversation: bob, messageId });
      expect(await bed.backend.unread(bob)).toBe(1);
      const { id } = await bed.backend.write({ from: 'bob', to: group.conversationId, conversationType: 'groupChat', text: 'all' });
      await bed.service.acknowledgeMessage({ conversation: group, messageId: id, text: 'seen' });
      expect(await bed.backend.unread(group)).toBe(1);
    });

    test('[OB5] without a connection each is offline', async () => {
      await bed.service.disconnect();
      const target = { conversation: bob, messageId: '1' };
      const { service } = bed;
      const calls = [
        service.recallMessage(target),
        service.editMessage({ ...target, message: { conversation: bob, type: 'txt', msg: 'x' } }),
        service.reactToMessage({ ...target, reaction: 'x', isAdded: true }),
        service.pinMessage({ ...target, isPinned: true }),
        service.acknowledgeMessage(target),
      ];
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'offline' });
    });
  });
}
