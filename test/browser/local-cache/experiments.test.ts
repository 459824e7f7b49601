/** The experiments of the reference's table on the SDK's own plugin, row by row, with ours in its place. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bob, cache, contact, eventually, local, send, startAppWorld, stored, unread, type AppWorld } from './app-world.ts';

let world: AppWorld;

beforeAll(async () => {
  world = await startAppWorld();
});
afterAll(() => world.close());
beforeEach(() => world.renew());

/** @returns Ids, oldest first. */
function write(from: string, count: number, to = 'alice'): string[] {
  return Array.from({ length: count }, (_, index) => world.emulator.write({ from, to, chatType: 'singleChat', text: `${from} ${index + 1}` }).id);
}

const phone = { deviceId: 'known' };

/** A tab of a device that was there once and has been away while something was written. */
async function backAfter(away: () => void): Promise<Page> {
  const page = await world.openTab('alice', phone);
  await page.evaluate(() => window.app.close('alice'));
  await eventually(() => world.emulator.state.devices('alice').every(({ online }) => !online)).toBe(true);
  away();
  await world.signIn(page, 'alice', phone);
  return page;
}

const everyTab = (tabs: readonly Page[], count: number) =>
  eventually(() => Promise.all(tabs.map((tab) => unread(tab)))).toEqual(tabs.map(() => count));

test('row 1: [UR1] 50 messages of one conversation that waited for the device count 50', async () => {
  const page = await backAfter(() => write('bob', 50));
  await eventually(() => local(page)).toEqual([{ id: 'bob', unread: 50, last: 'bob 50' }]);
  await eventually(() => stored(page, 'bob')).toBe(50);
  // The engine reads history through the application's own connection, and takes no event away from it.
  await eventually(() => page.evaluate(() => window.app.seen.length)).toBe(50);
});

test.each([{ jitter: 0 }, { jitter: 100 }])('row 2: [UR1] 100 waiting messages in ten conversations count 10 each, answers late by $jitter ms', async ({ jitter }) => {
  const page = await backAfter(() => {
    if (jitter > 0) world.emulator.faults.add({ on: 'socket', type: 'latency', ms: jitter });
    if (jitter > 0) world.emulator.faults.add({ on: 'rest', type: 'latency', ms: jitter });
    for (let peer = 1; peer <= 10; peer += 1) write(`peer-${peer}`, 10);
  });
  await eventually(async () => (await local(page)).map((row) => row.unread)).toEqual(Array.from({ length: 10 }, () => 10));
});

test('row 3: [UR1] 20 times 5 waiting messages count 100', async () => {
  const page = await backAfter(() => {
    for (let peer = 1; peer <= 20; peer += 1) write(`peer-${peer}`, 5);
  });
  await eventually(() => unread(page)).toBe(100);
});

test('row 4: [UR1] [UR2] 2,000 live messages over 50 conversations count 2,000', { timeout: 120_000 }, async () => {
  const page = await world.openTab('alice');
  for (let round = 0; round < 40; round += 1) for (let peer = 1; peer <= 50; peer += 1) write(`peer-${peer}`, 1);
  await eventually(() => unread(page), { timeout: 60_000 }).toBe(2000);
});

test('row 5: [UR3] 20 waiting messages, with the list answered before they come, count 20', async () => {
  const page = await world.openTab('alice', phone);
  await page.evaluate(() => window.app.close('alice'));
  await eventually(() => world.emulator.state.devices('alice').every(({ online }) => !online)).toBe(true);
  write('bob', 20);
  world.emulator.faults.add({ on: 'socket', frame: 'unread', type: 'latency', ms: 500 });
  await world.signIn(page, 'alice', { ...phone, isListFirst: true });
  await eventually(() => unread(page)).toBe(20);
  await eventually(() => world.emulator.state.queue('alice', world.emulator.state.devices('alice')[0]?.resource).length).toBe(0);
  expect(await unread(page)).toBe(20);
});

test('row 6: [UR6] what was cleared stays cleared after the list is read', async () => {
  const page = await world.openTab('alice');
  write('bob', 6);
  await eventually(() => unread(page)).toBe(6);
  await cache(page, 'clearConversationUnreadCount', bob);
  await contact(page, 'getServerConversations', { pageSize: 50, cursor: '' });
  expect(await unread(page)).toBe(0);
  await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
});

test('row 7: [UR7] an acknowledgement of the conversation, here or on another device, clears it', async () => {
  const page = await world.openTab('alice');
  write('bob', 3);
  write('carol', 2);
  write('dave', 1);
  await eventually(() => unread(page)).toBe(6);
  await send(page, { type: 'channel', chatType: 'singleChat', to: 'bob' });
  await eventually(() => unread(page)).toBe(3);
  const other = await world.openTab('alice');
  await send(other, { type: 'channel', chatType: 'singleChat', to: 'carol' });
  await eventually(() => unread(page)).toBe(1);
  world.emulator.elsewhere('alice', { id: 'dave', chatType: 'singleChat' }).read();
  await everyTab([page, other], 0);
});

