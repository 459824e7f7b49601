import { expect, test } from 'vitest';
import { type Lab } from '../support/lab.ts';
import { type SdkClient, type SdkMessage } from '../support/sdk-bench.ts';
import { type ConversationRef, type Emulator } from '../../../../emulator/start-emulator.ts';

export type HistoryPage = { messages: SdkMessage[]; cursor: string; isLast: boolean };

export function historyPage(client: SdkClient, query: object): Promise<HistoryPage> {
  return client.call<HistoryPage>('getHistoryMessages', { targetId: 'bob', chatType: 'singleChat', ...query });
}

function idsOf(emulator: Emulator, conversation: ConversationRef): string[] {
  return emulator.state.history('alice', conversation).map((message) => message.id);
}

export function historyScenarios(lab: Lab): void {
  test('[EM3] up: newest to oldest, to the last page', async () => {
    const emulator = await lab.emulator({ seed: { messagesPerConversation: 45 } });
    const client = await lab.login(emulator, 'alice');
    const seen: string[] = [];
    let cursor: string | number = -1;
    for (const [size, isLast] of [
      [20, false],
      [20, false],
      [5, true],
    ] as const) {
      const page: HistoryPage = await historyPage(client, { pageSize: 20, cursor });
      expect(page.messages).toHaveLength(size);
      expect(page.isLast).toBe(isLast);
      expect(page.cursor).toBe(page.messages.at(-1)?.id);
      seen.push(...page.messages.map((message) => message.id));
      cursor = page.cursor;
    }
    expect(seen.reverse()).toEqual(idsOf(emulator, 'bob'));
  });

  test('[EM3] down: oldest to newest, from the start and from a message', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const ids = idsOf(emulator, 'bob');
    const start = await historyPage(client, { pageSize: 8, cursor: -1, searchDirection: 'down' });
    expect(start.messages.map((message) => message.id)).toEqual(ids.slice(0, 8));
    const rest = await historyPage(client, { pageSize: 50, cursor: start.cursor, searchDirection: 'down' });
    expect(rest.messages.map((message) => message.id)).toEqual(ids.slice(8));
    expect(rest.isLast).toBe(true);
  });

  test('[EM3] a group has one history for all its members', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'bob');
    const page = await historyPage(client, { targetId: 'group-0001', chatType: 'groupChat', pageSize: 50, cursor: '' });
    expect(page.messages.map((message) => message.id).reverse()).toEqual(idsOf(emulator, 'group-0001'));
    expect(page.messages[0]).toMatchObject({ chatType: 'groupChat', to: 'group-0001' });
  });

  test('[EM3] a page brings at most 50, whatever was asked', async () => {
    const emulator = await lab.emulator({ seed: { messagesPerConversation: 70 } });
    const client = await lab.login(emulator, 'alice');
    const page = await historyPage(client, { pageSize: 500, cursor: -1 });
    expect(page.messages).toHaveLength(50);
    expect(page.isLast).toBe(false);
  });

  test('[EM3] an ext with nested values, numbers, booleans and Chinese comes back as it was', async () => {
    const emulator = await lab.emulator();
    const ext = {
      nested: { list: [1, { deep: '值' }], none: null },
      whole: 7,
      part: 1.25,
      yes: true,
      no: false,
      text: '好\n"quoted"',
    };
    emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'with ext', ext });
    const client = await lab.login(emulator, 'alice');
    const page = await historyPage(client, { pageSize: 1, cursor: -1 });
    expect(page.messages[0]?.ext).toEqual(ext);
    const list = await client.call<{ data: { conversations: { lastMessage: SdkMessage }[] } }>(
      'getServerConversations',
      { pageSize: 1, cursor: '' },
    );
    expect(list.data.conversations[0]?.lastMessage.ext).toEqual(ext);
  });

  test('[EM3] filters: sender in a group, message types, time', async () => {
    const emulator = await lab.emulator({ seed: { messagesPerConversation: 5 } });
    emulator.write({
      from: 'carol',
      to: 'group-0001',
      chatType: 'groupChat',
      body: { type: 'custom', customEvent: 'poll' },
    });
    const { time } = emulator.write({ from: 'carol', to: 'group-0001', chatType: 'groupChat', text: 'from carol' });
    const client = await lab.login(emulator, 'alice');
    const group = { targetId: 'group-0001', chatType: 'groupChat', pageSize: 50, cursor: -1 };
    const byCarol = await historyPage(client, { ...group, searchOptions: { from: 'carol' } });
    expect(new Set(byCarol.messages.map((message) => message.from))).toEqual(new Set(['carol']));
    const custom = await historyPage(client, { ...group, searchOptions: { msgTypes: ['custom'] } });
    expect(custom.messages.map((message) => message.type)).toEqual(['custom']);
    const late = await historyPage(client, { ...group, searchOptions: { startTime: time, endTime: time + 1000 } });
    expect(late.messages.map((message) => message.msg)).toContain('from carol');
    expect(late.messages.every((message) => message.time >= time)).toBe(true);
  });

  test('[EM3] messages removed by id are gone for the one who removed them', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const ids = idsOf(emulator, 'bob');
    await client.call('removeHistoryMessages', { targetId: 'bob', chatType: 'singleChat', messageIds: ids.slice(-3) });
    const page = await historyPage(client, { pageSize: 50, cursor: -1 });
    expect(page.messages.map((message) => message.id).reverse()).toEqual(ids.slice(0, -3));
    expect(emulator.state.history('bob', 'alice')).toHaveLength(20);
    const list = await client.call<{ data: { conversations: { conversationId: string; lastMessage: SdkMessage }[] } }>(
      'getServerConversations',
      { pageSize: 50, cursor: '' },
    );
    const row = list.data.conversations.find((item) => item.conversationId === 'bob');
    expect(row?.lastMessage.id).toBe(ids.at(-4));
  });

  test('[EM3] messages removed by time', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const [, , third] = emulator.state.history('alice', 'group-0001');
    await client.call('removeHistoryMessages', {
      targetId: 'group-0001',
      chatType: 'groupChat',
      beforeTimeStamp: third?.time,
    });
    const left = emulator.state.history('alice', 'group-0001');
    expect(left).toHaveLength(18);
    expect(left[0]?.id).toBe(third?.id);
  });

  test('[EM3] a message older than the newest goes into its place', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const [, second] = emulator.state.history('alice', 'bob');
    const { id } = emulator.write({
      from: 'bob',
      to: 'alice',
      chatType: 'singleChat',
      text: 'late',
      time: (second?.time ?? 0) + 1,
    });
    const page = await historyPage(client, { pageSize: 3, cursor: -1, searchDirection: 'down' });
    expect(page.messages[2]?.id).toBe(id);
  });
}
