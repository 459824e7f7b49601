/** Messages combined into one: what the SDK makes inside its `send`, the adapter makes in two steps (docs/decisions/0008). */
import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { shownFiles, watchFiles } from '../../support/proof/files.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';
import { createSdkBench, type SdkBench, type SdkClient } from '../emulator/support/sdk-bench.ts';

type Fields = { readonly [field: string]: unknown };
type Ref = { readonly conversationId: string; readonly conversationType: 'singleChat' | 'groupChat' };

const BOB: Ref = { conversationId: 'bob', conversationType: 'singleChat' };
const CREW: Ref = { conversationId: 'crew', conversationType: 'groupChat' };
const TEXTS = { type: 'combine', title: 'T', summary: 'S', compatibleText: 'C', ext: { a: 1 } };

let world: ProofWorld;
let bench: SdkBench;
const profiles: BrowserContext[] = [];

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['bob', 'sue', 'tim', 'ann'], conversations: 0 } });
  world.emulator.setGroup('crew', ['sue', 'tim', 'bob']);
  bench = await createSdkBench('page');
});
afterEach(async () => {
  world.emulator.faults.clear();
  for (const profile of profiles.splice(0)) await profile.close();
});
afterAll(async () => {
  await bench.close();
  await world.close();
});

async function open(userId: string): Promise<Tab> {
  const profile = await world.newProfile();
  profiles.push(profile);
  const [tab] = await world.openTabs(profile, userId, 1);
  if (tab === undefined) throw new Error('no tab');
  await tab.live();
  return tab;
}

async function loginSdk(): Promise<SdkClient> {
  const { appKey, apiUrl, socketUrl, issueToken } = world.emulator;
  const client = await bench.client({ appKey, apiUrl, url: socketUrl, deviceId: 'sdk' });
  await client.login('sue', { token: issueToken('sue') });
  return client;
}

/** What somebody's history has of a conversation, oldest first. */
const historyOf = ({ page }: Tab, ref: Ref): Promise<readonly Fields[]> =>
  page.evaluate(async ({ conversationId: targetId, conversationType: chatType }) => {
    const { messages } = await window.proof.chat().contact.getHistoryMessages({ targetId, chatType, pageSize: 50 });
    return [...messages].reverse();
  }, ref);

/** Waits until a conversation's history has such a message. @returns The newest of them. */
async function found(tab: Tab, ref: Ref, isIt: (message: Fields) => boolean): Promise<Fields> {
  let message: Fields | undefined;
  await eventually(async () => expect((message = (await historyOf(tab, ref)).findLast(isIt))).toBeDefined());
  return message ?? {};
}

const send = ({ page }: Tab, conversation: Ref, messageList: readonly Fields[], fields: Fields = {}): Promise<{ clientId: string }> =>
  page.evaluate(([conversation, fields]) => window.proof.chat().send({ conversation, ...fields }), [conversation, { ...TEXTS, ...fields, messageList }] as const);

