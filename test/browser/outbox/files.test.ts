import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bytesOf, download, FILES_KEY, hashOf, progressOf, sendFile, shownFiles, watchFiles, type ShownFile } from '../../support/proof/files.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const MEGABYTE = 1024 * 1024;

let world: ProofWorld;

/** Counts, in every page, the messages from the worker that bring a file. */
const COUNT_FILES = `
self.filesTold = 0;
const seen = new WeakSet();
const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
Object.defineProperty(MessageEvent.prototype, 'data', {
  get() {
    const data = get.call(this);
    if (!seen.has(this)) {
      seen.add(this);
      JSON.stringify(data, (_name, value) => {
        if (value instanceof Blob) self.filesTold += 1;
        return value;
      });
    }
    return data;
  },
});`;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['bob'], conversations: 0 } }, { prelude: COUNT_FILES });
});
afterEach(() => world.emulator.faults.clear());
afterAll(() => world.close());

/** A profile with tabs of a user of its own, each watching the conversation with Bob. */
async function openTabs(userId: string, count: number) {
  world.emulator.seed({ accounts: [userId, 'bob'], owner: userId, conversations: 0 });
  const profile = await world.newProfile();
  const [first, ...others] = await world.openTabs(profile, userId, count);
  if (first === undefined) throw new Error('no tab');
  const tabs = [first, ...others];
  for (const tab of tabs) {
    await tab.live();
    await watchFiles(tab);
  }
  return { profile, first, tabs };
}

/** Uploads go at this pace from now on. */
function slowUploads(bytesPerSecond: number, times = 1): void {
  world.emulator.faults.add({ on: 'rest', route: 'upload', type: 'slow', bytesPerSecond, times });
}

/** Waits until every tab shows exactly these states of messages with files. */
async function expectStates(tabs: readonly Tab[], states: readonly string[]): Promise<void> {
  for (const tab of tabs) await eventually(async () => expect((await shownFiles(tab)).map(({ state }) => state)).toEqual(states));
}

const fileOf = async (tab: Tab): Promise<ShownFile | undefined> => (await shownFiles(tab)).at(-1);

const uploading = (tab: Tab): Promise<unknown> => eventually(async () => expect((await fileOf(tab))?.progress).toBeGreaterThan(0.1));

/** What the service has of a user's messages to Bob with files. */
const atService = (userId: string) => world.emulator.state.history(userId, 'bob').filter(({ type }) => type !== 'txt');

/** The file as Bob gets it: from the address that his message names. */
async function hashAtBob(userId: string): Promise<string> {
  const { emulator } = world;
  const profile = await world.newProfile();
  const [bob] = await world.openTabs(profile, 'bob', 1);
  if (bob === undefined) throw new Error('no tab');
  const urlOf = () =>
    bob.page.evaluate(async (from) => {
      const { messages } = await window.proof.chat().contact.getHistoryMessages({ targetId: from, chatType: 'singleChat', pageSize: 5 });
      return (messages as readonly { url?: string }[])[0]?.url;
    }, userId);
  const url = await urlOf();
  await profile.close();
  expect(url).toContain(emulator.apiUrl);
  return hashOf(await download(url ?? ''));
}

