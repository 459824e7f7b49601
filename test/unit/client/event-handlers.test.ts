import { describe, expect, test, vi } from 'vitest';
import type { FakeTab } from './fake-worker.ts';
import { connected, eventually, quiet } from './harness.ts';

const wanted = (tab: FakeTab) => tab.received.flatMap((each) => (each.type === 'notices' ? [each.names] : []));
const command = { name: 'onCmdMessage', data: { id: '1', type: 'cmd', action: 'typing' } } as const;

describe('event handlers', () => {
  test('notices are wanted by the names of the handlers, each once, until the last has gone', async () => {
    const { chat, worker } = await connected();
    const nothing = (): void => undefined;
    chat.addEventHandler('a', { onCmdMessage: nothing });
    chat.addEventHandler('b', { onCmdMessage: nothing, onConnected: nothing });
    chat.removeEventHandler('a');
    chat.removeEventHandler('unknown');
    await quiet();
    expect(wanted(worker.tab)).toEqual([['onCmdMessage'], ['onCmdMessage', 'onConnected']]);
    chat.removeEventHandler('b');
    await eventually(() => expect(wanted(worker.tab).at(-1)).toEqual([]));
  });

  test('[ER2] handlers that are none are refused at once, and disturb no others', async () => {
    const { chat, worker } = await connected();
    expect(() => chat.addEventHandler('a', null as never)).toThrow(expect.objectContaining({ code: 'invalid-argument', details: { parameter: 'handlers' } }));
    chat.addEventHandler('b', { onCmdMessage: () => undefined });
    await eventually(() => expect(wanted(worker.tab)).toEqual([['onCmdMessage']]));
  });

  test('each is called with the data of the event it is named for', async () => {
    const { chat, worker } = await connected();
    const first = vi.fn();
    const second = vi.fn();
    const other = vi.fn();
    chat.addEventHandler('a', { onCmdMessage: first });
    chat.addEventHandler('b', { onCmdMessage: second, onStatisticMessage: other });
    worker.tab.post({ type: 'notice', notice: command });
    worker.tab.post({ type: 'notice', notice: { name: 'onNobodyListens', data: null } });
    await eventually(() => expect(second.mock.calls).toEqual([[command.data]]));
    expect(first.mock.calls).toEqual([[command.data]]);
    expect(other).not.toHaveBeenCalled();
  });

  test('the same id again replaces the handlers; a removed one hears nothing', async () => {
    const { chat, worker } = await connected();
    const old = vi.fn();
    const removed = vi.fn();
    const kept = vi.fn();
    chat.addEventHandler('a', { onCmdMessage: old });
    chat.addEventHandler('b', { onCmdMessage: removed });
    chat.addEventHandler('a', { onCmdMessage: kept });
    chat.removeEventHandler('b');
    worker.tab.post({ type: 'notice', notice: command });
    await eventually(() => expect(kept).toHaveBeenCalledOnce());
    expect(old).not.toHaveBeenCalled();
    expect(removed).not.toHaveBeenCalled();
  });

  test('one that throws disturbs nobody, and its error is reported', async () => {
    const { chat, page, worker } = await connected();
    const error = new Error('broken handler');
    const next = vi.fn();
    chat.addEventHandler('a', {
      onCmdMessage: () => {
        throw error;
      },
    });
    chat.addEventHandler('b', { onCmdMessage: next });
    worker.tab.post({ type: 'notice', notice: command });
    await eventually(() => expect(next).toHaveBeenCalledOnce());
    expect(page.errors).toEqual([error]);
  });

  test('[TB4] the next worker is told that notices are wanted, if they are', async () => {
    const { chat, worker } = await connected();
    const handler = vi.fn();
    chat.addEventHandler('a', { onCmdMessage: handler });
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await eventually(() => expect(wanted(worker.tab)).toEqual([['onCmdMessage']]));
    worker.tab.post({ type: 'notice', notice: command });
    await eventually(() => expect(handler).toHaveBeenCalledOnce());
  });

  test('[TB4] a notice counts as a message of the port', async () => {
    const { chat, worker } = await connected();
    chat.unread.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('unread'));
    worker.tab.snapshot('unread', 1);
    worker.tab.post({ type: 'notice', notice: command });
    worker.tab.patch('unread', 2);
    await eventually(() => expect(chat.unread.value).toBe(2));
    expect(worker.tab.received.map(({ type }) => type)).not.toContain('resync');
  });
});