test('rows 8 to 11: [UR2] two tabs, 100 messages, a clear, one more, a removal, one more', async () => {
  const tabs = [await world.openTab('alice'), await world.openTab('alice')] as const;
  write('bob', 100);
  await everyTab(tabs, 100);
  await cache(tabs[0], 'clearConversationUnreadCount', bob);
  await everyTab(tabs, 0);
  await eventually(() => world.emulator.state.unread('alice', 'bob')).toBe(0);
  write('bob', 1);
  await everyTab(tabs, 1);
  await cache(tabs[0], 'removeLocalConversation', bob);
  await eventually(() => Promise.all(tabs.map((tab) => local(tab)))).toEqual([[], []]);
  write('bob', 1);
  await everyTab(tabs, 1);
});

test('row 12: [ST1] 50 messages sent in one of two tabs are 50 stored messages, and shown in the other', async () => {
  const tabs = [await world.openTab('alice'), await world.openTab('alice')] as const;
  await tabs[0].evaluate(async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `mine ${index + 1}`);
    await Promise.all(texts.map((msg) => window.app.send('alice', { type: 'txt', chatType: 'singleChat', to: 'bob', msg })));
  });
  const shown = [{ id: 'bob', unread: 0, last: 'mine 50' }];
  await eventually(() => Promise.all(tabs.map((tab) => local(tab)))).toEqual([shown, shown]);
  await eventually(() => stored(tabs[1], 'bob')).toBe(50);
});

test('row 13: [HB8] a late older message, and a reversed batch, leave the newer one the last', async () => {
  const page = await world.openTab('alice');
  await world.pulled('alice');
  world.emulator.live.hold();
  write('bob', 1);
  world.emulator.live.clear();
  write('bob', 2);
  await eventually(() => page.evaluate(() => window.app.seen.length)).toBe(2);
  world.emulator.live.release();
  await eventually(() => page.evaluate(() => window.app.seen.length)).toBe(3);
  await eventually(() => unread(page)).toBe(3);
  expect(await local(page)).toEqual([{ id: 'bob', unread: 3, last: 'bob 2' }]);
  world.emulator.live.hold();
  write('carol', 5);
  world.emulator.live.clear();
  world.emulator.live.release({ order: 'reversed' });
  await eventually(async () => (await local(page)).find(({ id }) => id === 'carol')).toEqual({ id: 'carol', unread: 5, last: 'carol 5' });
});

test('row 14: [UR3] a message that comes again after 120 others changes nothing', async () => {
  const page = await world.openTab('alice');
  await world.pulled('alice');
  world.emulator.live.hold();
  write('bob', 121);
  world.emulator.live.clear();
  world.emulator.live.release({ copies: 2 });
  const heard = (text: string) => page.evaluate((which) => window.app.seen.filter((each) => each.text === which).length, text);
  await eventually(() => heard('bob 1')).toBe(2);
  await eventually(() => heard('bob 121')).toBeGreaterThan(0);
  await eventually(() => stored(page, 'bob')).toBe(121);
  expect(await local(page)).toEqual([{ id: 'bob', unread: 121, last: 'bob 121' }]);
});

test('row 14: [UR3] messages that come again after a reload, kept for another device, change nothing', async () => {
  const page = await backAfter(() => undefined);
  await page.reload();
  await world.signIn(page, 'alice', { deviceId: 'another' });
  write('bob', 5);
  await eventually(() => unread(page)).toBe(5);
  await page.reload();
  await world.signIn(page, 'alice', phone);
  await eventually(() => page.evaluate(() => window.app.seen.length)).toBe(5);
  expect(await local(page)).toEqual([{ id: 'bob', unread: 5, last: 'bob 5' }]);
  await eventually(() => stored(page, 'bob')).toBe(5);
});

test('row 15: [SY6] conversations deleted by this device and by another one are deleted here', async () => {
  const page = await world.openTab('alice');
  for (const peer of ['bob', 'carol', 'dave']) write(peer, 1);
  await eventually(() => unread(page)).toBe(3);
  await contact(page, 'deleteConversation', { channel: 'bob', chatType: 'singleChat', deleteRoam: true });
  await eventually(async () => (await local(page)).map(({ id }) => id).toSorted()).toEqual(['carol', 'dave']);
  const other = await world.openTab('alice');
  await contact(other, 'deleteConversation', { channel: 'carol', chatType: 'singleChat', deleteRoam: true });
  world.emulator.elsewhere('alice', { id: 'dave', chatType: 'singleChat' }).remove({ removeMessages: true });
  await eventually(() => Promise.all([local(page), local(other)])).toEqual([[], []]);
});

