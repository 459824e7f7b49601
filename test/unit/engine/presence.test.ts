import { expect, test } from 'vitest';
import { openWorld } from './open-world.ts';
import { sayHello } from './raw-tab.ts';
import { bob, carol, untilLive, watch } from './watch.ts';

const acknowledged = (world: ReturnType<typeof openWorld>): number => world.server.faults.count('acknowledgeConversation');

test('[UR4] what any tab shows is read at once, never seen as unread, and acknowledged once for all tabs', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'before' });
  const tabs = [await world.openTab(), await world.openTab()];
  for (const tab of tabs) await untilLive(world, tab);
  const totals = tabs.map(({ chat }) => watch(chat.unread));
  await world.until(() => totals.every(({ value }) => value === 1));
  for (const { chat } of tabs) chat.present(bob);
  await world.until(() => totals.every(({ value }) => value === 0), 'read when it is shown');
  const seen = new Set<number | undefined>();
  for (const total of totals) total.subscribe((value) => seen.add(value));
  for (let number = 0; number < 20; number += 1) {
    world.server.write({ from: 'bob', to: 'alice', text: `message ${number}` });
    await world.clock.advance(20);
    await world.settle();
  }
  expect([...seen].filter((value) => value !== 0)).toEqual([]);
  expect(acknowledged(world)).toBe(0);
  await world.clock.advance(500);
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0);
  await world.clock.advance(5_000);
  expect(acknowledged(world)).toBe(1);
});

test('[UR4] a conversation that is read all the time is acknowledged all the same', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  tab.chat.present(bob);
  await world.settle();
  for (let number = 0; number < 30; number += 1) {
    world.server.write({ from: 'bob', to: 'alice', text: `message ${number}` });
    await world.settle();
    await world.clock.advance(400);
  }
  expect(acknowledged(world)).toBeGreaterThanOrEqual(1);
  expect(acknowledged(world)).toBeLessThanOrEqual(3);
});

test.each([
  ['says that it shows nothing', (tab) => tab.chat.present(null)],
  ['shows another conversation', (tab) => tab.chat.present(carol)],
  ['is hidden', (tab) => tab.signal('hidden')],
  ['dies', (tab) => tab.crash()],
  ['closes', (tab) => tab.chat.close()],
] satisfies readonly (readonly [string, (tab: Awaited<ReturnType<ReturnType<typeof openWorld>['openTab']>>) => void])[])('[UR4] [TB2] a tab that %s shows the conversation no more', async (_what, leave) => {
  const world = openWorld();
  const [reader, other] = [await world.openTab(), await world.openTab()];
  await untilLive(world, reader);
  const total = watch(other.chat.unread);
  reader.chat.present(bob);
  await world.settle();
  world.server.write({ from: 'bob', to: 'alice', text: 'read' });
  await world.settle();
  expect(total.value).toBe(0);
  leave(reader);
  await world.settle();
  world.server.write({ from: 'bob', to: 'alice', text: 'unread' });
  await world.until(() => total.value === 1);
});

test('[UR4] a list that counts the shown conversation does not make it unread', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  tab.chat.present(bob);
  await world.settle();
  const lost = world.server.loseDeliveries();
  for (let number = 0; number < 3; number += 1) world.server.write({ from: 'bob', to: 'alice', text: `lost ${number}` });
  lost();
  const seen = new Set<number | undefined>();
  tab.chat.unread.subscribe((value) => seen.add(value));
  await tab.chat.refresh();
  await world.settle();
  expect([...seen].filter((value) => value !== undefined && value !== 0)).toEqual([]);
  await world.clock.advance(500);
  await world.until(() => world.server.mailbox('alice').unread(bob) === 0, 'acknowledged');
});

test('[UR4] a tab that shows a conversation says so again to the next worker', async () => {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  tab.chat.present(bob);
  await world.settle();
  world.killWorker();
  await untilLive(world, tab);
  world.server.write({ from: 'bob', to: 'alice', text: 'read' });
  await world.settle();
  expect(total.value).toBe(0);
});

test('[UR4] marked as unread, a conversation counts as before, until it is read here, shown, or read elsewhere', async () => {
  const world = openWorld();
  world.server.write({ from: 'bob', to: 'alice', text: 'message' });
  world.server.mailbox('alice').read(bob);
  const [tab, other] = [await world.openTab(), await world.openTab()];
  await untilLive(world, tab);
  const rows = watch(other.chat.conversations());
  const isMarked = (): boolean | undefined => rows.value?.rows[0]?.isMarkedUnread;
  await world.until(() => isMarked() === false);
  for (const read of [
    () => void tab.chat.localCache.clearConversationUnreadCount(bob),
    () => tab.chat.present(bob),
    () => void world.server.read('alice', bob),
  ]) {
    tab.chat.present(null);
    await tab.chat.markUnread(bob);
    await world.until(() => isMarked() === true, 'marked in every tab');
    expect(rows.value?.rows[0]?.unReadCount).toBe(0);
    read();
    await world.until(() => isMarked() === false, 'no longer marked');
  }
});

test('[UR4] a hello by hand that shows no conversation at all disturbs nobody', async () => {
  const world = openWorld();
  const raw = sayHello(world);
  await world.until(() => raw.reply()?.moorage === 'welcome');
  for (const conversation of [undefined, 7, { conversationId: '' }, { conversationId: 'bob', conversationType: 'room' }]) raw.post({ type: 'present', conversation: conversation as never });
  const tab = await world.openTab();
  await untilLive(world, tab);
  const total = watch(tab.chat.unread);
  world.server.write({ from: 'bob', to: 'alice', text: 'message' });
  await world.until(() => total.value === 1);
});
