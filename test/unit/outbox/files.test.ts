import { expect, test } from 'vitest';
import { SyncError, type SyncErrorCode } from '../../../src/protocol/errors.ts';
import type { TimelineItem } from '../../../src/protocol/model.ts';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import type { UploadRequest } from '../../../src/worker/service/chat-service.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';
import { untilInTime } from './until-in-time.ts';

type MessageItem = Extract<TimelineItem, { readonly type: 'message' }>;

const messagesOf = (value: QueryValue['timeline'] | undefined): readonly MessageItem[] =>
  (value?.items ?? []).filter((item): item is MessageItem => item.type === 'message');
const statesOf = (value: QueryValue['timeline'] | undefined): string => messagesOf(value).map(({ state }) => state.type).join();
const fileOf = (text: string) => ({ data: new Blob([text], { type: 'text/plain' }), filename: `${text}.txt` });
const send = { conversation: bob, type: 'file' } as const;

async function openLive() {
  const world = openWorld();
  const tab = await world.openTab();
  await untilLive(world, tab);
  const timeline = watch(tab.chat.timeline(bob));
  await world.until(() => timeline.value !== undefined);
  const uploads = (): readonly UploadRequest[] =>
    world.server.faults.calls.flatMap(({ name, request }) => (name === 'uploadFile' ? [request as UploadRequest] : []));
  const history = () => world.server.history('alice', bob);
  return { world, tab, timeline, uploads, history };
}

test('[OB5] a file is uploaded, then its message is sent with where it is, and without the file', async () => {
  const { world, tab, timeline, history } = await openLive();
  await tab.chat.send({ ...send, file: fileOf('cargo') });
  await world.until(() => statesOf(timeline.value) === 'sent');
  expect(history()).toMatchObject([{ type: 'file', url: 'https://files.example/1', filename: 'cargo.txt', filetype: 'text/plain', file_length: 5 }]);
  expect(history()[0]).not.toHaveProperty('file');
  expect(messagesOf(timeline.value)[0]?.message).not.toHaveProperty('file');
  expect(await world.server.files.get('https://files.example/1')?.data.text()).toBe('cargo');
});

test('[OB5] until it is sent every tab has the file; progress is told at most ten times a second, without it', async () => {
  const { world, tab, timeline, uploads } = await openLive();
  const other = await world.openTab();
  const others = watch(other.chat.timeline(bob));
  await world.until(() => others.value !== undefined);
  const release = world.server.faults.hold('uploadFile');
  await tab.chat.send({ ...send, file: fileOf('cargo') });
  await world.until(() => uploads().length === 1);
  await world.clock.advance(100);
  await world.settle();
  const [before] = messagesOf(others.value);
  expect(before?.state).toEqual({ type: 'sending', progress: 0 });
  const told: unknown[] = [];
  const unsubscribe = other.chat.timeline(bob).subscribe(() => told.push(messagesOf(others.value)[0]?.state));
  for (let percent = 1; percent < 100; percent += 1) {
    uploads()[0]?.onProgress(percent / 100);
    await world.clock.advance(20);
  }
  await world.settle();
  unsubscribe();
  expect(told.length).toBeGreaterThan(10);
  expect(told.length).toBeLessThanOrEqual(20);
  const [after] = messagesOf(others.value);
  expect(after?.state).toMatchObject({ type: 'sending', progress: expect.closeTo(0.95, 1) as number });
  // The very object of the first time: nothing of it was sent again.
  expect(after?.message).toBe(before?.message);
  expect(await (after?.message as { file?: { data?: Blob } }).file?.data?.text()).toBe('cargo');
  release();
  await world.until(() => statesOf(timeline.value) === 'sent' && statesOf(others.value) === 'sent');
});

test('[OB4] [OB5] killed while it is uploaded, the next engine uploads it; killed after that, it is not uploaded again', async () => {
  const { world, tab, timeline, uploads, history } = await openLive();
  const release = world.server.faults.hold('uploadFile');
  await tab.chat.send({ ...send, file: fileOf('cargo') });
  await world.until(() => uploads().length === 1);
  world.killWorker();
  const sendLater = world.server.faults.hold('send');
  release();
  await world.until(() => world.server.faults.held('send') === 1);
  expect(uploads()).toHaveLength(2);
  world.killWorker();
  sendLater();
  await untilInTime(world, () => statesOf(timeline.value) === 'sent');
  expect(uploads()).toHaveLength(2);
  expect(history()).toHaveLength(1);
  expect(await world.server.files.get(String(history()[0]?.['url']))?.data.text()).toBe('cargo');
});

