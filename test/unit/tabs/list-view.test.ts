import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareConversations } from '../../../src/protocol/conversation-order.ts';
import { takeWindow, type ConversationWindow } from '../../../src/protocol/conversation-window.ts';
import { conversationKey, type ConversationKey } from '../../../src/protocol/ids.ts';
import { createListPatcher } from '../../../src/protocol/list-patcher.ts';
import type { Conversation } from '../../../src/protocol/model.ts';
import type { QueryPatch, QueryValue } from '../../../src/protocol/queries.ts';
import { createDirectory, type Directory } from '../../../src/worker/ledger/directory.ts';
import type { Commit } from '../../../src/worker/ledger/ledger.ts';
import type { ConversationRow } from '../../../src/worker/storage/storage.ts';
import { createListView } from '../../../src/worker/tabs/list-view.ts';
import { NOTHING_UNREAD } from '../../../src/worker/unread/unread-count.ts';
import { message } from '../../support/messages.ts';

const NAMES = ['ann', 'Bob', 'bobby', 'carol', 'dave', 'erin', 'frank', 'g7'];

/** What a row is made of; `place` decides its order. */
type Draft = {
  readonly name: string;
  readonly isGroup: boolean;
  readonly place: number;
  readonly unread: number;
  readonly isPinned: boolean;
  readonly isMuted: boolean;
  readonly isMarkedUnread: boolean;
  readonly marks: readonly number[];
  readonly customName: unknown;
};

const keyOf = ({ name, isGroup }: Pick<Draft, 'name' | 'isGroup'>): ConversationKey =>
  conversationKey({ conversationId: name, conversationType: isGroup ? 'groupChat' : 'singleChat' });

function rowOf(draft: Draft): ConversationRow {
  const { name, isGroup, place, unread, isPinned, isMuted, isMarkedUnread, marks, customName } = draft;
  return {
    key: keyOf(draft),
    conversationId: name,
    conversationType: isGroup ? 'groupChat' : 'singleChat',
    lastMessage: message(place),
    unread: { ...NOTHING_UNREAD, baseline: unread },
    isPinned,
    pinnedTime: isPinned ? place : 0,
    marks,
    isMuted,
    isMarkedUnread,
    ...(customName === undefined ? {} : { customField: { name: customName } }),
  };
}

