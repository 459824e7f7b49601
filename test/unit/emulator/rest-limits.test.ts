import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { listRoutes } from '../../../emulator/journal.ts';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ seed: { conversations: 4, messagesPerConversation: 30 } });
});
afterEach(() => emulator.close());

function ask(path: string, body?: object): Promise<Response> {
  return fetch(`${emulator.apiUrl}/moorage/demo/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${emulator.issueToken('alice')}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

type Row = { session_to: string; is_top: boolean; marks: string[]; unread_num: number };

async function list(): Promise<Row[]> {
  const answer = await ask('sdk/user/alice/user_channels/list?limit=50');
  return ((await answer.json()) as { data: { channel_infos: Row[] } }).data.channel_infos;
}

const page = { queue: 'bob@easemob.com', start: -1, pull_number: 50 };

async function history(query: object = {}): Promise<{ msgs: { msg: string }[]; next_key: string; is_last: boolean }> {
  const answer = await ask('users/alice/messageroaming', { ...page, ...query });
  return ((await answer.json()) as { data: Awaited<ReturnType<typeof history>> }).data;
}

test('[EM8] lists and history have their own limits a minute, and say when to come back', async () => {
  emulator.policies.listCallsPerMinute = 2;
  emulator.policies.historyCallsPerMinute = 1;
  const statuses = [await list(), await list()].map((rows) => rows.length);
  expect(statuses).toEqual([4, 4]);
  const refusedList = await ask('sdk/user/alice/user_channels/list');
  expect((await ask('users/alice/messageroaming', page)).status).toBe(200);
  const refusedHistory = await ask('users/alice/messageroaming', page);
  for (const answer of [refusedList, refusedHistory]) {
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(50);
  }
});

test('[EM9] the journal tells the most list calls of a minute, refused ones too', async () => {
  emulator.policies.listCallsPerMinute = 2;
  for (let call = 0; call < 3; call += 1) await ask('sdk/user/alice/user_channels/list');
  await ask('users/alice/user_channels');
  expect(emulator.journal.peak(listRoutes, 'alice')).toBe(4);
  expect(emulator.journal.peak('conversation-list', 'alice')).toBe(3);
  expect(emulator.journal.peak('conversation-list', 'bob')).toBe(0);
  // Once more, later than the last of them in whole milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 60));
  await ask('sdk/user/alice/user_channels/list');
  const [first = 0, , , last = 0] = emulator.journal.entries({ name: 'conversation-list' }).map(({ time }) => time);
  expect(emulator.journal.peak('conversation-list', 'alice', last - first)).toBe(3);
  expect(emulator.journal.peak('conversation-list', 'alice', last - first + 1)).toBe(4);
});

test('[EM3] past the retention floor there is nothing, and the page before it is the last', async () => {
  const messages = emulator.state.history('alice', 'bob');
  const [oldest] = messages.slice(-10);
  // Messages are three minutes apart: one minute of slack, since the floor moves with the clock.
  emulator.policies.retentionMs = Date.now() - (oldest?.time ?? 0) + 60_000;
  const up = await history({ pull_number: 6 });
  expect([up.msgs.length, up.is_last]).toEqual([6, false]);
  const rest = await history({ start: up.next_key });
  expect([rest.msgs.length, rest.is_last]).toEqual([4, true]);
  const down = await history({ is_positive: true });
  expect([down.msgs.length, down.is_last]).toEqual([10, true]);
  expect(emulator.state.history('alice', 'bob')).toEqual(messages.slice(-10));
});

test('[EM12] frozen lists show nothing new until they thaw: messages, deletions, pins, marks', async () => {
  const before = await list();
  emulator.freezeLists();
  emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'unseen' });
  emulator.write({ from: 'stranger', to: 'alice', chatType: 'singleChat', text: 'unseen' });
  await ask('sdk/user/alice/user_channel/top?resource=r', { to: 'carol', type: 'chat' });
  await fetch(`${emulator.apiUrl}/moorage/demo/user/alice/user_channel?resource=r`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${emulator.issueToken('alice')}` },
    body: JSON.stringify({ channel: 'group-0001', type: 'groupchat', delete_roam: false }),
  });
  expect(await list()).toEqual(before);
  emulator.thawLists();
  const after = await list();
  expect(after.map((row) => row.session_to)).toEqual(['stranger', 'bob', 'carol', 'peer-0001']);
  expect(after.map((row) => row.is_top)).toEqual([false, false, true, false]);
  expect(after[1]?.unread_num).toBe(1);
});

test('[EM12] a list that lags shows a deleted conversation for as long', async () => {
  expect((await list()).map((row) => row.session_to)).toContain('bob');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  emulator.policies.listLagMs = 150;
  await fetch(`${emulator.apiUrl}/moorage/demo/user/alice/user_channel?resource=r`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${emulator.issueToken('alice')}` },
    body: JSON.stringify({ channel: 'bob', type: 'chat', delete_roam: true }),
  });
  vi.advanceTimersByTime(149);
  expect((await list()).map((row) => row.session_to)).toContain('bob');
  expect(emulator.state.conversations('alice').map((row) => row.id)).not.toContain('bob');
  vi.advanceTimersByTime(1);
  expect((await list()).map((row) => row.session_to)).not.toContain('bob');
});

test('[EM12] a damaged message is there and cannot be decoded, until it is mended', async () => {
  const { msgs } = await history();
  const [newest] = emulator.state.history('alice', 'bob').slice(-1);
  emulator.damage({ messageId: newest?.id ?? '' });
  const damaged = (await history()).msgs;
  expect(damaged).toHaveLength(msgs.length);
  expect(damaged.map(({ msg }, index) => msg === msgs[index]?.msg)).toEqual(msgs.map((_, index) => index > 0));
  emulator.damage({ messageId: newest?.id ?? '', mend: true });
  expect((await history()).msgs).toEqual(msgs);
});