test.each(['offline', 'timeout', 'service-failed', 'bad-response', 'rate-limited', 'unauthorized'] satisfies readonly SyncErrorCode[])(
  '[OB5] an upload that ends with %s is tried again by itself, and nothing is in doubt',
  async (code) => {
    const { world, tab, timeline, uploads, history } = await openLive();
    const seen = new Set<string>();
    timeline.subscribe(() => seen.add(statesOf(timeline.value)));
    world.server.faults.failNext('uploadFile', new SyncError(code, 'not now'));
    await tab.chat.send({ ...send, file: fileOf('cargo') });
    await untilInTime(world, () => statesOf(timeline.value) === 'sent');
    expect(uploads()).toHaveLength(2);
    expect(history()).toHaveLength(1);
    expect([...seen].filter((state) => !['', 'queued', 'sending', 'sent'].includes(state))).toEqual([]);
  },
);

test('[OB5] an upload that is refused for its token is made again with another one', async () => {
  const { world, tab, timeline, uploads } = await openLive();
  const renewed = world.server.faults.count('renewToken');
  world.server.faults.failNext('uploadFile', new SyncError('unauthorized', 'expired'));
  await tab.chat.send({ ...send, file: fileOf('cargo') });
  await untilInTime(world, () => statesOf(timeline.value) === 'sent');
  expect([uploads().length, world.server.faults.count('renewToken') - renewed + world.server.faults.count('connect') - 1]).toEqual([2, 1]);
});

test('[OB3] an upload that the service refuses has failed with its reason, and can be retried', async () => {
  const { world, tab, timeline, history } = await openLive();
  world.server.faults.failNext('uploadFile', new SyncError('refused', 'no', { details: { reason: 'too-large' } }));
  const { clientId } = await tab.chat.send({ ...send, file: fileOf('cargo') });
  await world.until(() => statesOf(timeline.value) === 'failed');
  expect(messagesOf(timeline.value)[0]?.state).toMatchObject({ reason: { code: 'refused', details: { reason: 'too-large' } } });
  expect(history()).toEqual([]);
  await tab.chat.retry(clientId);
  await world.until(() => statesOf(timeline.value) === 'sent');
});

test('[OB5] an upload of which nothing is heard is given up and made again', async () => {
  const { world, tab, timeline, uploads } = await openLive();
  world.server.faults.failNext('uploadFile', { type: 'hang' });
  await tab.chat.send({ ...send, file: fileOf('cargo') });
  await world.until(() => uploads().length === 1);
  await world.clock.advance(15_000);
  uploads()[0]?.onProgress(0.5);
  await world.clock.advance(15_000);
  expect(uploads()[0]?.signal.aborted).toBe(false);
  await untilInTime(world, () => statesOf(timeline.value) === 'sent');
  expect(uploads()).toHaveLength(2);
  expect(uploads()[0]?.signal.aborted).toBe(true);
});

test('[OB5] discarded while it is uploaded, the upload ends and nothing is sent; the next message goes', async () => {
  const { world, tab, timeline, uploads, history } = await openLive();
  const release = world.server.faults.hold('uploadFile');
  const { clientId } = await tab.chat.send({ ...send, file: fileOf('cargo') });
  await tab.chat.send({ conversation: bob, type: 'txt', msg: 'next' });
  await world.until(() => uploads().length === 1);
  await tab.chat.discard(clientId);
  expect(uploads()[0]?.signal.aborted).toBe(true);
  await world.until(() => statesOf(timeline.value) === 'sent');
  release();
  await world.settle();
  expect(history().map(({ type }) => type)).toEqual(['txt']);
});

test('[ST5] logging out ends an upload', async () => {
  const { world, tab, uploads } = await openLive();
  world.server.faults.hold('uploadFile');
  await tab.chat.send({ ...send, file: fileOf('cargo') });
  await world.until(() => uploads().length === 1);
  await tab.chat.logOut({ queued: 'discard' });
  expect(uploads()[0]?.signal.aborted).toBe(true);
});

test('[ER2] a disk that cannot hold the file refuses it whole: nothing is stored, nothing is shown', async () => {
  const { world, tab, timeline } = await openLive();
  world.disk.fill(1);
  await expect(tab.chat.send({ ...send, file: fileOf('cargo') })).rejects.toMatchObject({ code: 'storage-full' });
  await world.settle();
  expect(messagesOf(timeline.value)).toEqual([]);
});
