import { expect, test } from 'vitest';
import { conversationKey, toPosition } from '../../../src/protocol/ids.ts';
import { deepening, historyState, missedIn, nextWork, type Known, type Work } from '../../../src/worker/history/next-work.ts';
import { emptyRow } from '../../../src/worker/ledger/row-changes.ts';
import type { Span } from '../../../src/worker/storage/storage.ts';
import { message } from '../../support/messages.ts';

const keyOf = (conversationId: string) => conversationKey({ conversationId, conversationType: 'singleChat' });
const span = (oldest: number, newest: number, olderCursor: string | null = message(oldest).id): Span => ({
  oldest: toPosition(message(oldest)),
  newest: toPosition(message(newest)),
  olderCursor,
});
const known = (last: number, spans: readonly Span[], isAsked = false): Known => ({ row: { ...emptyRow(keyOf('bob')), lastMessage: message(last) }, spans, isAsked });

test('[HB5] what the list tells of above the newest span is missed, then the hole it leaves; once asked for, no more', () => {
  expect(missedIn(known(9, [span(1, 9)]))).toBeNull();
  expect(missedIn(known(10, [span(1, 9)]))).toBe('');
  expect(missedIn(known(10, [span(1, 9)], true))).toBeNull();
  expect(missedIn(known(10, [span(1, 5), span(8, 10)], true))).toBe(message(8).id);
  expect(missedIn(known(10, [span(1, 5), span(8, 10, null)], true)), 'the service has nothing there').toBeNull();
  expect(missedIn(known(10, [])), 'nothing of it is stored').toBeNull();
});

test('[HB6] depth is reached by pages below the newest span, until it is enough or the start', () => {
  expect(deepening(known(9, []), false)).toBe('');
  expect(deepening(known(9, [], true), false), 'the service has nothing').toBeNull();
  expect(deepening(known(9, [span(5, 9)]), false)).toBe(message(5).id);
  expect(deepening(known(9, [span(5, 9)]), true)).toBeNull();
  expect(deepening(known(9, [span(5, 9, null)]), false)).toBeNull();
});

test('[HB6] the first that may run does: one page of a conversation at a time, none that is parked, the background only when open', () => {
  const work = (id: string, rank: Work['rank']): Work => ({ key: keyOf(id), cursor: '', rank });
  const works = [work('a', 'looked-at'), work('b', 'behind'), work('c', 'recent')];
  const state = { isBackgroundOpen: true, running: new Set<Work['key']>(), parked: new Map<Work['key'], { until: number }>(), now: 10 };
  const chosen = (changes: Partial<typeof state>): Work | undefined => nextWork(works, { ...state, ...changes });
  expect(chosen({})).toBe(works[0]);
  expect(chosen({ running: new Set([keyOf('a')]) })).toBe(works[1]);
  expect(chosen({ running: new Set([keyOf('a')]), parked: new Map([[keyOf('b'), { until: 11 }]]) })).toBe(works[2]);
  expect(chosen({ running: new Set([keyOf('a')]), parked: new Map([[keyOf('b'), { until: 10 }]]) })).toBe(works[1]);
  expect(chosen({ isBackgroundOpen: false })).toBe(works[0]);
  expect(chosen({ isBackgroundOpen: false, running: new Set([keyOf('a')]) })).toBeUndefined();
});

test('[HB4] the state of a history says holes before anything but a load', () => {
  const state = (conversation: Known, isLoading = false): string => historyState({ ...conversation, isLoading }).type;
  expect(state(known(9, [span(1, 9, null)]))).toBe('complete');
  expect(state(known(9, [span(1, 9)]))).toBe('partial');
  expect(state(known(9, [span(1, 3, null), span(5, 9)]))).toBe('has-holes');
  expect(state(known(10, [span(1, 9, null)]))).toBe('has-holes');
  expect(state(known(10, [span(1, 9, null)]), true)).toBe('loading');
  expect(state(known(10, []))).toBe('partial');
  expect(state(known(10, [], true))).toBe('complete');
});
