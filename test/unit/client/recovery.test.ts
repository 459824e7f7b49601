import { describe, expect, test } from 'vitest';
import { connect } from '../../../src/client/connect.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import { CALL_TIMEOUT_MS, HANDSHAKE_TIMEOUT_MS } from '../../../src/protocol/limits.ts';
import { connected, eventually, prepare, quiet, rejection } from './harness.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const never = (): Promise<never> => new Promise(() => undefined);

describe('death of the worker', () => {
  test('[TB2][TB4] is seen by its lock: a new one is made, the old lock is let go, live queries are asked anew', async () => {
    const { chat, page, worker } = await connected();
    const seen: number[] = [];
    chat.unread.subscribe((total) => seen.push(total));
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 3);
    await eventually(() => expect(seen).toEqual([3]));
    const [before] = worker.tabs;

    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await eventually(() => worker.tab.subscription('unread'));
    expect(chat.unread.value).toBe(3);
    expect(page.locks.isHeld(before?.hello.tabLock ?? '')).toBe(false);
    worker.tab.snapshot('unread', 4);
    worker.tab.patch('unread', 5);
    await eventually(() => expect(seen).toEqual([3, 4, 5]));
  });

  test('[TB3] an idempotent call in flight is made again, once, on the next worker', async () => {
    const { chat, worker } = await connected();
    worker.answer = never;
    const call = chat.localCache.getLocalConversation(bob);
    await eventually(() => expect(worker.calls).toHaveLength(1));
    worker.answer = () => ({ ok: true, value: { type: 0, data: undefined } });
    worker.kill();
    expect(await call).toEqual({ type: 0, data: undefined });
    expect(worker.calls.map(({ method }) => method)).toEqual(['sdk.localCache.getLocalConversation', 'sdk.localCache.getLocalConversation']);
  });

  test('[TB3] a call whose second worker dies as well is rejected', async () => {
    const { chat, worker } = await connected();
    worker.answer = never;
    const call = rejection(chat.localCache.getLocalConversations(), 'worker-lost');
    await eventually(() => expect(worker.calls).toHaveLength(1));
    worker.kill();
    await eventually(() => expect(worker.calls).toHaveLength(2));
    worker.kill();
    expect((await call).retryable).toBe(true);
  });

  test('[TB3] a call that an ending engine gives back as lost is made again on the next one', async () => {
    const { chat, worker } = await connected();
    const lost = { ok: false, error: new SyncError('worker-lost', 'the engine ended').toData() };
    worker.answer = () => lost;
    const read = chat.localCache.getLocalConversation(bob);
    await rejection(chat.retry('c1'), 'worker-lost');
    worker.answer = () => ({ ok: true, value: { type: 0, data: undefined } });
    worker.kill();
    expect(await read).toEqual({ type: 0, data: undefined });
    expect(worker.calls.map(({ method }) => method)).toEqual(['sdk.localCache.getLocalConversation', 'retry', 'sdk.localCache.getLocalConversation']);
  });

  test('[TB3] calls that must not be made twice are rejected with worker-lost, and not repeated', async () => {
    const { chat, worker } = await connected();
    worker.answer = never;
    const message = { conversation: bob, type: 'txt', msg: 'hi' };
    const calls = [chat.send(message), chat.retry('c1'), chat.discard('c1')].map((call) => rejection(call, 'worker-lost'));
    await eventually(() => expect(worker.calls).toHaveLength(3));
    worker.kill();
    await Promise.all(calls);
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await quiet();
    expect(worker.calls).toHaveLength(3);
  });

  test('[TB3] a call made while there is no worker waits for the next one', async () => {
    const { chat, page, worker } = await connected();
    worker.manners = 'error-event';
    worker.kill();
    await eventually(() => expect(chat.status.value?.type).toBe('degraded'));
    const call = chat.refresh();
    worker.manners = 'welcome';
    page.pass(10_000);
    await call;
  });

  test('[TB3] a call that nobody answers rejects at its deadline, and the worker is asked whether it lives', async () => {
    const { chat, page, worker } = await connected();
    worker.answer = never;
    const call = rejection(chat.refresh(), 'timeout');
    await eventually(() => expect(worker.calls).toHaveLength(1));
    page.pass(CALL_TIMEOUT_MS);
    await call;
    await eventually(() => expect(worker.tabs).toHaveLength(2));
  });

  test('[TB3] a call that waits for a worker rejects at its deadline too', async () => {
    const { chat, page, worker } = await connected();
    worker.manners = 'silence';
    worker.kill();
    await eventually(() => expect(worker.names).toHaveLength(2));
    const call = rejection(chat.refresh(), 'timeout');
    page.pass(CALL_TIMEOUT_MS);
    await call;
  });

  test('a worker that knows no such call is told as internal', async () => {
    const { chat, worker } = await connected();
    worker.answer = () => {
      throw new TypeError('not a function');
    };
    await rejection(chat.refresh(), 'internal');
  });

  test('[ER1] an error of the worker arrives whole', async () => {
    const { chat, worker } = await connected();
    const error = new SyncError('rate-limited', 'later', { details: { retryAfterMs: 1_500 } }).toData();
    worker.answer = () => ({ ok: false, error });
    expect((await rejection(chat.refresh(), 'rate-limited')).toData()).toEqual(error);
  });
});