test('[OB5] three tabs see the progress of one upload at most ten times a second, and the other side gets the same bytes', async () => {
  const { profile, first, tabs } = await openTabs('ann', 3);
  slowUploads(3 * MEGABYTE);
  const beganAt = Date.now();
  const lift = world.emulator.faults.add({ on: 'rest', route: 'upload', type: 'hold' });
  await sendFile(first, { type: 'file', sizeBytes: 8 * MEGABYTE, filename: 'cargo.bin' });
  for (const tab of tabs) await uploading(tab);
  expect((await fileOf(first))?.localBytes).toBe(8 * MEGABYTE);
  lift();
  await expectStates(tabs, ['sent']);
  // On the clock of the test: a page that is slow is told of several shares in one moment.
  const lastedMs = Date.now() - beganAt;
  for (const tab of tabs) {
    const shares = await progressOf(tab);
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.length).toBeLessThanOrEqual(2 + lastedMs / 100);
    // When it was queued, and when it is uploaded: not with each step of its progress.
    expect(await tab.page.evaluate(() => (self as unknown as { filesTold: number }).filesTold)).toBe(2);
    const sent = await fileOf(tab);
    expect(sent?.localBytes).toBeUndefined();
    expect(sent?.fields).toMatchObject({ type: 'file', filename: 'cargo.bin', file_length: 8 * MEGABYTE });
  }
  expect(await hashAtBob('ann')).toBe(hashOf(bytesOf(8 * MEGABYTE)));
  await profile.close();
});

test('[OB4] [OB5] a worker killed in the middle of an upload: the next one uploads it, and the message is there once', async () => {
  const { profile, first, tabs } = await openTabs('ben', 2);
  slowUploads(MEGABYTE / 2);
  await sendFile(first, { type: 'video', sizeBytes: 6 * MEGABYTE, filename: 'film.mp4', fields: { length: 12 } });
  await uploading(first);
  expect(await killSharedWorkers(world)).toBe(1);
  await expectStates(tabs, ['sent']);
  expect(atService('ben')).toHaveLength(1);
  // The one that was killed is noticed when the emulator has read what had come of it.
  await eventually(() => expect(world.emulator.journal.requests('upload', 'ben')).toBe(2));
  expect(world.emulator.files().filter(({ by }) => by === 'ben')).toHaveLength(1);
  expect((await fileOf(first))?.fields).toMatchObject({ type: 'video', length: 12, filename: 'film.mp4' });
  expect(await hashAtBob('ben')).toBe(hashOf(bytesOf(6 * MEGABYTE)));
  await profile.close();
});

test('[OB3] [OB5] what is uploaded is not uploaded again when the answer to its message is lost, or the worker dies then', async () => {
  const { profile, first, tabs } = await openTabs('cleo', 1);
  const { emulator } = world;
  emulator.faults.add({ on: 'socket', frame: 'upstream', type: 'lose', userId: 'cleo', times: 1 });
  await sendFile(first, { type: 'file', sizeBytes: 1000, filename: 'a.bin' });
  // The message is told once its upload is stored, and then it is lost.
  await eventually(() => expect(emulator.faults.list()).toEqual([]));
  await killSharedWorkers(world);
  await expectStates(tabs, ['sent']);
  expect(atService('cleo')).toHaveLength(1);
  expect(emulator.journal.requests('upload', 'cleo')).toBe(1);
  await profile.close();
});

test('[OB4] files queued offline keep their bytes over a restart, and go out in order', async () => {
  const { profile, first } = await openTabs('dora', 1);
  await world.emulator.goOffline();
  for (const [index, type] of (['file', 'audio', 'file'] as const).entries()) await sendFile(first, { type, sizeBytes: MEGABYTE + index, filename: `${index}.bin` });
  await expectStates([first], ['queued', 'queued', 'queued']);
  await killSharedWorkers(world);
  await eventually(async () => expect((await shownFiles(first)).map(({ localBytes }) => localBytes)).toEqual([0, 1, 2].map((more) => MEGABYTE + more)));
  await world.emulator.goOnline();
  await expectStates([first], ['sent', 'sent', 'sent']);
  expect(world.emulator.files().filter(({ by }) => by === 'dora').map(({ filename, bytes }) => [filename, hashOf(bytes)])).toEqual(
    [0, 1, 2].map((index) => [`${index}.bin`, hashOf(bytesOf(MEGABYTE + index))]),
  );
  expect(atService('dora').map(({ type }) => type)).toEqual(['file', 'audio', 'file']);
  await profile.close();
});

