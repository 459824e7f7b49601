import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import type { Conversation, TimelineItem } from '../../../src/protocol/model.ts';
import { message } from '../../support/messages.ts';
import { connected, eventually, quiet, rejection } from './harness.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;

/** @returns A conversation whose last message has this number: greater numbers come first. */
function conversation(conversationId: string, number: number, fields: Partial<Conversation> = {}): Conversation {
  return {
    conversationId,
    conversationType: 'singleChat',
    unReadCount: 0,
    lastMessage: message(number),
    isPinned: false,
    pinnedTime: 0,
    marks: [],
    mentions: 0,
    isMuted: false,
    isMarkedUnread: false,
    ...fields,
  };
}

const item = (number: number): TimelineItem => ({
  type: 'message',
  key: `m${number}`,
  message: message(number),
  state: { type: 'received' },
});
const state = { hasOlder: true, hasNewer: false, isLoading: false, error: null } as const;

async function watching() {
  const harness = await connected();
  const list = harness.chat.conversations();
  const seen: string[] = [];
  const stop = list.subscribe(({ rows }) => seen.push(rows.map((row) => row.conversationId).join(' ')));
  await eventually(() => harness.worker.tab.subscription('conversations'));
  const rows = [conversation('a', 30), conversation('b', 20), conversation('c', 10)];
  harness.worker.tab.snapshot('conversations', { rows, total: 3 });
  await eventually(() => expect(seen).toEqual(['a b c']));
  return { ...harness, list, seen, stop };
}

