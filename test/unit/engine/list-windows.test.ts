import { expect, test } from 'vitest';
import type { ConversationWindow } from '../../../src/protocol/conversation-window.ts';
import { openWorld } from './open-world.ts';
import { bob, carol, untilLive, watch } from './watch.ts';

const WINDOWS = {
  groups: { filter: { conversationType: 'groupChat' } },
  unread: { filter: { isUnread: true } },
  pinned: { filter: { isPinned: true } },
  marked: { filter: { mark: 3 } },
  found: { search: 'quay' },
  second: { limit: 1, offset: 1, filter: { conversationType: 'singleChat' } },
} as const satisfies { readonly [name: string]: ConversationWindow };

test('[UR2] what a window lets through is asked of the worker: what happens in another tab moves conversations in and out of it', async () => {
  const world = openWorld();
  world.server.makeGroup('g1', ['alice', 'bob']);
  for (const from of ['ann', 'bob', 'carol']) world.server.write({ from, to: 'alice', text: 'hi' });
  world.server.write({ from: 'bob', to: 'g1', conversationType: 'groupChat', text: 'all' });
  const [tab, other] = [await world.openTab(), await world.openTab()];
  await untilLive(world, tab);
  const views = Object.entries(WINDOWS).map(([name, window]) => [name, watch(tab.chat.conversations(window))] as const);
  const shown = (): object => Object.fromEntries(views.map(([name, { value }]) => [name, value?.rows.map(({ conversationId }) => conversationId).join(' ')]));
  const rowsOf = (wanted: string) => views.find(([name]) => name === wanted)?.[1].value?.rows ?? [];
  const { chat } = other;
  const expected: { [name in keyof typeof WINDOWS]: string } = { groups: 'g1', unread: 'g1 carol bob ann', pinned: '', marked: '', found: '', second: 'bob' };
  const untilShown = async (what: string, changes: Partial<typeof expected>): Promise<void> => {
    Object.assign(expected, changes);
    const isShown = (): boolean => JSON.stringify(shown()) === JSON.stringify(expected);
    // What is shown instead says more than that it never came.
    await world.until(isShown).catch(() => expect([what, shown()]).toEqual([what, expected]));
  };
  await untilShown('at first', {});
  const [, carolBefore, bobBefore] = rowsOf('unread');
  await chat.localCache.clearConversationUnreadCount({ conversationId: 'ann', conversationType: 'singleChat' });
  await untilShown('read', { unread: 'g1 carol bob' });
  expect([rowsOf('unread')[1], rowsOf('unread')[2]].every((row, index) => row === [carolBefore, bobBefore][index])).toBe(true);
  await chat.contact.pinConversation({ ...bob, isPinned: true });
  await untilShown('pinned', { pinned: 'bob', unread: 'bob g1 carol', second: 'carol' });
  await chat.contact.addConversationMark({ conversations: [carol], mark: 3 });
  await untilShown('marked', { marked: 'carol' });
  await chat.localCache.setLocalConversationCustomField({ ...carol, customField: { name: 'At the Quay' } });
  await untilShown('named', { found: 'carol' });
  world.server.write({ from: 'ann', to: 'alice', text: 'again' });
  await untilShown('a message', { unread: 'bob ann g1 carol', second: 'ann' });
  await chat.contact.removeConversationMark({ conversations: [carol], mark: 3 });
  await chat.contact.pinConversation({ ...bob, isPinned: false });
  await untilShown('taken back', { marked: '', pinned: '', unread: 'ann g1 carol bob', second: 'carol' });
  await chat.localCache.removeLocalConversation(carol);
  await untilShown('removed', { found: '', unread: 'ann g1 bob', second: 'bob' });
});