test('[OB5] discarded while it is uploaded, the upload ends, nothing is sent, and the next message goes at once', async () => {
  const { profile, first, tabs } = await openTabs('eve', 2);
  slowUploads(MEGABYTE / 2);
  const clientId = await sendFile(first, { type: 'file', sizeBytes: 8 * MEGABYTE });
  await uploading(first);
  await first.page.evaluate((id) => window.proof.chat().discard(id), clientId);
  await expectStates(tabs, []);
  await sendFile(first, { type: 'file', sizeBytes: 10 });
  await expectStates(tabs, ['sent']);
  await eventually(() => expect(world.emulator.journal.entries({ kind: 'rest', name: 'upload', userId: 'eve' }).map(({ detail }) => detail)).toContainEqual({ cut: true }));
  expect(atService('eve')).toHaveLength(1);
  expect(world.emulator.files().filter(({ by }) => by === 'eve')).toHaveLength(1);
  await profile.close();
});

test('[OB5] an upload that is cut off, answered with 502 or half an answer, or refused for its token, is tried again by itself', async () => {
  const { profile, first, tabs } = await openTabs('fay', 1);
  const { faults } = world.emulator;
  const shared = { on: 'rest', route: 'upload', userId: 'fay', times: 1 } as const;
  faults.add({ ...shared, type: 'cut', afterBytes: 300_000 });
  faults.add({ ...shared, type: 'status', status: 502, body: 'html' });
  faults.add({ ...shared, type: 'malformed' });
  faults.add({ ...shared, type: 'status', status: 401 });
  await sendFile(first, { type: 'file', sizeBytes: MEGABYTE });
  await eventually(async () => expect((await shownFiles(first)).map(({ state }) => state)).toEqual(['sent']), { timeoutMs: 120_000 });
  expect(atService('fay')).toHaveLength(1);
  expect(world.emulator.journal.requests('upload', 'fay')).toBe(5);
  const states = await tabs[0]?.page.evaluate(() => (window as unknown as { noted: { files: { state: string }[] }[] }).noted.flatMap(({ files }) => files.map(({ state }) => state)));
  expect(new Set(states)).toEqual(new Set(['queued', 'sending', 'sent']));
  await profile.close();
});

test('[OB3] a file that the service finds too large has failed, says so, and can be discarded', async () => {
  const { profile, first } = await openTabs('gil', 1);
  world.emulator.policies.maxFileBytes = MEGABYTE;
  const clientId = await sendFile(first, { type: 'file', sizeBytes: 2 * MEGABYTE });
  await expectStates([first], ['failed']);
  const [waiting] = await first.page.evaluate(async () => {
    const { outbox } = window.proof.chat();
    const unsubscribe = outbox.subscribe(() => undefined);
    while (outbox.value === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    unsubscribe();
    return outbox.value.items;
  });
  expect(waiting).toMatchObject({ clientId, kind: 'message', state: { type: 'failed', reason: { code: 'refused', details: { reason: 'too-large', httpStatus: 413 } } } });
  await first.page.evaluate((id) => window.proof.chat().discard(id), clientId);
  await expectStates([first], []);
  world.emulator.policies.maxFileBytes = 10 * MEGABYTE;
  await profile.close();
});

test('[OB5] an image is sent with its size and shown with what the service makes of it', async () => {
  const { profile, first } = await openTabs('hal', 1);
  await first.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(320, 200);
    canvas.getContext('2d')?.fillRect(10, 10, 100, 100);
    const data = new File([await canvas.convertToBlob({ type: 'image/png' })], 'quay.png', { type: 'image/png' });
    await window.proof.chat().send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'img', file: { data } });
  });
  await expectStates([first], ['sent']);
  const { fields } = (await fileOf(first)) ?? {};
  expect(fields).toMatchObject({ type: 'img', width: 320, height: 200, file_length: world.emulator.files().at(-1)?.bytes.length });
  expect(fields?.['thumb']).toBe(`${String(fields?.['url'])}&thumbnail=true`);
  expect(world.emulator.files().at(-1)).toMatchObject({ filename: 'quay.png', contentType: 'image/png', isRestricted: true });
  expect(hashOf(await download(String(fields?.['thumb'])))).toBe(hashOf(world.emulator.files().at(-1)?.bytes ?? Buffer.alloc(0)));
  await profile.close();
});