describe('value and subscribe', () => {
  test('a value is undefined until it is known; a listener is called at once when it is, and after each change', async () => {
    const { chat, worker } = await connected();
    expect(chat.unread.value).toBeUndefined();
    const first: number[] = [];
    const second: number[] = [];
    chat.unread.subscribe((total) => first.push(total));
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 1);
    await eventually(() => expect(first).toEqual([1]));
    chat.unread.subscribe((total) => second.push(total));
    expect(second).toEqual([1]);
    worker.tab.patch('unread', 2);
    worker.tab.patch('unread', 2);
    worker.tab.patch('unread', 0);
    await eventually(() => expect(second).toEqual([1, 2, 0]));
    expect(first).toEqual([1, 2, 0]);
  });

  test('both work taken off the query, as useSyncExternalStore takes them', async () => {
    const { chat, worker } = await connected();
    const { subscribe } = chat.conversation(bob);
    const listener = vi.fn();
    const stop = subscribe(listener);
    await eventually(() => worker.tab.subscription('conversation'));
    worker.tab.snapshot('conversation', null);
    await eventually(() => expect(listener).toHaveBeenCalledWith(null));
    stop();
    stop();
  });

  test('a conversation that is not stored is null, not unknown', async () => {
    const { chat, worker } = await connected();
    const query = chat.conversation(bob);
    query.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('conversation'));
    worker.tab.snapshot('conversation', null);
    await eventually(() => expect(query.value).toBeNull());
  });

  test('a function subscribed twice is called twice, and each subscription ends by itself', async () => {
    const { chat, worker } = await connected();
    const listener = vi.fn();
    const stop = chat.unread.subscribe(listener);
    chat.unread.subscribe(listener);
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 1);
    await eventually(() => expect(listener).toHaveBeenCalledTimes(2));
    stop();
    worker.tab.patch('unread', 2);
    await eventually(() => expect(listener).toHaveBeenCalledTimes(3));
  });

  test('a listener that throws disturbs nobody, and its error is reported', async () => {
    const { chat, page, worker } = await connected();
    const error = new Error('broken view');
    chat.unread.subscribe(() => {
      throw error;
    });
    const listener = vi.fn();
    chat.unread.subscribe(listener);
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 1);
    await eventually(() => expect(listener).toHaveBeenCalledWith(1));
    expect(page.errors).toEqual([error]);
  });

  test('a listener that ends another subscription keeps it from being called', async () => {
    const { chat, worker } = await connected();
    let stop: () => void = () => undefined;
    chat.unread.subscribe(() => stop());
    const listener = vi.fn();
    stop = chat.unread.subscribe(listener);
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 1);
    await eventually(() => expect(chat.unread.value).toBe(1));
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('sharing', () => {
  const subscribed = (received: readonly { readonly type: string }[], type = 'subscribe') =>
    received.filter((each) => each.type === type);

  test('equal queries are one object and one subscription; other limits are others', async () => {
    const { chat, worker } = await connected();
    expect(chat.conversations({ limit: 30 })).toBe(chat.conversations({ limit: 30 }));
    expect(chat.timeline({ ...bob })).toBe(chat.timeline({ ...bob }));
    chat.conversations({ limit: 30 }).subscribe(() => undefined);
    chat.conversations({ limit: 30 }).subscribe(() => undefined);
    chat.conversations().subscribe(() => undefined);
    await quiet();
    const queries = worker.tab.received.flatMap((each) => (each.type === 'subscribe' ? [each.query] : []));
    expect(queries).toEqual([{ type: 'status' }, { type: 'conversations', limit: 30 }, { type: 'conversations' }]);
  });

  test('the last one to leave ends it a second later; who comes back before that finds what is known', async () => {
    const { page, worker, list, stop } = await watching();
    const number = worker.tab.subscription('conversations');
    const stopOther = list.subscribe(() => undefined);
    stop();
    stop();
    page.pass(10_000);
    await quiet();
    expect(subscribed(worker.tab.received, 'unsubscribe')).toEqual([]);
    stopOther();
    page.pass(999);
    worker.tab.patch('conversations', { upserts: [conversation('d', 5)], removes: [], total: 4 });
    await eventually(() => expect(list.value?.total).toBe(4));
    const listener = vi.fn();
    const again = list.subscribe(listener);
    expect(listener).toHaveBeenCalledWith(expect.objectContaining({ total: 4 }));
    page.pass(10_000);
    again();
    page.pass(999);
    await quiet();
    expect(subscribed(worker.tab.received, 'unsubscribe')).toEqual([]);
    page.pass(1);
    await eventually(() =>
      expect(subscribed(worker.tab.received, 'unsubscribe')).toEqual([{ type: 'unsubscribe', subscription: number }]),
    );
    expect(subscribed(worker.tab.received)).toHaveLength(2);
    expect(list.value).toBeUndefined();
  });

  test('[TB2] a timer is set only while something lingers, and one for each query', async () => {
    const { page, chat, stop } = await watching();
    expect(page.timers()).toEqual([]);
    for (let round = 0; round < 100; round += 1) chat.unread.subscribe(() => undefined)();
    stop();
    expect(page.timers()).toEqual([1_000, 1_000]);
    page.pass(1_000);
    expect(page.timers()).toEqual([]);
  });

  test('of a query that nobody has, nothing stays; one that somebody has stays one object', async () => {
    const { page, chat } = await connected();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kept = chat.conversations({ search: 'kept' });
    const search = (text: string): WeakRef<object> => {
      const query = chat.conversations({ search: text });
      query.subscribe(() => undefined)();
      return new WeakRef(query);
    };
    const gone = search('gone');
    const lingering = search('lingering');
    page.pass(1_000);
    chat.conversations({ search: 'lingering' }).subscribe(() => undefined);
    await eventually(() => {
      collect();
      // Not the object itself: a failed check would keep it.
      expect(gone.deref() === undefined).toBe(true);
    });
    expect(lingering.deref()).toBe(chat.conversations({ search: 'lingering' }));
    expect(chat.conversations({ search: 'kept' })).toBe(kept);
  });

  test('messages of a subscription that has ended reach nobody', async () => {
    const { page, worker, list, seen, stop } = await watching();
    const old = worker.tab.subscription('conversations');
    stop();
    page.pass(1_000);
    list.subscribe(({ rows }) => seen.push(`new ${rows.length}`));
    await eventually(() => expect(worker.tab.subscription('conversations')).not.toBe(old));
    worker.tab.post({ type: 'snapshot', subscription: old, query: 'conversations', value: { rows: [], total: 0 } });
    worker.tab.snapshot('conversations', { rows: [conversation('z', 1)], total: 1 });
    await eventually(() => expect(seen).toEqual(['a b c', 'new 1']));
  });
});

describe('patches', () => {
  test('[UR2] rows move, come and go by the shared order; the total comes along', async () => {
    const { worker, list, seen } = await watching();
    worker.tab.patch('conversations', { upserts: [conversation('c', 40), conversation('d', 25)], removes: [], total: 4 });
    worker.tab.patch('conversations', { upserts: [conversation('b', 20, { isPinned: true, pinnedTime: 1 })], removes: [], total: 4 });
    worker.tab.patch('conversations', { upserts: [], removes: ['singleChat:a', 'singleChat:unknown'] as never, total: 3 });
    await eventually(() => expect(seen).toEqual(['a b c', 'c a d b', 'b c a d', 'b c d']));
    expect(list.value?.total).toBe(3);
  });

  test('rows that did not change stay the same objects; values that were given out do not change', async () => {
    const { worker, list } = await watching();
    const before = list.value;
    worker.tab.patch('conversations', { upserts: [conversation('b', 50)], removes: [], total: 3 });
    await eventually(() => expect(list.value).not.toBe(before));
    expect(list.value?.rows[1]).toBe(before?.rows[0]);
    expect(list.value?.rows[2]).toBe(before?.rows[2]);
    expect(before?.rows.map((row) => row.conversationId)).toEqual(['a', 'b', 'c']);
    expect(list.value).toBe(list.value);
  });

  test('an own message keeps its key and moves to its place when the service has accepted it', async () => {
    const { chat, worker } = await connected();
    const timeline = chat.timeline(bob);
    timeline.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('timeline'));
    const queued: TimelineItem = { type: 'message', key: 'c1', message: message(0), state: { type: 'queued' } };
    worker.tab.snapshot('timeline', { items: [item(1), item(2), queued], state });
    const sent: TimelineItem = { ...queued, message: message(3), state: { type: 'sent' } };
    worker.tab.patch('timeline', { upserts: [sent, item(4)], removes: [], state });
    await eventually(() => expect(timeline.value?.items.map(({ key }) => key)).toEqual(['m1', 'm2', 'c1', 'm4']));
  });

  test('[TB4] a missed number asks for fresh snapshots, and nothing is patched before they come', async () => {
    const { worker, list, seen } = await watching();
    worker.tab.patch('conversations', { upserts: [conversation('x', 99)], removes: [], total: 4 }, 9);
    await eventually(() => expect(worker.tab.received.at(-1)).toEqual({ type: 'resync' }));
    worker.tab.patch('conversations', { upserts: [conversation('y', 98)], removes: [], total: 5 });
    worker.tab.snapshot('conversations', { rows: [conversation('n', 1)], total: 1 });
    worker.tab.patch('conversations', { upserts: [conversation('m', 2)], removes: [], total: 2 });
    await eventually(() => expect(seen).toEqual(['a b c', 'n', 'm n']));
    expect(list.value?.total).toBe(2);
    expect(worker.tab.received.filter(({ type }) => type === 'resync')).toHaveLength(1);
  });
});

