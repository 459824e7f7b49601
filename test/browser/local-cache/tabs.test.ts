/** Tabs, devices and accounts: each tab with a connection of its own, one store for all of them. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bob, cache, contact, eventually, local, startAppWorld, stored, unread, type AppWorld } from './app-world.ts';
import { layCable, type Cable } from './cable.ts';

let world: AppWorld;

beforeAll(async () => {
  world = await startAppWorld();
});
afterAll(() => world.close());
beforeEach(() => world.renew());

function write(from: string, count: number, to = 'alice'): void {
  for (let each = 1; each <= count; each += 1) world.emulator.write({ from, to, chatType: 'singleChat', text: `${from} ${each}` });
}

const everyTab = (tabs: readonly Page[], count: number) =>
  eventually(() => Promise.all(tabs.map((tab) => unread(tab)))).toEqual(tabs.map(() => count));

/** Runs with a way to the service that one tab uses alone. */
async function withCable(run: (cable: Cable) => Promise<void>): Promise<void> {
  const cable = await layCable(Number(new URL(world.emulator.apiUrl).port));
  try {
    await run(cable);
  } finally {
    await cable.close();
  }
}

test('[UR3] what three connections are told of at once counts once', async () => {
  const tabs = [await world.openTab('alice'), await world.openTab('alice'), await world.openTab('alice')];
  write('bob', 60);
  await everyTab(tabs, 60);
  await eventually(() => Promise.all(tabs.map((tab) => stored(tab, 'bob')))).toEqual([60, 60, 60]);
  await cache(tabs[1] as Page, 'clearConversationUnreadCount', bob);
  await everyTab(tabs, 0);
  await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
});

test('[TB4] when the tab that asks for all is closed, or its process dies, another takes its place', async () => {
  const [first, second, third] = [await world.openTab('alice'), await world.openTab('alice'), await world.openTab('alice')];
  write('bob', 2);
  await everyTab([first, second, third], 2);
  await first.close();
  write('bob', 1);
  await everyTab([second, third], 3);
  const devtools = await world.context.newCDPSession(second);
  void devtools.send('Page.crash').catch(() => undefined);
  await eventually(() => world.emulator.state.devices('alice').filter(({ online }) => online).length).toBe(1);
  write('bob', 1);
  await everyTab([third], 4);
  await cache(third, 'clearConversationUnreadCount', bob);
  await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
});

test('a tab that is offline alone shows what another one is told, and its changes are told through that', () =>
  withCable(async (cable) => {
    const cut = await world.openTab('alice', { port: cable.port });
    const other = await world.openTab('alice');
    cable.cut();
    write('bob', 3);
    await everyTab([cut, other], 3);
    await cache(cut, 'clearConversationUnreadCount', bob);
    await everyTab([cut, other], 0);
    await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
    cable.mend();
    write('carol', 2);
    await everyTab([cut, other], 2);
    await eventually(() => stored(cut, 'carol')).toBe(2);
  }));

test('the only tab, offline until the SDK gives up, reads and changes what is stored; a new login tells it', { timeout: 120_000 }, () =>
  withCable(async (cable) => {
    const page = await world.openTab('alice', { port: cable.port });
    write('bob', 3);
    write('carol', 1);
    await everyTab([page], 4);
    cable.cut();
    await eventually(() => page.evaluate(() => window.app.ended), { timeout: 60_000 }).toEqual([16]);
    expect(await unread(page)).toBe(4);
    await cache(page, 'clearConversationUnreadCount', bob);
    expect(await unread(page)).toBe(1);
    cable.mend();
    write('carol', 1);
    await page.evaluate(() => window.app.close('alice'));
    await world.signIn(page, 'alice', { port: cable.port });
    await everyTab([page], 2);
    await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
  }));

test('a fifth device kicks the first one; the others, and their store, go on', async () => {
  const tabs: Page[] = [];
  for (let each = 0; each < 5; each += 1) tabs.push(await world.openTab('alice'));
  const [kicked, ...others] = tabs as [Page, ...Page[]];
  await eventually(() => kicked.evaluate(() => window.app.ended)).toEqual([206]);
  write('bob', 2);
  await everyTab(others, 2);
  expect(await local(kicked)).toEqual([]);
});

