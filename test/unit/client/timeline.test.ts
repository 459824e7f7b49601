import { describe, expect, test } from 'vitest';
import type { TimelineItem, TimelineState } from '../../../src/protocol/model.ts';
import type { Query } from '../../../src/protocol/queries.ts';
import type { Timeline } from '../../../src/client/chat.ts';
import { message } from '../../support/messages.ts';
import type { FakeTab } from './fake-worker.ts';
import { connected, eventually, quiet, rejection } from './harness.ts';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
const state: TimelineState = { hasOlder: true, hasNewer: false, isLoading: false, error: null };
const item = (number: number): TimelineItem => ({
  type: 'message',
  key: `m${number}`,
  message: message(number),
  state: { type: 'received' },
});
const hole = (below: number): TimelineItem => {
  const { time, id } = message(below);
  return { type: 'hole', key: `hole:${time}:${id}`, isLoading: false, error: null };
};

/** A timeline somebody watches. */
async function watching(items: readonly TimelineItem[] = [], fields: Partial<TimelineState> = {}) {
  const harness = await connected();
  const timeline = harness.chat.timeline(bob);
  timeline.subscribe(() => undefined);
  await eventually(() => harness.worker.tab.subscription('timeline'));
  harness.worker.tab.snapshot('timeline', { items, state: { ...state, ...fields } });
  await eventually(() => expect(timeline.value).toBeDefined());
  return { ...harness, timeline, subscription: harness.worker.tab.subscription('timeline') };
}

describe('moving a timeline', () => {
  const moves = [
    ['loadOlder', (timeline: Timeline) => timeline.loadOlder(), {}, { added: 50, hasOlder: true }],
    ['loadNewer', (timeline: Timeline) => timeline.loadNewer(), {}, { added: 50, hasNewer: false }],
    ['jumpTo', (timeline: Timeline) => timeline.jumpTo({ messageId: '7' }), { target: { messageId: '7' } }, undefined],
    ['jumpTo', (timeline: Timeline) => timeline.jumpTo(null), { target: null }, undefined],
    ['fill', (timeline: Timeline) => timeline.fill('hole:1:2'), { hole: 'hole:1:2' }, { added: 3 }],
  ] as const;

  test.for(moves)('%s names the subscription, and brings the answer', async ([method, move, given, answer]) => {
    const { timeline, worker, subscription } = await watching();
    worker.answer = () => ({ ok: true, value: answer });
    expect(await move(timeline)).toEqual(answer);
    expect(worker.calls).toEqual([{ method, args: [{ ...given, subscription }] }]);
  });

  test.for(moves)('[TB3] %s: concurrent equal calls are one; a failed one can be made again', async ([, move, , answer]) => {
    const { timeline, worker } = await watching();
    const error = { code: 'offline', message: 'no network', retryable: true, details: {} } as const;
    worker.answer = () => ({ ok: false, error });
    await Promise.all([rejection(move(timeline), 'offline'), rejection(move(timeline), 'offline')]);
    expect(worker.calls).toHaveLength(1);
    worker.answer = () => ({ ok: true, value: answer });
    expect(await move(timeline)).toEqual(answer);
  });

  test.for(moves)('[TB3] %s is not made again on the next worker, which does not know what it names', async ([, move]) => {
    const { timeline, worker } = await watching();
    worker.answer = () => new Promise(() => undefined);
    const call = rejection(move(timeline), 'worker-lost');
    await eventually(() => expect(worker.calls).toHaveLength(1));
    worker.kill();
    expect((await call).retryable).toBe(true);
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await quiet();
    expect(worker.calls).toHaveLength(1);
  });

  test('other holes, other targets and other moves are other calls', async () => {
    const { timeline, worker } = await watching();
    worker.answer = () => ({ ok: true, value: undefined });
    await Promise.all([timeline.fill('a'), timeline.fill('b'), timeline.fill('a'), timeline.jumpTo({ time: 1 }), timeline.jumpTo({ time: 2 })]);
    await Promise.all([timeline.loadOlder(), timeline.loadNewer()]);
    expect(worker.calls.map(({ method }) => method).sort()).toEqual(['fill', 'fill', 'jumpTo', 'jumpTo', 'loadNewer', 'loadOlder']);
  });
});

describe('the next worker is asked for a timeline', () => {
  const askedAgain = (tab: FakeTab): Query | undefined =>
    tab.received.flatMap((each) => (each.type === 'subscribe' && each.query.type === 'timeline' ? [each.query] : []))[0];

  test.for([
    ['at the newest, with as many items', [1, 2, 3].map(item), false, null],
    ['around the middle of where it had jumped to', [1, 2, 3].map(item), true, { messageId: message(2).id }],
    ['around a message, though a hole is in the middle', [item(1), hole(3), item(3)], true, { messageId: message(3).id }],
    ['at the newest, where nothing is shown', [], false, null],
  ] as const)('[TB4] %s', async ([, items, hasNewer, at]) => {
    const { worker } = await watching(items, { hasNewer });
    worker.kill();
    await eventually(() => expect(worker.tabs).toHaveLength(2));
    await eventually(() =>
      expect(askedAgain(worker.tab)).toEqual({ type: 'timeline', conversation: bob, atLeast: items.length, at }),
    );
  });
});

describe('history and backfill', () => {
  test('are live queries', async () => {
    const { chat, worker } = await connected();
    const history = chat.history(bob);
    history.subscribe(() => undefined);
    chat.backfill.subscribe(() => undefined);
    await eventually(() => worker.tab.subscription('backfill'));
    worker.tab.snapshot('history', { type: 'loading' });
    worker.tab.patch('history', { type: 'complete' });
    worker.tab.snapshot('backfill', { type: 'running', done: 3, total: null, error: null });
    await eventually(() => expect(chat.backfill.value).toMatchObject({ done: 3 }));
    expect(history.value).toEqual({ type: 'complete' });
  });

  test('[ER2] a conversation that cannot be one is refused at once', async () => {
    const { chat } = await connected();
    const parameter = 'conversationId';
    expect(() => chat.history({ ...bob, conversationId: ' ' })).toThrow(expect.objectContaining({ details: { parameter } }));
  });

  test('the backfill is paused and resumed, conversations are marked as unread', async () => {
    const { chat, worker } = await connected();
    await chat.backfill.pause();
    await chat.backfill.resume();
    await chat.markUnread(bob);
    expect(worker.calls).toEqual([
      { method: 'pauseBackfill', args: [undefined] },
      { method: 'resumeBackfill', args: [undefined] },
      { method: 'markConversationUnread', args: [bob] },
    ]);
  });
});
