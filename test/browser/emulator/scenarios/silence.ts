import { expect, test } from 'vitest';
import { type Lab } from '../support/lab.ts';

type Types = { data: { conversations: object[]; cursor: string } };

/** Do-not-disturb, as the SDK's `silent` plugin asks for it. */
export function silenceScenarios(lab: Lab): void {
  test('[EM11] a conversation is silenced, asked for one by one and together, and restored', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const bob = { conversationId: 'bob', type: 'singleChat' };
    const group = { conversationId: 'group-0001', type: 'groupChat' };
    const set = await client.call('setSilentModeForConversation', {
      ...group,
      options: { paramType: 0, remindType: 'NONE' },
    });
    expect(set).toMatchObject({ data: { type: 'NONE' } });
    const start = Date.now();
    await client.call('setSilentModeForConversation', { ...bob, options: { paramType: 1, duration: 60_000 } });
    const one = await client.call<{ data: { expireTimestamp: number } }>('getSilentModeForConversation', bob);
    expect(one.data).toMatchObject({ ignoreDuration: 60_000 });
    expect(one.data.expireTimestamp).toBeGreaterThanOrEqual(start + 60_000);
    const conversationList = [
      { id: 'bob', type: 'singleChat' },
      { id: 'carol', type: 'singleChat' },
      { id: 'group-0001', type: 'groupChat' },
    ];
    expect(await client.call('getSilentModeForConversations', { conversationList })).toMatchObject({
      data: { user: { bob: { ignoreDuration: 60_000 }, carol: {} }, group: { 'group-0001': { type: 'NONE' } } },
    });
    expect(emulator.state.silence('alice', 'group-0001')).toEqual({ type: 'NONE' });
    await client.call('clearRemindTypeForConversation', group);
    expect(emulator.state.silence('alice', 'group-0001')).toEqual({});
  });

  test('[EM11] conversations with a remind type are listed by pages', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const rows = emulator.state.conversations('alice').slice(0, 5);
    for (const { id, chatType } of rows) {
      emulator.silence({ userId: 'alice', conversationId: id, chatType, type: 'AT' });
    }
    const seen: object[] = [];
    let cursor = '';
    do {
      const page: Types = await client.call('getSilentModeRemindTypeConversations', { pageSize: 2, cursor });
      seen.push(...page.data.conversations);
      cursor = page.data.cursor;
    } while (cursor !== '');
    expect(seen).toEqual(rows.map(({ id, chatType }) => ({ conversationId: id, type: chatType, remindType: 'AT' })));
    expect(emulator.journal.requests('silent-types', 'alice')).toBe(3);
  });

  test('[EM11] the account as a whole, apart from its conversations', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await client.call('setSilentModeForAll', { options: { paramType: 0, remindType: 'AT' } });
    const night = { paramType: 2, startTime: { hours: 22, minutes: 30 }, endTime: { hours: 7, minutes: 15 } };
    await client.call('setSilentModeForAll', { options: night });
    expect(await client.call('getSilentModeForAll')).toMatchObject({
      data: { type: 'AT', ignoreInterval: '22:30-7:15' },
    });
    const types = await client.call<Types>('getSilentModeRemindTypeConversations', { pageSize: 10 });
    expect(types.data.conversations).toEqual([]);
  });

  test('[EM11] the other devices are told, the one that did it is not', async () => {
    const emulator = await lab.emulator();
    const one = await lab.login(emulator, 'alice', { deviceId: 'one' });
    const two = await lab.login(emulator, 'alice', { deviceId: 'two' });
    const bob = { conversationId: 'bob', type: 'singleChat' };
    const group = { conversationId: 'group-0001', type: 'groupChat' };
    const silent = { options: { paramType: 0, remindType: 'NONE' } };
    await one.call('setSilentModeForConversation', { ...bob, ...silent });
    await one.call('setSilentModeForConversation', { ...group, ...silent });
    await one.call('clearRemindTypeForConversation', group);
    await one.call('setSilentModeForAll', silent);
    expect(await two.untilEvents('onMultiDeviceEvent', 4)).toMatchObject([
      { operation: 'setSilentModeForConversation', ...bob, data: { type: 'NONE' }, resource: 'webim_web_one' },
      { operation: 'setSilentModeForConversation', ...group, data: { type: 'NONE' } },
      { operation: 'removeSilentModeForConversation', ...group },
      { operation: 'setSilentModeForUser', data: { type: 'NONE' } },
    ]);
    expect(await one.events('onMultiDeviceEvent')).toEqual([]);
  });
}
