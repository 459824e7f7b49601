import { describe, expect, test, vi } from 'vitest';
import { connect } from '../../../src/client/connect.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../../../src/protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import { account, connected, eventually, prepare, quiet, rejection } from './harness.ts';

describe('handshake', () => {
  test('[TB2] the hello names the account, the build and a lock that the tab holds', async () => {
    const { worker, page } = await connected();
    const { hello } = worker.tab;
    expect(hello).toMatchObject({ moorage: 'hello', protocol: PROTOCOL_VERSION, account, tabId: 'tab-1' });
    expect(page.locks.isHeld(hello.tabLock)).toBe(true);
  });

  test('[ST5] the worker is named after the account and the protocol, the same each time', async () => {
    const { worker, options } = await connected();
    const other = await connect({ ...options, account: { ...account, userId: 'bob' } });
    const again = await connect(options);
    expect(worker.names[0]).toBe(worker.names[2]);
    expect(worker.names[0]).toContain(`${PROTOCOL_VERSION}`);
    expect(worker.names[1]).not.toBe(worker.names[0]);
    other.close();
    again.close();
  });

  test('[TB5] a worker that does not answer is worker-unavailable at the deadline, and nothing is left open', async () => {
    const { page, worker, options } = prepare();
    worker.manners = 'silence';
    const attempt = rejection(connect(options), 'worker-unavailable');
    await eventually(() => expect(worker.names).toHaveLength(1));
    await quiet();
    expect(page.locks.isHeld('moorage:tab:tab-1')).toBe(true);
    page.pass(HANDSHAKE_TIMEOUT_MS);
    expect((await attempt).retryable).toBe(true);
    await eventually(() => expect(page.locks.isHeld('moorage:tab:tab-1')).toBe(false));
    expect(page.timers()).toEqual([]);
    expect(page.watchers.size).toBe(0);
  });

  test('[TB5] a factory that answers too late is not greeted any more', async () => {
    const { page, worker, options } = prepare();
    let give: (port: MessagePort) => void = () => undefined;
    const attempt = rejection(
      connect({ ...options, worker: () => new Promise<MessagePort>((resolve) => (give = resolve)) }),
      'worker-unavailable',
    );
    await quiet();
    page.pass(HANDSHAKE_TIMEOUT_MS);
    await attempt;
    const late = worker.factory('late');
    const close = vi.spyOn(late, 'close');
    const post = vi.spyOn(late, 'postMessage');
    give(late);
    await quiet();
    expect(close).toHaveBeenCalledOnce();
    expect(post).not.toHaveBeenCalled();
  });

  test('[TB5] a script that fails to load is worker-unavailable at once', async () => {
    const { worker, options } = prepare();
    worker.manners = 'error-event';
    await rejection(connect(options), 'worker-unavailable');
  });

  test('[TB5] a factory that throws is told as an error with its cause', async () => {
    const { options } = prepare();
    const cause = new Error('no such worker');
    const factory = (): never => {
      throw cause;
    };
    const error = await rejection(connect({ ...options, worker: factory }), 'internal');
    expect(error.cause).toBe(cause);
  });

  test('[ER1] a refusal arrives whole', async () => {
    const { worker, options } = prepare();
    worker.manners = new SyncError('storage-unavailable', 'no database here', { details: { reason: 'private mode' } }).toData();
    const error = await rejection(connect(options), 'storage-unavailable');
    expect(error.toData()).toEqual(worker.manners);
  });

  test('[TB6] a worker of another build is told as protocol-mismatch with both versions', async () => {
    const { worker, options } = prepare();
    worker.manners = 'other-build';
    const error = await rejection(connect(options), 'protocol-mismatch');
    expect(error.details).toEqual({ tab: PROTOCOL_VERSION, worker: PROTOCOL_VERSION + 1 });
  });

  test('a reply meant for another connection of the host is left alone', async () => {
    const { page, options } = prepare();
    void page.locks.request('w', { signal: new AbortController().signal }, () => new Promise(() => undefined));
    const { port1, port2 } = new MessageChannel();
    const attempt = connect({ ...options, worker: () => port1 });
    port2.postMessage(null);
    port2.postMessage({ moorage: 'refused', tabId: 'someone-else', error: new SyncError('internal', '').toData() });
    port2.postMessage({ moorage: 'welcome', tabId: 'tab-1', protocol: PROTOCOL_VERSION, instanceId: 'i', workerLock: 'w' });
    (await attempt).close();
    port2.close();
  });
});

describe('options', () => {
  const { options } = { options: { account, token: () => 'token', worker: () => new MessageChannel().port1 } };
  test.for([
    [undefined, 'account'],
    [null, 'options'],
    [[], 'options'],
    ['alice', 'options'],
    [{ ...options, account: undefined }, 'account'],
    [{ ...options, account: { appKey: '', userId: 'alice' } }, 'appKey'],
    [{ ...options, account: { appKey: 'org#app' } }, 'userId'],
    [{ ...options, account: { appKey: 'org#app', userId: 7 } }, 'userId'],
    [{ ...options, token: 'a string' }, 'token'],
    [{ ...options, worker: undefined }, 'worker'],
  ] as const)('[ER2] %o is refused, naming %s', async ([given, parameter]) => {
    const error = await rejection(connect(given as never), 'invalid-argument');
    expect(error.details).toEqual({ parameter });
  });
});

describe('page', () => {
  test('[TB7] what happens to the page is told to the worker, beginning with whether it is visible', async () => {
    const { page, worker } = await connected();
    for (const signal of ['hidden', 'offline', 'online', 'visible', 'pause'] as const) page.tell(signal);
    await eventually(() =>
      expect(worker.tab.received.filter(({ type }) => type === 'signal')).toEqual(
        ['visible', 'hidden', 'offline', 'online', 'visible', 'pause'].map((signal) => ({ type: 'signal', signal })),
      ),
    );
  });

  test('[TB7] a page that comes back from the cache says hello again', async () => {
    const { page, worker } = await connected();
    page.tell('pause');
    page.tell('resume');
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    expect(worker.tabs[1]?.hello.tabId).not.toBe(worker.tabs[0]?.hello.tabId);
    await eventually(() => expect(page.locks.isHeld(worker.tabs[0]?.hello.tabLock ?? '')).toBe(false));
    expect(page.locks.isHeld(worker.tab.hello.tabLock)).toBe(true);
  });
});

describe('close', () => {
  test('[TB3] calls in flight and later ones reject with closed, the worker is told, nothing is left', async () => {
    const { chat, page, worker } = await connected();
    worker.answer = () => new Promise(() => undefined);
    const inFlight = rejection(chat.refresh(), 'closed');
    await eventually(() => expect(worker.calls).toHaveLength(1));
    chat.close();
    chat.close();
    await inFlight;
    await rejection(chat.refresh(), 'closed');
    await rejection(chat.localCache.getLocalConversations(), 'closed');
    await eventually(() => expect(worker.tab.received.at(-1)).toEqual({ type: 'goodbye' }));
    await eventually(() => expect(page.locks.isHeld(worker.tab.hello.tabLock)).toBe(false));
    expect(page.timers()).toEqual([]);
    expect(page.watchers.size).toBe(0);
  });

  test('a closed connection does not come back when its worker dies', async () => {
    const { chat, page, worker } = await connected();
    chat.close();
    worker.kill();
    await quiet();
    page.tell('resume');
    page.pass(60_000);
    await quiet();
    expect(worker.names).toHaveLength(1);
  });
});