describe('a worker that was run again', () => {
  test('[TB4] its announcement leads to a new hello', async () => {
    const { worker } = await connected();
    worker.tab.reply({ moorage: 'restarted' });
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await quiet();
    expect(worker.tabs).toHaveLength(2);
  });

  test('[TB4] a death between the welcome and its arrival is not missed', async () => {
    const { page, worker, options } = prepare();
    const attempt = connect(options);
    await eventually(() => expect(worker.tabs).toHaveLength(1));
    page.locks.kill('engine-1');
    const chat = await attempt;
    await eventually(() => expect(worker.tabs.length).toBeGreaterThan(1));
    chat.close();
  });
});

describe('attempts', () => {
  test('[TB4] follow each other with growing pauses up to a longest one, and the state says why', async () => {
    const { chat, page, worker } = await connected();
    worker.manners = 'error-event';
    worker.kill();
    const pauses: number[] = [];
    for (let attempt = 2; attempt < 10; attempt++) {
      await eventually(() => expect(worker.names).toHaveLength(attempt));
      await eventually(() => expect(page.timers()).toHaveLength(1));
      await eventually(() => expect(page.timers()[0]).toBeLessThan(HANDSHAKE_TIMEOUT_MS));
      pauses.push(page.timers()[0] ?? 0);
      page.pass(pauses.at(-1) ?? 0);
    }
    // The page's dice always show the middle: three quarters of each pause.
    expect(pauses).toEqual([187.5, 375, 750, 1_500, 3_000, 6_000, 7_500, 7_500]);
    expect(chat.status.value).toMatchObject({ type: 'degraded', reason: { code: 'worker-unavailable' } });

    await eventually(() => expect(worker.names).toHaveLength(10));
    await eventually(() => expect(page.timers()).toEqual([7_500]));
    worker.manners = 'welcome';
    page.pass(7_500);
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await quiet();
    worker.manners = 'error-event';
    worker.kill();
    await eventually(() => expect(page.timers()).toEqual([187.5]));
  });

  test('[TB4] a pause is cut short when the page is shown or comes online', async () => {
    const { chat, page, worker } = await connected();
    worker.manners = 'error-event';
    worker.kill();
    await eventually(() => expect(chat.status.value?.type).toBe('degraded'));
    worker.manners = 'welcome';
    page.tell('online');
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    page.tell('visible');
    await quiet();
    expect(worker.tabs).toHaveLength(2);
  });

  test('[TB4] an engine that was fenced off is asked again', async () => {
    const { chat, page, worker } = await connected();
    worker.manners = new SyncError('fenced', 'another engine writes').toData();
    worker.kill();
    await eventually(() => expect(chat.status.value).toMatchObject({ type: 'degraded', reason: { code: 'fenced' } }));
    worker.manners = 'welcome';
    page.pass(250);
    await eventually(() => expect(worker.tabs).toHaveLength(2));
  });

  test('[TB6] another build is final: everything rejects with it, nothing is tried again', async () => {
    const { chat, page, worker } = await connected();
    worker.answer = never;
    const call = rejection(chat.refresh(), 'protocol-mismatch');
    await eventually(() => expect(worker.calls).toHaveLength(1));
    worker.manners = 'other-build';
    worker.kill();
    await call;
    await rejection(chat.refresh(), 'protocol-mismatch');
    expect(chat.status.value).toMatchObject({ type: 'degraded', reason: { code: 'protocol-mismatch' } });
    page.tell('online');
    page.pass(600_000);
    await quiet();
    expect(worker.names).toHaveLength(2);
    expect(page.timers()).toEqual([]);
  });
});

describe('live queries', () => {
  test('[TB7] the next worker is told that the page is hidden, if it is', async () => {
    const { page, worker } = await connected();
    page.tell('hidden');
    page.tell('online');
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await eventually(() => expect(worker.tab.received[0]).toEqual({ type: 'signal', signal: 'hidden' }));
  });

  test('[TB4] the next worker counts from one again; its patches wait for its snapshot', async () => {
    const { chat, worker } = await connected();
    chat.unread.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 1);
    worker.tab.patch('unread', 2);
    await eventually(() => expect(chat.unread.value).toBe(2));
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.patch('unread', 7);
    await quiet();
    expect(chat.unread.value).toBe(2);
    worker.tab.snapshot('unread', 3);
    await eventually(() => expect(chat.unread.value).toBe(3));
    expect(worker.tab.received.map(({ type }) => type)).not.toContain('resync');
  });
});

describe('token', () => {
  test('is given when it is asked for, over the port that asked', async () => {
    let asked = 0;
    const { worker } = await connected({ token: async () => `token-${++asked}` });
    worker.tab.post({ type: 'token-request', request: 7 });
    await eventually(() => expect(worker.tab.received.at(-1)).toEqual({ type: 'token', request: 7, token: 'token-1' }));
  });

  test.for([
    ['throws', (): Promise<string> => Promise.reject(new Error('no server'))],
    ['gives nothing', (): string => ''],
    ['gives no text', (): string => undefined as never],
  ] as const)('[ER4] a callback that %s is told as failed, and reported without a token', async ([, token]) => {
    const { page, worker } = await connected({ token });
    worker.tab.post({ type: 'token-request', request: 1 });
    await eventually(() => expect(worker.tab.received.at(-1)).toEqual({ type: 'token', request: 1 }));
    expect(page.errors).toHaveLength(1);
  });
});
