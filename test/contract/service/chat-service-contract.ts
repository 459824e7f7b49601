import { describe, expect, test } from 'vitest';
import { compareIds, type ConversationRef } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import type { ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import { distinct } from '../../support/distinct.ts';
import type { BedFault, OpenServiceBed } from './service-bed.ts';
import { useBed } from './use-bed.ts';

const bob: ConversationRef = { conversationId: 'bob', conversationType: 'singleChat' };
const carol: ConversationRef = { conversationId: 'carol', conversationType: 'singleChat' };
const group: ConversationRef = { conversationId: '200100', conversationType: 'groupChat' };

const ids = (messages: readonly Message[]): string[] => messages.map((message) => message.id);

/** How long is waited for what comes by itself. Unit: ms; generous, since a slow machine is no broken service. */
const PATIENCE = { timeout: 25_000 } as const;

/**
 * What every implementation of `ChatService` keeps, whatever is behind it.
 *
 * Long on purpose: it is one table of promises, read from top to bottom by whoever writes an adapter.
 */
export function describeChatService(name: string, openBed: OpenServiceBed): void {
  describe(`ChatService: ${name}`, () => {
    const { bed, events, connect } = useBed(openBed);

    /** Waits for an event of a type that `matches`, from the first one on. */
    async function eventOf<T extends ServiceEvent['type']>(
      type: T,
      matches: (event: Extract<ServiceEvent, { type: T }>) => boolean = () => true,
    ): Promise<Extract<ServiceEvent, { type: T }>> {
      const isIt = (event: ServiceEvent): event is Extract<ServiceEvent, { type: T }> =>
        event.type === type && matches(event as Extract<ServiceEvent, { type: T }>);
      await expect.poll(() => events.some(isIt), { ...PATIENCE, message: `no event ${type}` }).toBe(true);
      const found = events.find(isIt);
      if (found === undefined) throw new Error(`no event ${type}`);
      return found;
    }

    const received = (): Message[] => events.flatMap((event) => (event.type === 'messages' ? event.messages : []));

    async function messageWith(text: string): Promise<Message> {
      await expect.poll(() => received().some((message) => message['msg'] === text), PATIENCE).toBe(true);
      const found = received().find((message) => message['msg'] === text);
      if (found === undefined) throw new Error(`no message ${text}`);
      return found;
    }

    async function writeFromBob(count: number): Promise<string[]> {
      const written: string[] = [];
      for (let index = 0; index < count; index += 1) {
        written.push((await bed.backend.write({ from: 'bob', to: 'alice', text: `message ${index}` })).id);
      }
      return written;
    }

    const list = (cursor = '', pageSize = 50) =>
      bed.service.getConversations({ cursor, pageSize, includeEmptyConversations: false });
    const history = (cursor: string, direction: 'up' | 'down' = 'up', pageSize = 4) =>
      bed.service.getHistory({ conversation: bob, cursor, pageSize, direction });

    describe('connection', () => {
      test('connect resolves once connected, and says so', async () => {
        await connect();
        await eventOf('connected');
      });

      test('a wrong token is unauthorized, and a right one works afterwards', async () => {
        await expect(bed.service.connect({ token: 'wrong', deviceId: 'device-1' })).rejects.toMatchObject({ code: 'unauthorized' });
        await connect();
        await eventOf('connected');
      });

      test('disconnect is silent and idempotent, and connect works again', async () => {
        await connect();
        await bed.service.disconnect();
        await bed.service.disconnect();
        expect(events.filter((event) => event.type === 'disconnected' || event.type === 'ended')).toEqual([]);
        await connect();
        await expect(list()).resolves.toMatchObject({ cursor: '' });
      });

      test('without a connection calls are offline', async () => {
        await expect(list()).rejects.toMatchObject({ code: 'offline', retryable: true });
        await expect(history('')).rejects.toMatchObject({ code: 'offline' });
        await expect(
          bed.service.send({ conversation: bob, type: 'txt', msg: 'x' }, { clientId: 'c1' }),
        ).rejects.toMatchObject({ code: 'offline' });
      });

      test('a lost connection is told, and comes back by itself with what was missed', async () => {
        await connect();
        events.length = 0;
        await bed.backend.dropConnections();
        await eventOf('disconnected', (event) => event.willRetry);
        await bed.backend.write({ from: 'bob', to: 'alice', text: 'while away' });
        await eventOf('connected');
        await messageWith('while away');
      });

      test('a kick ends the login with the reason, and a new login is possible', async () => {
        await connect();
        await bed.backend.kick();
        const { error } = await eventOf('ended');
        expect(error).toMatchObject({ code: 'kicked', retryable: false });
        await connect();
      });

      test('renewToken keeps the connection', async () => {
        await connect();
        await bed.service.renewToken(bed.token());
        await bed.backend.write({ from: 'bob', to: 'alice', text: 'still here' });
        await messageWith('still here');
      });
    });

    describe('conversations', () => {
      test('[SY2] pages follow each other to the end, each conversation once, newest first', async () => {
        for (const from of ['bob', 'carol', 'dave', 'erin', 'frank']) await bed.backend.write({ from, to: 'alice', text: `from ${from}` });
        await connect();
        const seen: string[] = [];
        let cursor = '';
        let pages = 0;
        do {
          const page = await list(cursor, 2);
          seen.push(...page.conversations.map((row) => row.conversationId));
          cursor = page.cursor;
          pages += 1;
        } while (cursor !== '' && pages < 10);
        expect(seen).toEqual(['frank', 'erin', 'dave', 'carol', 'bob']);
      });

      test('a row says who, how many unread and what was last', async () => {
        const { id, time } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'hello', ext: { nested: { a: [1, 2] } } });
        await connect();
        const [row] = (await list()).conversations;
        expect(row).toMatchObject({ ...bob, unReadCount: 1, isPinned: false, pinnedTime: 0, marks: [] });
        expect(row?.lastMessage).toMatchObject({ id, time, from: 'bob', to: 'alice', chatType: 'singleChat', type: 'txt', msg: 'hello' });
        expect(row?.lastMessage?.['ext']).toEqual({ nested: { a: [1, 2] } });
      });

      test('groups are groups', async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
        await bed.backend.write({ from: 'bob', to: group.conversationId, conversationType: 'groupChat', text: 'all' });
        await connect();
        const [row] = (await list()).conversations;
        expect(row).toMatchObject({ ...group, unReadCount: 1 });
        expect(row?.lastMessage).toMatchObject({ chatType: 'groupChat', to: group.conversationId });
      });

      test('[UR4] an acknowledged conversation is read at the service', async () => {
        await writeFromBob(3);
        await connect();
        expect((await list()).conversations[0]?.unReadCount).toBe(3);
        await bed.service.acknowledgeConversation(bob);
        await expect.poll(() => bed.backend.unread(bob), PATIENCE).toBe(0);
        expect((await list()).conversations[0]?.unReadCount).toBe(0);
      });

      test('a group can be acknowledged too', async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
        await bed.backend.write({ from: 'bob', to: group.conversationId, conversationType: 'groupChat', text: 'all' });
        await connect();
        await bed.service.acknowledgeConversation(group);
        await expect.poll(() => bed.backend.unread(group), PATIENCE).toBe(0);
      });

      test('pins are told with their time, listed, and taken off', async () => {
        await writeFromBob(1);
        await bed.backend.write({ from: 'carol', to: 'alice', text: 'later' });
        await connect();
        const { pinnedTime } = await bed.service.pinConversation({ conversation: bob, isPinned: true });
        expect(pinnedTime).toBeGreaterThan(0);
        const pinned = await bed.service.getPinnedConversations({ cursor: '', pageSize: 10, includeEmptyConversations: false });
        expect(pinned.conversations).toMatchObject([{ ...bob, isPinned: true, pinnedTime }]);
        await bed.service.pinConversation({ conversation: bob, isPinned: false });
        expect((await bed.service.getPinnedConversations({ cursor: '', pageSize: 10, includeEmptyConversations: false })).conversations).toEqual([]);
      });

      test('marks are listed as numbers, and taken off', async () => {
        await writeFromBob(1);
        await connect();
        await bed.service.markConversations({ conversations: [bob], mark: 3, isMarked: true });
        await bed.service.markConversations({ conversations: [bob], mark: 1, isMarked: true });
        expect((await list()).conversations[0]?.marks).toEqual([1, 3]);
        await bed.service.markConversations({ conversations: [bob], mark: 3, isMarked: false });
        expect((await list()).conversations[0]?.marks).toEqual([1]);
      });

      test('a deleted conversation is gone from the list', async () => {
        await writeFromBob(2);
        await bed.backend.write({ from: 'carol', to: 'alice', text: 'stays' });
        await connect();
        await bed.service.deleteConversation({ conversation: bob, deleteRoam: true });
        expect((await list()).conversations.map((row) => row.conversationId)).toEqual(['carol']);
        expect(await bed.backend.history(bob)).toEqual([]);
      });

      test('the old list has its own rows', async () => {
        await writeFromBob(2);
        await connect();
        const [row] = await bed.service.getOldConversationList({ pageNum: 1, pageSize: 20 });
        expect(row).toMatchObject({ unread_num: 2 });
        expect(row?.channel_id).toContain('bob');
      });
    });

    describe('history', () => {
      test('[HB1] up gives newest first, page after page, to the start', async () => {
        const written = await writeFromBob(10);
        await connect();
        const seen: string[] = [];
        let cursor: string | undefined = '';
        let pages = 0;
        while (cursor !== undefined && pages < 10) {
          const page = await history(cursor);
          seen.push(...ids(page.messages));
          cursor = page.cursor;
          pages += 1;
        }
        expect(seen).toEqual([...written].reverse());
      });

      test('down gives oldest first, from an id exclusive', async () => {
        const written = await writeFromBob(6);
        await connect();
        const page = await history(written[1] ?? '', 'down');
        expect(ids(page.messages)).toEqual(written.slice(2, 6));
      });

      test('[HB3] the last page says so', async () => {
        await writeFromBob(3);
        await connect();
        const page = await history('', 'up', 50);
        expect(page.messages).toHaveLength(3);
        expect(page).toMatchObject({ isLast: true, cursor: undefined });
      });

      test('a filter by type and time is obeyed', async () => {
        const written = await writeFromBob(3);
        await connect();
        const request = { conversation: bob, cursor: '', pageSize: 10, direction: 'up' } as const;
        const custom = await bed.service.getHistory({ ...request, filter: { msgTypes: ['custom'] } });
        expect(custom.messages).toEqual([]);
        const texts = await bed.service.getHistory({ ...request, filter: { msgTypes: ['txt'] } });
        expect(ids(texts.messages)).toEqual([...written].reverse());
      });

      test('messages can be removed by id, more than the SDK takes at once', async () => {
        const written = await writeFromBob(27);
        await connect();
        await bed.service.removeHistory({ conversation: bob, messageIds: written.slice(0, 25) });
        expect(await bed.backend.history(bob)).toEqual(written.slice(25));
      });

      test('messages can be removed by time', async () => {
        await writeFromBob(2);
        // Times are whole milliseconds.
        await new Promise((resolve) => setTimeout(resolve, 5));
        const { id, time } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'last' });
        await connect();
        await bed.service.removeHistory({ conversation: bob, beforeTimeStamp: time - 1 });
        expect(await bed.backend.history(bob)).toEqual([id]);
      });
    });

    describe('live', () => {
      test('a message that arrives is told whole', async () => {
        await connect();
        const { id, time } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'ping', ext: { a: 1, b: { c: true } } });
        const message = await messageWith('ping');
        expect(message).toMatchObject({ id, time, from: 'bob', to: 'alice', chatType: 'singleChat', type: 'txt', ext: { a: 1, b: { c: true } } });
      });

      test('many messages all arrive, each told with its own id', async () => {
        await connect();
        const written = await writeFromBob(60);
        await expect.poll(() => new Set(ids(received())).size, PATIENCE).toBe(60);
        expect([...new Set(ids(received()))].sort()).toEqual([...written].sort());
      });

      test('what was sent is told as it was accepted, with our client id in it', async () => {
        await connect();
        const sent = await bed.service.send(
          { conversation: bob, type: 'txt', msg: 'out', ext: { mine: 'yes' } },
          { clientId: 'client-7' },
        );
        expect(sent).toMatchObject({ from: 'alice', to: 'bob', chatType: 'singleChat', type: 'txt', msg: 'out' });
        expect(sent['ext']).toEqual({ mine: 'yes', moorageClientId: 'client-7' });
        expect(await bed.backend.history(bob)).toEqual([sent.id]);
        const [stored] = (await history('')).messages;
        expect(stored).toMatchObject({ id: sent.id, time: sent.time, ext: { mine: 'yes', moorageClientId: 'client-7' } });
      });

      test('a custom message and one to a group can be sent', async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
        await connect();
        const custom = await bed.service.send(
          { conversation: group, type: 'custom', customEvent: 'order', customExts: { number: '7' } },
          { clientId: 'client-8' },
        );
        expect(custom).toMatchObject({ type: 'custom', chatType: 'groupChat', to: group.conversationId, customEvent: 'order' });
      });

      test('what would need an upload is unsupported', async () => {
        await connect();
        await expect(
          bed.service.send({ conversation: bob, type: 'video', file: { data: new Blob([]) } }, { clientId: 'client-9' }),
        ).rejects.toMatchObject({ code: 'unsupported' });
      });

      test('a recall and an edit name their message', async () => {
        await connect();
        const first = await bed.backend.write({ from: 'bob', to: 'alice', text: 'first' });
        const second = await bed.backend.write({ from: 'bob', to: 'alice', text: 'second' });
        await messageWith('second');
        await bed.backend.recall(first.id);
        expect(await eventOf('recalled')).toMatchObject({ conversation: bob, messageId: first.id });
        await bed.backend.edit(second.id, 'edited');
        const { message } = await eventOf('edited');
        expect(message).toMatchObject({ id: second.id, time: second.time, from: 'bob', msg: 'edited', chatType: 'singleChat' });
      });

      test('an edit of the text, laid over the message it was, is the message as it is now', async () => {
        await connect();
        const { id } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'first', ext: { order: { number: 7 } } });
        const original = await messageWith('first');
        await bed.backend.edit(id, 'second');
        const { message } = await eventOf('edited');
        expect({ ...original, ...message }).toMatchObject({ id, msg: 'second', ext: { order: { number: 7 } } });
        const [stored] = (await history('')).messages;
        expect(stored).toMatchObject({ id, msg: 'second', ext: { order: { number: 7 } } });
      });

      test("a group's recall belongs to the group", async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
        await connect();
        const { id } = await bed.backend.write({ from: 'bob', to: group.conversationId, conversationType: 'groupChat', text: 'oops' });
        await messageWith('oops');
        await bed.backend.recall(id);
        expect(await eventOf('recalled')).toMatchObject({ conversation: group, messageId: id });
      });

      test('[HB7] reactions and a pin are told of their message, and history has the reactions', async () => {
        await connect();
        const { id } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'like me' });
        await messageWith('like me');
        const like = { messageId: id, userId: 'bob', reaction: '+1' };
        await bed.backend.react({ ...like, isAdded: true });
        const of = (): readonly unknown[] =>
          distinct(
            events.flatMap((event) =>
              event.type === 'reactions' && event.messageId === id ? [event.reactions] : event.type === 'reactions-changed' && event.messageId === id ? [event.changes] : [],
            ),
          );
        await expect.poll(of, PATIENCE).toMatchObject([[{ reaction: '+1', count: 1, isAddedBySelf: false, userList: ['bob'] }]]);
        const [stored] = (await history('')).messages;
        expect(stored).toMatchObject({ id, reactions: [{ reaction: '+1', count: 1, isAddedBySelf: false, userList: ['bob'] }] });
        await bed.backend.react({ ...like, isAdded: false });
        await expect.poll(() => of().length, PATIENCE).toBe(2);
        await bed.backend.pinMessage({ messageId: id, userId: 'bob', isPinned: true });
        await bed.backend.pinMessage({ messageId: id, userId: 'bob', isPinned: false });
        await eventOf('message-pinned', ({ pin }) => pin === null);
        expect(distinct(events.filter(({ type }) => type === 'message-pinned'))).toMatchObject([
          { conversation: bob, messageId: id, pin: { by: 'bob' } },
          { conversation: bob, messageId: id, pin: null },
        ]);
      });

      test('[HB7] receipts name an own message, in a group with the number of those who have read it', async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob', 'carol']);
        await connect();
        const single = await bed.service.send({ conversation: bob, type: 'txt', msg: 'to one' }, { clientId: 'client-1' });
        const shared = await bed.service.send({ conversation: group, type: 'txt', msg: 'to all' }, { clientId: 'client-2' });
        await bed.backend.acknowledgeMessage({ messageId: single.id, userId: 'bob', type: 'delivered' });
        expect(await eventOf('delivered')).toMatchObject({ conversation: bob, messageId: single.id });
        await bed.backend.acknowledgeMessage({ messageId: single.id, userId: 'bob', type: 'read' });
        expect(await eventOf('read')).toMatchObject({ conversation: bob, messageId: single.id });
        await bed.backend.acknowledgeMessage({ messageId: shared.id, userId: 'bob', type: 'read' });
        await bed.backend.acknowledgeMessage({ messageId: shared.id, userId: 'carol', type: 'read' });
        expect(await eventOf('read', ({ readCount }) => readCount === 2)).toMatchObject({ conversation: group, messageId: shared.id });
      });

      test('a command is passed on, and is neither listed nor in history', async () => {
        await connect();
        await bed.backend.command({ from: 'bob', to: 'alice', action: 'typing' });
        const { notice } = await eventOf('notice', ({ notice: { name } }) => name === 'onCmdMessage');
        expect(notice).toMatchObject({ name: 'onCmdMessage', data: { type: 'cmd', action: 'typing', from: 'bob' } });
        expect((await history('')).messages).toEqual([]);
        expect((await list()).conversations).toEqual([]);
      });

      test('do not disturb, set on another device, is told and listed', async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
        await connect();
        await bed.backend.mute(group, true);
        await bed.backend.mute(bob, true);
        expect(await eventOf('muted', ({ conversation }) => conversation.conversationId === 'bob')).toEqual({ type: 'muted', conversation: bob, isMuted: true });
        const muted: ConversationRef[] = [];
        let cursor = '';
        do {
          const page = await bed.service.getMutedConversations({ cursor });
          muted.push(...page.conversations);
          ({ cursor } = page);
        } while (cursor !== '');
        expect(new Set(muted.map(({ conversationId }) => conversationId))).toEqual(new Set(['bob', group.conversationId]));
        await bed.backend.mute(bob, false);
        expect(await eventOf('muted', ({ isMuted }) => !isMuted)).toMatchObject({ conversation: bob });
        expect((await bed.service.getMutedConversations({ cursor: '' })).conversations).toEqual([group]);
      });

      test('[UR5] an acknowledgement says where it stands among the messages', async () => {
        const [, second = ''] = await writeFromBob(2);
        await connect();
        const { through } = await bed.service.acknowledgeConversation(bob);
        const { id } = await bed.backend.write({ from: 'bob', to: 'alice', text: 'after' });
        expect([second, id, through].sort((a, b) => compareIds(a ?? '', b ?? ''))).toEqual([second, through, id]);
      });

      test('[UR7] read on another device, and read by the other user, are told apart', async () => {
        await writeFromBob(1);
        await connect();
        await bed.backend.read('alice', bob);
        expect(await eventOf('read-elsewhere')).toMatchObject({ conversation: bob });
        await bed.backend.read('bob', { conversationId: 'alice', conversationType: 'singleChat' });
        expect(await eventOf('read-by-peer')).toMatchObject({ conversation: bob });
      });

      test('[UR7] a group read on another device is the group', async () => {
        await bed.backend.makeGroup(group.conversationId, ['alice', 'bob']);
        await bed.backend.write({ from: 'bob', to: group.conversationId, conversationType: 'groupChat', text: 'all' });
        await connect();
        await bed.backend.read('alice', group);
        expect(await eventOf('read-elsewhere')).toMatchObject({ conversation: group });
      });
    });

    describe('failures', () => {
      const faults: readonly (readonly [BedFault, string])[] = [
        ['rate-limited', 'rate-limited'],
        ['server-error', 'service-failed'],
        ['proxy-page', 'service-failed'],
        ['malformed', 'bad-response'],
        ['hang', 'timeout'],
        ['unauthorized', 'unauthorized'],
      ];
      for (const request of ['list', 'history'] as const) {
        test.each(faults)(`[TB3] [ER1] ${request}: %s settles as %s, and the next one works`, async (fault, code) => {
          await bed.backend.write({ from: carol.conversationId, to: 'alice', text: 'x' });
          await connect();
          await bed.backend.failNext(request, fault);
          const ask = (): Promise<unknown> => (request === 'list' ? list() : history(''));
          const startedAt = Date.now();
          await expect(ask()).rejects.toMatchObject({ code });
          expect(Date.now() - startedAt).toBeLessThan(bed.timeoutMs + PATIENCE.timeout);
          await expect(ask()).resolves.toBeDefined();
        });
      }

      test('[SY5] a refusal says how long to wait', async () => {
        await connect();
        await bed.backend.failNext('list', 'rate-limited');
        await expect(list()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 2000 } });
      });
    });
  });
}