test('row 15: [HB7] history removed here or elsewhere is removed, and a full sync brings nothing back', async () => {
  const page = await world.openTab('alice');
  const [, second] = write('bob', 2);
  const [first] = write('carol', 1);
  await eventually(() => unread(page)).toBe(3);
  await contact(page, 'removeHistoryMessages', { targetId: 'bob', chatType: 'singleChat', messageIds: [second] });
  world.emulator.elsewhere('alice', { id: 'carol', chatType: 'singleChat' }).removeMessages([first ?? '']);
  const left = [
    { id: 'carol', unread: 0, last: undefined },
    { id: 'bob', unread: 1, last: 'bob 1' },
  ];
  await eventually(async () => (await local(page)).toSorted((a, b) => (a.id < b.id ? 1 : -1))).toEqual(left);
  await contact(page, 'getServerConversations', { pageSize: 50, cursor: '' });
  expect((await local(page)).toSorted((a, b) => (a.id < b.id ? 1 : -1))).toEqual(left);
});

test('row 15: [UR3] recalls and edits by this device and by others are followed', async () => {
  const page = await world.openTab('alice');
  const [first, second] = write('bob', 2);
  await eventually(() => unread(page)).toBe(2);
  world.emulator.recall({ messageId: second ?? '' });
  world.emulator.edit({ messageId: first ?? '', text: 'bob, again' });
  await eventually(() => local(page)).toEqual([{ id: 'bob', unread: 1, last: 'bob, again' }]);
  const sent = (await send(page, { type: 'txt', chatType: 'singleChat', to: 'carol', msg: 'mine' })) as { readonly serverMsgId: string };
  await page.evaluate(async (messageId) => {
    const modifiedMessage = { type: 'txt', chatType: 'singleChat', to: 'carol', msg: 'mine, again' };
    await window.app.modify('alice', messageId, modifiedMessage);
  }, sent.serverMsgId);
  await eventually(async () => (await local(page)).find(({ id }) => id === 'carol')?.last).toBe('mine, again');
  await contact(page, 'recallMessage', { mid: sent.serverMsgId, to: 'carol', chatType: 'singleChat' });
  await eventually(async () => (await local(page)).find(({ id }) => id === 'carol')?.last).toBe(undefined);
});

test('row 15: [SY6] pins and marks are kept, by this device and by others', async () => {
  const page = await world.openTab('alice');
  write('bob', 1);
  await eventually(() => unread(page)).toBe(1);
  await contact(page, 'pinConversation', { ...bob, isPinned: true });
  await contact(page, 'addConversationMark', { conversations: [bob], mark: 3 });
  world.emulator.elsewhere('alice', { id: 'bob', chatType: 'singleChat' }).mark(5);
  await eventually(() => cache(page, 'getLocalConversation', bob)).toMatchObject({ data: { isPinned: true, marks: [3, 5] } });
});

test('row 15: [SY1] a conversation whose last message goes stays stored, without one', async () => {
  const page = await world.openTab('alice');
  const [only] = write('bob', 1);
  await eventually(() => unread(page)).toBe(1);
  world.emulator.elsewhere('alice', { id: 'bob', chatType: 'singleChat' }).removeMessages([only ?? '']);
  await eventually(() => local(page)).toEqual([{ id: 'bob', unread: 0, last: undefined }]);
  await contact(page, 'getServerConversations', { pageSize: 50, cursor: '' });
  expect(await local(page)).toEqual([{ id: 'bob', unread: 0, last: undefined }]);
});

test('row 16: [ST5] two accounts in one page each have their own', async () => {
  const page = await world.openTab('alice');
  await world.signIn(page, 'zoe');
  write('bob', 2);
  write('carol', 3, 'zoe');
  await eventually(() => unread(page, 'alice')).toBe(2);
  await eventually(() => unread(page, 'zoe')).toBe(3);
  expect((await local(page, 'zoe')).map(({ id }) => id)).toEqual(['carol']);
  expect((await local(page, 'alice')).map(({ id }) => id)).toEqual(['bob']);
});

test("a message is stored when the application's own handler hears of it", async () => {
  const page = await world.openTab('alice');
  await world.pulled('alice');
  // The application waits two seconds for its store: not as long as one may take to open.
  await eventually(() => local(page)).toEqual([]);
  write('bob', 1);
  await eventually(() => page.evaluate(() => window.app.seen)).toEqual([{ text: 'bob 1', last: 'bob 1' }]);
});