const name = fc.constantFrom(...NAMES);
const draft: fc.Arbitrary<Draft> = fc.record({
  name,
  isGroup: fc.boolean(),
  place: fc.integer({ min: 0, max: 9 }),
  unread: fc.constantFrom(0, 0, 3),
  isPinned: fc.constantFrom(false, false, true),
  isMuted: fc.boolean(),
  isMarkedUnread: fc.constantFrom(false, false, true),
  marks: fc.constantFrom([], [1], [1, 2]),
  customName: fc.constantFrom(undefined, undefined, 'Uncle Bob', 7),
});
const change = fc.record({
  puts: fc.uniqueArray(draft, { maxLength: 4, selector: keyOf }),
  removes: fc.array(fc.record({ name, isGroup: fc.boolean() }), { maxLength: 2 }),
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const windows: fc.Arbitrary<ConversationWindow> = fc.record({
  limit: maybe(fc.integer({ min: 1, max: 5 })),
  offset: maybe(fc.integer({ min: 0, max: 4 })),
  filter: maybe(
    fc.record({
      conversationType: maybe(fc.constantFrom('singleChat' as const, 'groupChat' as const)),
      isUnread: maybe(fc.boolean()),
      isPinned: maybe(fc.boolean()),
      isMuted: maybe(fc.boolean()),
      mark: maybe(fc.constantFrom(1, 2, 3)),
    }),
  ),
  search: maybe(fc.constantFrom('', 'BOB', 'a', 'uncle', '7')),
});

/** The same said the long way, over all conversations. */
function naive(all: readonly Conversation[], { limit, offset = 0, filter = {}, search = '' }: ConversationWindow): QueryValue['conversations'] {
  const rows = all.filter((row) => {
    if (filter.conversationType !== undefined && row.conversationType !== filter.conversationType) return false;
    const isUnread = row.unReadCount > 0 ? true : row.isMarkedUnread;
    if (filter.isUnread !== undefined && filter.isUnread !== isUnread) return false;
    if (filter.isPinned !== undefined && filter.isPinned !== row.isPinned) return false;
    if (filter.isMuted !== undefined && filter.isMuted !== row.isMuted) return false;
    if (filter.mark !== undefined && !row.marks.some((mark) => mark === filter.mark)) return false;
    const custom = row.customField?.['name'];
    const names = typeof custom === 'string' ? [row.conversationId, custom] : [row.conversationId];
    return names.some((each) => each.toUpperCase().includes(search.toUpperCase()));
  });
  return { rows: rows.slice(offset).slice(0, limit ?? Infinity), total: rows.length };
}

const resolved = Promise.resolve();
const openView = (directory: Directory, window: ConversationWindow) =>
  createListView({ directory, headSize: 30, headLoaded: resolved, loaded: resolved }, takeWindow(window));

const commit = (directory: Directory, puts: readonly ConversationRow[], removes: readonly ConversationKey[] = []) => {
  const conversations = directory.apply(puts, removes);
  return { type: 'commit' as const, commit: { conversations, messages: [], spans: [], outbox: new Set<ConversationKey>() } satisfies Commit };
};

type Body = { readonly value: QueryValue['conversations'] };
type Patched = { readonly patch: QueryPatch['conversations'] };

describe('a part of the conversation list', () => {
  test('[UR2] any window, filter and search ends, commit by commit, as reading all conversations again would', () => {
    let messages = 0;
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 10 }), windows, fc.array(change, { maxLength: 12 }), (drafts, window, changes) => {
        const directory = createDirectory();
        commit(directory, [...new Map(drafts.map((each) => [keyOf(each), rowOf(each)])).values()]);
        const view = openView(directory, window);
        const snapshot = (view.snapshot() as Body).value;
        const apply = createListPatcher<Conversation, 'rows'>(snapshot, 'rows', compareConversations, conversationKey);
        let shown = snapshot;
        expect(shown).toEqual(naive(directory.list(), window));
        for (const { puts, removes: named } of changes) {
          const removes = named.filter((each) => !puts.some((put) => keyOf(put) === keyOf(each)));
          const before = shown;
          const patch = view.take(commit(directory, puts.map(rowOf), removes.map(keyOf))) as Patched | undefined;
          const expected = naive(directory.list(), window);
          if (patch) shown = apply(patch.patch) as QueryValue['conversations'];
          expect(shown.total).toBe(expected.total);
          expect(shown.rows).toHaveLength(expected.rows.length);
          shown.rows.forEach((row, place) => expect(row).toBe(expected.rows[place]));
          if (!patch) continue;
          messages += 1;
          // Something is new to the tab, and nothing is sent that it has, or will not show.
          const { upserts, removes: gone } = patch.patch;
          expect(upserts.length + gone.length > 0 || before.total !== shown.total).toBe(true);
          for (const row of upserts) expect([shown.rows.includes(row), before.rows.includes(row)]).toEqual([true, false]);
          for (const key of gone) expect(before.rows.some((row) => conversationKey(row) === key)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(messages).toBeGreaterThan(300);
  });

  test('a fresh snapshot forgets what a filter let through before', () => {
    const directory = createDirectory();
    const view = openView(directory, { filter: { isPinned: true } });
    const ann: Draft = { name: 'ann', isGroup: false, place: 1, unread: 0, isPinned: true, isMuted: false, isMarkedUnread: false, marks: [], customName: undefined };
    view.snapshot();
    commit(directory, [rowOf(ann)]);
    expect((view.snapshot() as Body).value.total).toBe(1);
  });
});

describe('what a window costs with 5,000 conversations', () => {
  const CONVERSATIONS = 5_000;
  const COMMITS = 2_000;

  /** One live message a commit, each in another conversation: it goes to the top. */
  function measure(window: ConversationWindow): { readonly microseconds: number; readonly messages: number; readonly rows: number } {
    const plain: Draft = { name: '', isGroup: false, place: 0, unread: 0, isPinned: false, isMuted: false, isMarkedUnread: false, marks: [], customName: undefined };
    const row = (number: number, place: number) => rowOf({ ...plain, name: `user-${number}`, isMuted: number % 2 === 0, place });
    const directory = createDirectory();
    commit(directory, Array.from({ length: CONVERSATIONS }, (_, number) => row(number, number)));
    const view = openView(directory, window);
    view.snapshot();
    const commits = (from: number) =>
      Array.from({ length: COMMITS }, (_, number) => () => commit(directory, [row((number * 7) % CONVERSATIONS, from + number)]));
    const [warm, timed] = [commits(CONVERSATIONS), commits(CONVERSATIONS + COMMITS)];
    for (const next of warm) view.take(next());
    let [spentMs, messages, rows] = [0, 0, 0];
    for (const next of timed) {
      const change = next();
      const startedAt = performance.now();
      const patch = view.take(change) as Patched | undefined;
      spentMs += performance.now() - startedAt;
      if (patch) messages += 1;
      rows += patch?.patch.upserts.length ?? 0;
    }
    return { microseconds: (spentMs * 1_000) / COMMITS, messages, rows };
  }

  test.for([
    ['30 rows', { limit: 30 }, COMMITS, COMMITS],
    ['30 rows after the first 100', { limit: 30, offset: 100 }, COMMITS, COMMITS],
    ['30 of those not muted', { limit: 30, filter: { isMuted: false } }, COMMITS / 2, COMMITS / 2],
    ['all those not muted', { filter: { isMuted: false } }, COMMITS / 2, COMMITS / 2],
    ['one found by its name', { limit: 30, search: 'USER-4998' }, 1, 1],
    ['those that are pinned: none', { filter: { isPinned: true } }, 0, 0],
  ] as const)('[UR2] %s: one row a message, and only where a message changes what is shown', ([what, window, messages, rows]) => {
    const cost = measure(window);
    process.stdout.write(`      ${what}: ${cost.microseconds.toFixed(1)} µs a commit, ${cost.messages} messages and ${cost.rows} rows for ${COMMITS} commits\n`);
    expect([cost.messages, cost.rows]).toEqual([messages, rows]);
  });
});
