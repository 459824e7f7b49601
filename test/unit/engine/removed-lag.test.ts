import { describe, expect, test } from 'vitest';
import { openWorld } from './open-world.ts';
import { bob, untilLive, watch } from './watch.ts';

describe.each([true, false])('empty conversations in the list: %s', (includeEmptyConversations) => {
  test.each([0, 1])('[SY6] a list that lags brings history that was removed elsewhere back until it must know of that; %i left', async (left) => {
    const world = openWorld({ engine: { includeEmptyConversations } });
    const { server, clock } = world;
    const texts = ['first', 'second'];
    const written = texts.map((text) => server.write({ from: 'bob', to: 'alice', text }));
    const tab = await world.openTab();
    await untilLive(world, tab);
    const row = watch(tab.chat.conversation(bob));
    await world.until(() => row.value?.lastMessage?.msg === 'second');
    const catchUp = server.freezeLists();
    server.mailbox('alice').remove(bob, written.slice(left).map(({ id }) => id));
    server.tell('alice', { type: 'history-removed', conversation: bob });
    await world.until(() => row.value?.lastMessage === null, 'distrusted');
    await world.until(() => row.value?.lastMessage?.msg === 'second', 'the old list is believed');
    catchUp();
    await world.settle();
    await clock.advance(10_000);
    await world.settle();
    expect([row.value?.lastMessage?.msg, row.value?.unReadCount]).toEqual([texts[left - 1], left]);
  });
});

test('[SY6] what came live meanwhile is not undone when a list may no longer lag behind a removal elsewhere', async () => {
  const world = openWorld();
  const { server, clock } = world;
  const removed = server.write({ from: 'bob', to: 'alice', text: 'removed' });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const row = watch(tab.chat.conversation(bob));
  await world.until(() => row.value?.lastMessage?.msg === 'removed');
  const catchUp = server.freezeLists();
  server.mailbox('alice').remove(bob, [removed.id]);
  server.tell('alice', { type: 'history-removed', conversation: bob });
  await world.until(() => row.value?.lastMessage === null, 'distrusted');
  await world.until(() => row.value?.lastMessage?.msg === 'removed', 'the old list is believed');
  server.write({ from: 'bob', to: 'alice', text: 'new' });
  await world.settle();
  await clock.advance(10_000);
  await world.until(() => row.value?.lastMessage?.msg === 'new');
  await world.settle();
  expect(row.value?.lastMessage?.msg, 'of the list, which has not heard of it').toBe('new');
  catchUp();
  await tab.chat.refresh();
  await world.settle();
  expect([row.value?.lastMessage?.msg, row.value?.unReadCount]).toEqual(['new', 1]);
});