test("with the SDK's default of one device for all tabs, the later tab kicks the earlier, and finds everything stored", async () => {
  const first = await world.openTab('alice', { isFixedDeviceId: true });
  write('bob', 2);
  await everyTab([first], 2);
  const second = await world.openTab('alice', { isFixedDeviceId: true });
  await eventually(() => first.evaluate(() => window.app.ended)).toEqual([206]);
  write('bob', 1);
  await everyTab([second], 3);
  await eventually(() => stored(second, 'bob')).toBe(3);
});

test('logging out in one tab leaves the others theirs, and the next login finds the store', async () => {
  const [first, second] = [await world.openTab('alice'), await world.openTab('alice')];
  write('bob', 2);
  await everyTab([first, second], 2);
  await first.evaluate(() => window.app.close('alice'));
  expect(await local(first)).toEqual([]);
  write('bob', 1);
  await everyTab([second], 3);
  await second.evaluate(() => window.app.close('alice'));
  write('carol', 1);
  await world.signIn(first, 'alice');
  await everyTab([first], 4);
});

test('[ST5] another account after a log-out sees nothing of the first', async () => {
  const page = await world.openTab('alice');
  write('bob', 2);
  await everyTab([page], 2);
  await page.evaluate(() => window.app.close('alice'));
  await world.signIn(page, 'zoe');
  write('carol', 1, 'zoe');
  await eventually(() => local(page, 'zoe')).toEqual([{ id: 'carol', unread: 1, last: 'carol 1' }]);
});

test('[SY5] three tabs are one round of requests', async () => {
  for (let peer = 1; peer <= 30; peer += 1) write(`peer-${peer}`, 1);
  const first = await world.openTab('alice');
  await everyTab([first], 30);
  await everyTab([await world.openTab('alice'), await world.openTab('alice'), first], 30);
  // The one page there is, and its head once more.
  expect(world.emulator.journal.requests('conversation-list')).toBeLessThanOrEqual(2);
});

test('[TB3] without a store the application chats on, its calls are rejected, and it is tried again', { timeout: 60_000 }, async () => {
  const page = await world.openTab();
  await page.evaluate(() => Object.assign(window, { Kept: SharedWorker, SharedWorker: undefined }));
  await world.signIn(page, 'alice');
  write('bob', 1);
  await eventually(() => contact(page, 'getServerConversations', { pageSize: 50, cursor: '' })).toMatchObject({ data: { conversations: [{ unReadCount: 1 }] } });
  expect(await page.evaluate(() => window.app.outcome('alice', 'getLocalConversations', undefined))).toMatchObject({ error: { type: 800 } });
  await page.evaluate(() => Object.assign(window, { SharedWorker: (window as unknown as { readonly Kept: unknown }).Kept }));
  await eventually(() => page.evaluate(() => window.app.outcome('alice', 'getLocalConversations', undefined))).toMatchObject({
    value: { data: [{ conversationId: 'bob', unReadCount: 1 }] },
  });
  await cache(page, 'clearConversationUnreadCount', bob);
  await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
});

test('[TB3] a worker that does not answer holds up the connection for two seconds at most', { timeout: 60_000 }, async () => {
  const silent = await startAppWorld({ script: '' });
  try {
    await silent.renew();
    const page = await silent.openTab();
    await silent.signIn(page, 'alice');
    // From the service's word that it is logged in to the SDK's first word after it has said so to the application; a handshake may take ten.
    const { journal } = silent.emulator;
    const timeOf = (kind: 'login' | 'in'): number => journal.entries({ kind })[0]?.time ?? NaN;
    await eventually(() => timeOf('in') - timeOf('login')).toBeLessThan(9_000);
    expect(await page.evaluate(() => window.app.outcome('alice', 'clearConversationUnreadCount', {}))).toMatchObject({ error: { code: 'worker-unavailable', type: 800 } });
  } finally {
    await silent.close();
  }
});

test('[TB1] a tab of another release has no store until the tabs of this one have gone, and then has it', { timeout: 120_000 }, async () => {
  const first = await world.openTab('alice');
  write('bob', 1);
  await everyTab([first], 1);
  const later = await world.openTab('alice', { script: '/store-of-another-release.js' });
  const read = () => later.evaluate(() => window.app.outcome('alice', 'getLocalConversations', undefined));
  await eventually(read).toMatchObject({ error: { type: 800 } });
  write('bob', 1);
  await everyTab([first], 2);
  await first.close();
  await eventually(read, { timeout: 60_000 }).toMatchObject({ value: { data: [{ conversationId: 'bob', unReadCount: 2 }] } });
});
