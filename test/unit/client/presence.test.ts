import { describe, expect, test } from 'vitest';
import type { Chat } from '../../../src/client/chat.ts';
import type { FakeTab } from './fake-worker.ts';
import { connected, eventually, quiet } from './harness.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const group = { conversationId: 'g', conversationType: 'groupChat' } as const;

/** @returns What the worker was told that the tab shows, in order. */
const told = (tab: FakeTab) => tab.received.flatMap((each) => (each.type === 'present' ? [each.conversation] : []));

describe('what a tab shows', () => {
  test('[UR4] is told when it changes, and only then', async () => {
    const { chat, worker } = await connected();
    chat.present(bob);
    chat.present({ ...bob });
    chat.present(group);
    chat.present(null);
    chat.present(null);
    await eventually(() => expect(told(worker.tab)).toEqual([null, bob, group, null]));
    await quiet();
    expect(told(worker.tab)).toHaveLength(4);
  });

  test('[UR4] nothing more of the argument crosses the port', async () => {
    const { chat, worker } = await connected();
    chat.present({ ...bob, unReadCount: 7 } as typeof bob);
    await eventually(() => expect(told(worker.tab).at(-1)).toEqual(bob));
  });

  test.for([
    ['hidden', 'visible'],
    ['blurred', 'focused'],
  ] as const)('[UR4] is nothing while the page is %s, and what it was once it is %s', async ([away, back]) => {
    const { chat, page, worker } = await connected();
    chat.present(bob);
    page.tell(away);
    page.tell('offline');
    page.tell('online');
    page.tell(back);
    await eventually(() => expect(told(worker.tab)).toEqual([null, bob, null, bob]));
  });

  test('[UR4] a page that is visible without focus, or focused while hidden, shows nothing', async () => {
    const { chat, page, worker } = await connected();
    chat.present(bob);
    for (const signal of ['hidden', 'blurred', 'visible', 'hidden', 'focused'] as const) page.tell(signal);
    await quiet();
    expect(told(worker.tab)).toEqual([null, bob, null]);
    page.tell('visible');
    await eventually(() => expect(told(worker.tab)).toEqual([null, bob, null, bob]));
  });

  test('[UR4] what is chosen while nobody looks is told when somebody does', async () => {
    const { chat, page, worker } = await connected();
    page.tell('blurred');
    chat.present(bob);
    chat.present(group);
    await quiet();
    expect(told(worker.tab)).toEqual([null]);
    page.tell('focused');
    await eventually(() => expect(told(worker.tab)).toEqual([null, group]));
  });

  test('[UR4][TB4] is told to the next worker, as it is by then', async () => {
    const { chat, page, worker } = await connected();
    chat.present(bob);
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await eventually(() => expect(told(worker.tab)).toEqual([bob]));
    page.tell('hidden');
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(3));
    await eventually(() => expect(told(worker.tab)).toEqual([null]));
  });

  test('[UR4] is taken back by whoever said it, but not from a view that came after', async () => {
    const { chat, worker } = await connected();
    const leaveBob = chat.present(bob);
    const leaveGroup = chat.present(group);
    leaveBob();
    await eventually(() => expect(told(worker.tab)).toEqual([null, bob, group]));
    const leaveGroupAgain = chat.present({ ...group });
    leaveGroup();
    await quiet();
    expect(told(worker.tab)).toEqual([null, bob, group]);
    leaveGroupAgain();
    leaveGroupAgain();
    await eventually(() => expect(told(worker.tab)).toEqual([null, bob, group, null]));
  });

  test('focus is not passed on by itself', async () => {
    const { page, worker } = await connected();
    page.tell('blurred');
    page.tell('focused');
    await quiet();
    const signals = worker.tab.received.flatMap((each) => (each.type === 'signal' ? [each.signal] : []));
    expect(signals).toEqual(['visible']);
  });

  test.for([
    [{ ...bob, conversationType: 'chatRoom' }, 'conversationType'],
    [{ conversationType: 'singleChat' }, 'conversationId'],
    ['bob', 'options'],
  ] as const)('[ER2] %o is refused at once, naming %s', async ([given, parameter]) => {
    const { chat, worker } = await connected();
    const present = (): unknown => chat.present(given as unknown as Parameters<Chat['present']>[0]);
    expect(present).toThrow(expect.objectContaining({ code: 'invalid-argument', details: { parameter } }));
    await quiet();
    expect(told(worker.tab)).toEqual([null]);
  });
});
