import { expect, test } from 'vitest';
import { type Lab } from '../support/lab.ts';
import { type SdkClient, type SdkMessage } from '../support/sdk-bench.ts';

export type Item = {
  conversationId: string;
  conversationType: 'singleChat' | 'groupChat';
  isPinned: boolean;
  pinnedTime: number;
  unReadCount: number;
  lastMessage: SdkMessage;
  marks: number[];
};
type Page = { data: { conversations: Item[]; cursor: string } };

export async function listPage(client: SdkClient, cursor: string, pageSize = 50): Promise<Page['data']> {
  return (await client.call<Page>('getServerConversations', { pageSize, cursor })).data;
}

async function wholeList(client: SdkClient, pageSize: number): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = '';
  do {
    const page = await listPage(client, cursor, pageSize);
    items.push(...page.conversations);
    cursor = page.cursor;
  } while (cursor !== '');
  return items;
}

export function listScenarios(lab: Lab): void {
  test('[EM2] pages bring every conversation once, most recent first, and end with an empty cursor', async () => {
    const emulator = await lab.emulator({
      seed: { conversations: 75, messagesPerConversation: 3, unreadPerConversation: (index) => index % 3 },
    });
    const client = await lab.login(emulator, 'alice');
    const items = await wholeList(client, 20);
    expect(items.map((item) => item.conversationId)).toEqual(
      emulator.state.conversations('alice').map((row) => row.id),
    );
    expect(items.map((item) => item.unReadCount)).toEqual(items.map((_, index) => index % 3));
    const times = items.map((item) => item.lastMessage.time);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(emulator.journal.requests('conversation-list', 'alice')).toBe(4);
  });

  test('[EM2] a page brings at most 50, whatever was asked', async () => {
    const emulator = await lab.emulator({ seed: { conversations: 60, messagesPerConversation: 1 } });
    const client = await lab.login(emulator, 'alice');
    expect((await listPage(client, '', 1000)).conversations).toHaveLength(50);
    emulator.policies.listPageMax = 7;
    expect((await listPage(client, '', 1000)).conversations).toHaveLength(7);
  });

  test('[EM2] a conversation that moves up while it is paged is seen again at the head', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const first = await listPage(client, '', 6);
    const [, , , , , , , , , tenth] = emulator.state.conversations('alice');
    emulator.write({ from: 'alice', to: tenth?.id ?? '', chatType: tenth?.chatType ?? 'singleChat', text: 'up' });
    const second = await listPage(client, first.cursor, 6);
    expect(second.conversations.map((item) => item.conversationId)).not.toContain(tenth?.id);
    expect((await listPage(client, '', 1)).conversations[0]?.conversationId).toBe(tenth?.id);
  });

  test('[EM2] a bad cursor is refused', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await expect(listPage(client, 'nonsense')).rejects.toMatchObject({ type: 17 });
  });

  test('[EM2] the old paged list, and its form without pages', async () => {
    type Old = { data: { channel_infos: { channel_id: string; unread_num: number; lastMessage: SdkMessage }[] } };
    const emulator = await lab.emulator({
      seed: { conversations: 30, messagesPerConversation: 2, unreadPerConversation: 1 },
    });
    const client = await lab.login(emulator, 'alice');
    const second = await client.call<Old>('getConversationlist', { pageNum: 2, pageSize: 20 });
    expect(second.data.channel_infos).toHaveLength(10);
    const [first] = second.data.channel_infos;
    const expected = emulator.state.conversations('alice')[20];
    expect(first?.channel_id).toContain(`${emulator.appKey}_${expected?.id}@`);
    expect(first?.unread_num).toBe(1);
    expect(first?.lastMessage.id).toBe(expected?.lastMessage?.id);
    const plain = await client.call<Old>('getConversationlist');
    expect(plain.data.channel_infos).toHaveLength(10);
  });

  test('[EM2] pin, pinned list newest pin first, unpin', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const pinned = await client.call<{ data: { isPinned: boolean; pinnedTime: number } }>('pinConversation', {
      conversationId: 'bob',
      conversationType: 'singleChat',
      isPinned: true,
    });
    expect(pinned.data.isPinned).toBe(true);
    await client.call('pinConversation', {
      conversationId: 'group-0001',
      conversationType: 'groupChat',
      isPinned: true,
    });
    const list = (await client.call<Page>('getServerPinnedConversations', { pageSize: 10, cursor: '' })).data;
    expect(list.conversations.map((item) => item.conversationId)).toEqual(['group-0001', 'bob']);
    expect(list.conversations[1]).toMatchObject({ isPinned: true, pinnedTime: pinned.data.pinnedTime });
    await client.call('pinConversation', { conversationId: 'bob', conversationType: 'singleChat', isPinned: false });
    const all = (await listPage(client, '')).conversations.filter((item) => item.isPinned);
    expect(all.map((item) => item.conversationId)).toEqual(['group-0001']);
  });

  test('[EM2] marks are set, shown, searched and taken away', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const conversations = [
      { conversationId: 'bob', conversationType: 'singleChat' },
      { conversationId: 'group-0001', conversationType: 'groupChat' },
    ];
    await client.call('addConversationMark', { conversations, mark: 3 });
    const marked = (
      await client.call<Page>('getServerConversationsByFilter', { pageSize: 10, cursor: '', filter: { mark: 3 } })
    ).data;
    expect(marked.conversations.map((item) => [item.conversationId, item.marks])).toEqual([
      ['bob', [3]],
      ['group-0001', [3]],
    ]);
    await client.call('removeConversationMark', { conversations, mark: 3 });
    expect((await listPage(client, '')).conversations.flatMap((item) => item.marks)).toEqual([]);
  });

  test('[EM2] a deleted conversation is gone with its history, and a new message brings it back alone', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await client.call('deleteConversation', { channel: 'bob', chatType: 'singleChat', deleteRoam: true });
    expect((await listPage(client, '')).conversations.map((item) => item.conversationId)).not.toContain('bob');
    emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'again' });
    expect((await listPage(client, '')).conversations[0]).toMatchObject({ conversationId: 'bob', unReadCount: 1 });
    expect(emulator.state.history('alice', 'bob').map((message) => message.text)).toEqual(['again']);
    expect(emulator.state.history('bob', 'alice')).toHaveLength(21);
  });

  test('[EM2] deleted without its history, the history stays', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await client.call('deleteConversation', { channel: 'group-0001', chatType: 'groupChat', deleteRoam: false });
    expect((await listPage(client, '')).conversations.map((item) => item.conversationId)).not.toContain('group-0001');
    expect(emulator.state.history('alice', 'group-0001')).toHaveLength(20);
  });

  test('[EM2] everything deleted at once', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await client.call('deleteAllMessagesAndConversations');
    expect((await listPage(client, '')).conversations).toEqual([]);
    expect(emulator.state.history('alice', 'bob')).toEqual([]);
  });

  test('[EM2] 100 conversations per user: the quietest makes room', async () => {
    const emulator = await lab.emulator({ seed: { conversations: 100, messagesPerConversation: 1 } });
    const client = await lab.login(emulator, 'alice');
    const quietest = emulator.state.conversations('alice').at(-1)?.id;
    emulator.write({ from: 'stranger', to: 'alice', chatType: 'singleChat', text: 'new here' });
    const items = await wholeList(client, 50);
    expect(items).toHaveLength(100);
    expect(items[0]?.conversationId).toBe('stranger');
    expect(items.map((item) => item.conversationId)).not.toContain(quietest);
  });

  test('[EM2] the list can lag behind messages', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.policies.listLagMs = 4000;
    const [before] = (await listPage(client, '')).conversations;
    emulator.write({ from: 'carol', to: 'alice', chatType: 'singleChat', text: 'late to the list' });
    expect((await listPage(client, '')).conversations[0]).toEqual(before);
    await expect
      .poll(async () => (await listPage(client, '')).conversations[0])
      .toMatchObject({ conversationId: 'carol', unReadCount: 1, lastMessage: { msg: 'late to the list' } });
  });
}