test('[ER2] what is no file, empty, too large, or gone from the disk, is refused before anything is stored', async () => {
  const { profile, first } = await openTabs('ida', 1);
  const dir = await mkdtemp(join(tmpdir(), 'moorage-files-'));
  const path = join(dir, 'gone.bin');
  await writeFile(path, 'soon gone');
  await first.page.evaluate(() => document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'pick' })));
  await first.page.setInputFiles('#pick', path);
  await rm(dir, { recursive: true });
  const refusals = await first.page.evaluate(async () => {
    const picked = document.querySelector<HTMLInputElement>('#pick')?.files?.[0];
    const conversation = { conversationId: 'bob', conversationType: 'singleChat' } as const;
    const send = (message: object): Promise<unknown> =>
      window.proof
        .chat()
        .send({ conversation, type: 'file', ...message })
        .then(
          () => 'sent',
          (error: { code: string; details: object }) => [error.code, error.details],
        );
    return Promise.all([
      send({}),
      send({ file: 'text' }),
      send({ file: { data: 'text' } }),
      send({ file: { data: new Blob([]) } }),
      send({ file: { data: new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]) } }),
      send({ file: { data: new Blob(['x']), filename: 7 } }),
      send({ file: { data: new Blob(['x']), filetype: {} } }),
      send({ type: 'txt', msg: 'hi', file: { data: new Blob(['x']) } }),
      send({ file: { data: new Blob(['x']) }, url: 'https://files.example/x' }),
      send({ file: { data: picked } }),
    ]);
  });
  const refused = (parameter: string, more: object = {}) => ['invalid-argument', { parameter, ...more }];
  expect(refusals).toEqual([
    refused('file'),
    refused('file'),
    refused('file.data'),
    refused('file.data'),
    refused('file.data', { maxBytes: 10 * MEGABYTE, sizeBytes: 10 * MEGABYTE + 1 }),
    refused('file.filename'),
    refused('file.filetype'),
    refused('file'),
    refused('file'),
    refused('file.data'),
  ]);
  expect(await shownFiles(first)).toEqual([]);
  // The database has not suffered.
  await sendFile(first, { type: 'file', sizeBytes: 10 });
  await expectStates([first], ['sent']);
  await profile.close();
});

test('[OB5] a file that was uploaded before is sent by its address, without an upload', async () => {
  const { profile, first } = await openTabs('jon', 1);
  await sendFile(first, { type: 'audio', sizeBytes: 5000, filename: 'a.mp3', fields: { length: 3 } });
  await expectStates([first], ['sent']);
  const { url, secret } = (await fileOf(first))?.fields ?? {};
  await first.page.evaluate(
    ({ url, secret }) =>
      window.proof.chat().send({
        conversation: { conversationId: 'bob', conversationType: 'singleChat' },
        ...{ type: 'audio', url, secret, filename: 'again.mp3', file_length: 5000, length: 3 },
      }),
    { url, secret },
  );
  await expectStates([first], ['sent', 'sent']);
  expect((await fileOf(first))?.fields).toMatchObject({ url, secret, filename: 'again.mp3', file_length: 5000, length: 3 });
  expect(world.emulator.journal.requests('upload', 'jon')).toBe(1);
  expect(hashOf(await download(String((await fileOf(first))?.fields['url'])))).toBe(hashOf(bytesOf(5000)));
  expect(await first.messages(FILES_KEY)).toHaveLength(2);
  await profile.close();
});
