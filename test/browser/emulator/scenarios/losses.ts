import { expect, test } from 'vitest';
import { until, type Lab } from '../support/lab.ts';
import { type SdkMessage } from '../support/sdk-bench.ts';
import { historyPage } from './history.ts';
import { listPage } from './lists.ts';

/** What the service may lose, delay and reorder, as the SDK meets it. */
export function lossScenarios(lab: Lab): void {
  test('[EM12] a lost live event is in history and in the list, and never delivered', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.live.lose({ userId: 'alice', conversation: 'bob', kinds: ['message'] });
    const lost = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'lost' });
    emulator.live.clear();
    const next = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'next' });
    await client.untilEvents('onTextMessage', 1);
    const { messages } = await historyPage(client, { pageSize: 2, cursor: -1 });
    expect(messages.map((message) => message.id)).toEqual([next.id, lost.id]);
    expect((await listPage(client, '')).conversations[0]).toMatchObject({ conversationId: 'bob', unReadCount: 2 });
    emulator.dropSockets('alice');
    await client.untilEvents('onConnected', 2);
    emulator.write({ from: 'carol', to: 'alice', chatType: 'singleChat', text: 'after the reconnect' });
    const events = await client.untilEvents<SdkMessage>('onTextMessage', 2);
    expect(events.map((message) => message.msg)).toEqual(['next', 'after the reconnect']);
  });

  test('[EM12] held deliveries come reversed; a recall and an edit overtake their messages', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.live.hold({ kinds: ['message'] });
    const [first, second, third] = ['one', 'two', 'three'].map(
      (text) => emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text }).id,
    ) as [string, string, string];
    emulator.recall({ messageId: first });
    emulator.edit({ messageId: second, text: 'TWO' });
    expect((await client.untilEvents('onRecallMessage', 1))[0]).toMatchObject({ mid: first });
    expect((await client.untilEvents('onModifiedMessage', 1))[0]).toMatchObject({ id: second, msg: 'TWO' });
    expect(emulator.live.release({ order: 'reversed' })).toBe(3);
    const received = await client.untilEvents<SdkMessage>('onTextMessage', 3);
    expect(received.map((message) => message.id)).toEqual([third, second, first]);
  });

  test('[EM12] a night away: the queue keeps 500 single and 200 group messages, list and history all', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const single = { userId: 'alice', from: 'bob', to: 'alice', chatType: 'singleChat' } as const;
    const group = { userId: 'alice', from: 'bob', to: 'group-0001', chatType: 'groupChat' } as const;
    const ids = emulator.writeWhileAway({ ...single, count: 700 });
    const groupIds = emulator.writeWhileAway({ ...group, count: 260 });
    const received = await client.untilEvents<SdkMessage & { onlineState: number }>('onTextMessage', 700);
    expect(received.every((message) => message.onlineState === 0)).toBe(true);
    const from = (to: string): string[] => received.filter((message) => message.to === to).map(({ id }) => id);
    expect(from('alice')).toEqual(ids.slice(-500));
    expect(from('group-0001')).toEqual(groupIds.slice(-200));
    await until(() => emulator.state.queue('alice').length === 0, 'the queue was acknowledged');
    expect(emulator.state.unread('alice', 'bob')).toBe(700);
    expect(emulator.state.history('alice', 'bob')).toHaveLength(720);
  });

  test('[EM12] one undecodable message leaves the promise of its whole page open for ever', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const ids = emulator.state.history('alice', 'bob').map((message) => message.id);
    emulator.damage({ messageId: ids.at(-3) ?? '' });
    const page = historyPage(client, { pageSize: 5, cursor: -1 }).then(
      () => 'settled',
      () => 'settled',
    );
    await until(() => emulator.journal.requests('history') === 1, 'the page was asked for');
    const outcome = await Promise.race([page, new Promise((resolve) => setTimeout(resolve, 1500, 'open'))]);
    expect(outcome).toBe('open');
    const older = await historyPage(client, { pageSize: 5, cursor: ids.at(-3) });
    expect(older.messages.map((message) => message.id)).toEqual(ids.slice(-8, -3).reverse());
  });

  test('[EM12] a deletion that the list does not show yet', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.freezeLists();
    await client.call('deleteConversation', { channel: 'bob', chatType: 'singleChat', deleteRoam: true });
    const shown = async (): Promise<string[]> =>
      (await listPage(client, '')).conversations.map((row) => row.conversationId);
    expect(await shown()).toContain('bob');
    expect((await historyPage(client, { pageSize: 5, cursor: -1 })).messages).toEqual([]);
    emulator.thawLists();
    expect(await shown()).not.toContain('bob');
  });

  test('[EM8] too many history calls are refused as too many list calls are', async () => {
    const emulator = await lab.emulator({ policies: { historyCallsPerMinute: 1 } });
    const client = await lab.login(emulator, 'alice');
    await historyPage(client, { pageSize: 5, cursor: -1 });
    await expect(historyPage(client, { pageSize: 5, cursor: -1 })).rejects.toMatchObject({ type: 500 });
  });
}