describe('loadOlder', () => {
  test('subscribes for as long as it takes, and names the subscription', async () => {
    const { chat, page, worker } = await connected();
    worker.answer = () => ({ ok: true, value: { added: 50, hasOlder: true } });
    const load = chat.timeline(bob).loadOlder();
    await eventually(() => worker.tab.subscription('timeline'));
    await quiet();
    expect(worker.calls).toEqual([]);
    worker.tab.snapshot('timeline', { items: [], state });
    expect(await load).toEqual({ added: 50, hasOlder: true });
    expect(worker.calls).toEqual([{ method: 'loadOlder', args: [{ subscription: worker.tab.subscription('timeline') }] }]);
    page.pass(1_000);
    await eventually(() => expect(worker.tab.received.at(-1)?.type).toBe('unsubscribe'));
  });

  test('[TB3] concurrent calls are one; a failed one can be made again', async () => {
    const { chat, worker } = await connected();
    const timeline = chat.timeline(bob);
    timeline.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('timeline'));
    worker.tab.snapshot('timeline', { items: [], state });
    const error = { code: 'offline', message: 'no network', retryable: true, details: {} } as const;
    worker.answer = () => ({ ok: false, error });
    await Promise.all([rejection(timeline.loadOlder(), 'offline'), rejection(timeline.loadOlder(), 'offline')]);
    expect(worker.calls).toHaveLength(1);
    worker.answer = () => ({ ok: true, value: { added: 0, hasOlder: false } });
    expect(await timeline.loadOlder()).toEqual({ added: 0, hasOlder: false });
  });

  test('[TB3] waits for the next worker to know the timeline: its number would be bad input before', async () => {
    const { chat, worker } = await connected();
    const timeline = chat.timeline(bob);
    timeline.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('timeline'));
    worker.tab.snapshot('timeline', { items: [], state });
    await eventually(() => expect(timeline.value).toBeDefined());
    worker.answer = () => ({ ok: true, value: { added: 50, hasOlder: true } });
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    const load = timeline.loadOlder();
    await eventually(() => worker.tab.subscription('timeline'));
    await quiet();
    expect(worker.calls).toEqual([]);
    worker.tab.snapshot('timeline', { items: [], state });
    expect(await load).toEqual({ added: 50, hasOlder: true });
  });

  test('[TB3] settles when the connection is closed before the timeline was known', async () => {
    const { chat } = await connected();
    const load = rejection(chat.timeline(bob).loadOlder(), 'closed');
    await quiet();
    chat.close();
    await load;
  });
});
