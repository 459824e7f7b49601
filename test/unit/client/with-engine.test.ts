import { expect, test, vi } from 'vitest';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

const texts = (value: QueryValue['timeline'] | undefined): readonly unknown[] =>
  (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : item.message['msg']));

/** The client on the real engine: bob has written so many messages, alice has one tab. */
async function after(count: number) {
  const world = openWorld();
  for (let number = 1; number <= count; number += 1) world.server.write({ from: 'bob', to: 'alice', text: String(number) });
  world.server.mailbox('alice').takeKept();
  const tab = await world.openTab();
  await untilLive(world, tab);
  return { world, tab };
}

test('[TB4] a reader who had jumped is where they were after the death of the worker', async () => {
  const { world, tab } = await after(300);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length === 50);
  const [, , , , , target] = world.server.history('alice', bob).slice(100);
  await timeline.jumpTo({ messageId: target?.id ?? '' });
  await world.until(() => timeline.value?.state.hasNewer === true && texts(timeline.value).length === 50);
  await timeline.loadOlder();
  await world.until(() => texts(timeline.value).length > 50);
  const before = texts(timeline.value);
  world.killWorker();
  await untilLive(world, tab);
  await world.settle();
  const now = texts(timeline.value);
  expect(timeline.value?.state.hasNewer).toBe(true);
  expect(now.length).toBeGreaterThanOrEqual(before.length);
  // Around the middle of what was shown: at most a row or two are different at either end.
  expect(now.filter((text) => before.includes(text)).length).toBeGreaterThanOrEqual(before.length - 2);
});

test('[UR4] a tab that is hidden, or without focus, reads nothing; back again, it reads what came', async () => {
  const { world, tab } = await after(1);
  const conversation = watch(tab.chat.conversation(bob));
  await world.until(() => conversation.value?.unReadCount === 1);
  tab.chat.present(bob);
  await world.until(() => conversation.value?.unReadCount === 0);
  tab.signal('hidden');
  world.server.write({ from: 'bob', to: 'alice', text: 'while nobody looks' });
  await world.until(() => conversation.value?.unReadCount === 1);
  tab.signal('visible');
  await world.until(() => conversation.value?.unReadCount === 0);
});

test('[UR4] the next worker knows what the tab shows', async () => {
  const { world, tab } = await after(1);
  const conversation = watch(tab.chat.conversation(bob));
  tab.chat.present(bob);
  await world.until(() => conversation.value?.unReadCount === 0);
  world.killWorker();
  await untilLive(world, tab);
  world.server.write({ from: 'bob', to: 'alice', text: 'read at once' });
  await world.until(() => (conversation.value?.lastMessage?.['msg'] ?? '') === 'read at once');
  await world.settle();
  expect(conversation.value?.unReadCount).toBe(0);
});

test('a command reaches the tabs that listen, also after the worker died, and is stored nowhere', async () => {
  const { world, tab } = await after(1);
  const heard = vi.fn();
  tab.chat.addEventHandler('a', { onCmdMessage: ({ action }) => void heard(action) });
  await world.settle();
  world.server.command({ from: 'bob', to: 'alice', action: 'typing' });
  await world.until(() => heard.mock.calls.length === 1);
  world.killWorker();
  await untilLive(world, tab);
  world.server.command({ from: 'bob', to: 'alice', action: 'ringing' });
  await world.until(() => heard.mock.calls.length === 2);
  expect(heard.mock.calls).toEqual([['typing'], ['ringing']]);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => texts(timeline.value).length > 0);
  expect(texts(timeline.value)).toEqual(['1']);
});

test('[HB6] the backfill is paused from one tab, and seen to be in every other', async () => {
  const { world, tab } = await after(1);
  const other = await world.openTab();
  const [first, second] = [watch(tab.chat.backfill), watch(other.chat.backfill)];
  await world.until(() => first.value !== undefined && second.value !== undefined);
  await tab.chat.backfill.pause();
  await world.until(() => first.value?.type === 'paused' && second.value?.type === 'paused');
  await other.chat.backfill.resume();
  await world.until(() => first.value?.type !== 'paused' && second.value?.type !== 'paused');
});

test('a conversation marked as unread is so in every tab, counts nothing, and reading takes it off', async () => {
  const { world, tab } = await after(1);
  const other = await world.openTab();
  const conversation = watch(other.chat.conversation(bob));
  await tab.chat.localCache.clearConversationUnreadCount(bob);
  await world.until(() => conversation.value?.unReadCount === 0);
  await tab.chat.markUnread(bob);
  await world.until(() => conversation.value?.isMarkedUnread === true);
  expect(conversation.value?.unReadCount).toBe(0);
  other.chat.present(bob);
  await world.until(() => conversation.value?.isMarkedUnread === false);
});
