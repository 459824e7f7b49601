import { expect, test } from 'vitest';
import { openWorld } from '../engine/open-world.ts';
import { bob, shownBy, untilLive, watch } from '../engine/watch.ts';

test.each([
  ['deleted here', 'before it was asked for'],
  ['deleted here', 'while it was on its way'],
  ['deleted on another device', 'before it was asked for'],
  ['deleted on another device', 'while it was on its way'],
  ['deleted here, killed after', 'before it was asked for'],
])('[SY6] hard case 7: %s %s, a stale page brings nothing back, and a newer message does', async (how, when) => {
  const world = openWorld();
  const { server } = world;
  server.seed({ userId: 'alice', conversations: 3 });
  server.write({ from: 'bob', to: 'alice', text: 'hello' });
  let tab = await world.openTab();
  await untilLive(world, tab);
  // The deleted one had a message nobody was told of: a stale page knows more than we do.
  const lose = server.loseDeliveries();
  server.write({ from: 'bob', to: 'alice', text: 'unheard of, and deleted with the rest' });
  lose();
  const thaw = server.freezeLists();
  const release = when.startsWith('while') ? server.faults.hold('getConversations') : () => undefined;
  let page: Promise<unknown> = when.startsWith('while') ? tab.chat.contact.getServerConversations({ pageSize: 50 }) : Promise.resolve();
  await world.settle();
  if (how.startsWith('deleted here')) await tab.chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true });
  else {
    server.mailbox('alice').deleteConversation(bob, { deleteRoam: true });
    server.tell('alice', { type: 'conversation-deleted', conversation: bob });
    const list = watch(tab.chat.conversations());
    await world.until(() => list.value?.total === 3);
  }
  if (how.includes('killed')) {
    world.killWorker();
    tab = await world.openTab();
    await untilLive(world, tab);
  }
  release();
  if (!when.startsWith('while')) page = tab.chat.contact.getServerConversations({ pageSize: 50 });
  await page;
  await tab.chat.refresh();
  const names = async (): Promise<readonly unknown[]> => (await shownBy(tab)).map((row) => (row as readonly unknown[])[0]);
  expect(await names()).toEqual(['user-3', 'user-2', 'user-1']);
  thaw();
  for (let minute = 0; minute < 3; minute += 1) await world.clock.advance(60_000);
  expect(await names()).toEqual(['user-3', 'user-2', 'user-1']);
  const [total, list] = [watch(tab.chat.unread), watch(tab.chat.conversations())];
  server.write({ from: 'bob', to: 'alice', text: 'newer' });
  await world.until(() => list.value?.rows[0]?.conversationId === 'bob');
  expect(list.value?.rows[0]?.unReadCount).toBe(1);
  expect(total.value).toBe(4);
});