/** Of two messages, what does not differ from one to the other. */
const comparable = ({ id: _id, time: _time, from: _from, ext, url, secret: _secret, filename: _local, ...rest }: Fields): Fields => {
  const { moorageClientId: _clientId, ...own } = ext as Fields;
  return { ...rest, ext: own, url: String(url).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>') };
};

test('[OB5] the file of combined messages is the one that the SDK makes, and so is the message; the other side reads them back', async () => {
  const sdk = await loginSdk();
  const [tim, bob] = [await open('tim'), await open('bob')];
  const to = { chatType: 'singleChat', to: 'bob' };
  await sdk.send({ type: 'txt', ...to, msg: 'héllo 好', ext: { deep: { a: [1, 2.5, null] }, no: false } });
  await sdk.send({ type: 'loc', ...to, addr: 'Quay', lat: 1.5, lng: 2.5 });
  await sdk.send({ type: 'custom', ...to, customEvent: 'poll', customExts: { yes: '1' } });
  for (const type of ['img', 'audio', 'video', 'file']) await sdk.sendFile({ type, ...to, filename: 'cargo.txt', length: 7, width: 4, height: 3 }, 'cargo');
  const ofSue: Ref = { ...BOB, conversationId: 'sue' };
  for (const level of [1, 2]) {
    const messageList = await historyOf(bob, ofSue);
    expect(messageList).toHaveLength(6 + level);
    for (const ref of [BOB, CREW]) {
      const before = world.emulator.files().length;
      const { serverMsgId } = await sdk.send({ ...TEXTS, chatType: ref.conversationType, to: ref.conversationId, messageList });
      await send(tim, ref, messageList);
      const ours = await found(tim, ref, ({ type, from, combineLevel }) => type === 'combine' && from === 'tim' && combineLevel === level);
      const theirs = (await historyOf(bob, ref === BOB ? ofSue : CREW)).find(({ id }) => id === serverMsgId) ?? {};
      expect(comparable({ ...ours, to: theirs['to'] })).toEqual(comparable(theirs));
      const [first, second, ...more] = world.emulator.files().slice(before);
      expect(more).toEqual([]);
      expect({ ...second, id: '', secret: '', by: '', bytes: second?.bytes.toString('hex') }).toEqual({ ...first, id: '', secret: '', by: '', bytes: first?.bytes.toString('hex') });
      const read = await bob.page.evaluate((message) => window.proof.chat().sdk.call('downloadAndParseCombineMessage', message), { url: ours['url'], secret: ours['secret'] });
      expect((read as Fields[]).map(({ id, type }) => [id, type])).toEqual(messageList.map(({ id, type }) => [id, type]));
    }
  }
});

test('[OB1] [OB2] [OB3] [OB5] queued offline, the worker killed, uploads failing and the answer lost: it is there once, in its place, and no failed upload leaves a doubt', async () => {
  const { emulator } = world;
  emulator.write({ from: 'bob', to: 'ann', chatType: 'singleChat', body: { type: 'txt', msg: 'quote me' } });
  const ann = await open('ann');
  await watchFiles(ann);
  const messageList = (await historyOf(ann, BOB)).filter(({ type }) => type === 'txt');
  const say = (msg: string): Promise<unknown> => ann.page.evaluate((msg) => window.proof.chat().send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg }), msg);
  await emulator.goOffline();
  await say('first');
  await send(ann, BOB, messageList);
  await say('last');
  await eventually(async () => expect(await shownFiles(ann)).toMatchObject([{ state: 'queued', fields: { type: 'combine', title: 'T', combineLevel: 1 } }]));
  expect(await killSharedWorkers(world)).toBe(1);
  const upload = { on: 'rest', route: 'upload', userId: 'ann', times: 1 } as const;
  emulator.faults.add({ ...upload, type: 'cut', afterBytes: 10 });
  emulator.faults.add({ ...upload, type: 'status', status: 502, body: 'html' });
  await emulator.goOnline();
  await eventually(async () => expect((await shownFiles(ann)).map(({ state }) => state)).toEqual(['sent']), { timeoutMs: 120_000 });
  const noted = await ann.page.evaluate(() => (window as unknown as { noted: { files: { state: string }[] }[] }).noted.flatMap(({ files }) => files.map(({ state }) => state)));
  expect(noted).not.toContain('unknown');
  expect(emulator.journal.requests('upload', 'ann')).toBe(3);

  emulator.faults.add({ on: 'socket', frame: 'upstream', type: 'lose', userId: 'ann', times: 1 });
  await send(ann, BOB, messageList, { title: 'Again' });
  await eventually(async () => expect((await shownFiles(ann)).map(({ state }) => state)).toEqual(['sent', 'sent']), { timeoutMs: 120_000 });
  expect(emulator.journal.requests('upload', 'ann')).toBe(4);
  const atBob = await historyOf(await open('bob'), { ...BOB, conversationId: 'ann' });
  expect(atBob.map(({ type, msg, title }) => msg ?? `${String(type)} ${String(title)}`)).toEqual(['quote me', 'first', 'combine T', 'last', 'combine Again']);
}, 300_000);

test('[OB5] a combined message that came is forwarded by its address, without an upload; what the SDK cannot encode has failed, and says which', async () => {
  const tim = await open('tim');
  await watchFiles(tim);
  const [combined = {}] = (await historyOf(tim, BOB)).filter(({ type }) => type === 'combine');
  const { title, summary, compatibleText, url, secret, file_length, combineLevel } = combined;
  const before = world.emulator.files().length;
  await tim.page.evaluate((fields) => window.proof.chat().send({ conversation: { conversationId: 'ann', conversationType: 'singleChat' }, type: 'combine', ...fields } as never), { title, summary, compatibleText, url, secret, file_length, combineLevel });
  const ann = await open('ann');
  const forwarded = await found(ann, { ...BOB, conversationId: 'tim' }, ({ type }) => type === 'combine');
  expect(forwarded).toMatchObject({ title, combineLevel, secret });
  expect(await ann.page.evaluate((message) => window.proof.chat().sdk.call('downloadAndParseCombineMessage', message), { url: forwarded['url'], secret: forwarded['secret'] })).toHaveLength(7);
  expect(world.emulator.files()).toHaveLength(before);

  await send(tim, BOB, [{ id: 'not-sent-yet', type: 'txt', from: 'tim', to: 'bob', time: 1, msg: 'x' }]);
  await eventually(async () => {
    const states = await tim.page.evaluate(() => {
      const { outbox } = window.proof.chat();
      outbox.subscribe(() => undefined);
      return outbox.value?.items.map(({ state }) => state);
    });
    expect(states).toMatchObject([{ type: 'failed', reason: { code: 'invalid-argument', details: { parameter: 'messageList' } } }]);
  });
});
