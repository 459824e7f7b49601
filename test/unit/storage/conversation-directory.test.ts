import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareConversations } from '../../../src/protocol/conversation-order.ts';
import { conversationKey, type ConversationKey } from '../../../src/protocol/ids.ts';
import { createConversationDirectory, HEAD_SIZE } from '../../../src/worker/storage/conversation-directory.ts';
import type { ConversationRow } from '../../../src/worker/storage/storage.ts';
import { message } from '../../support/messages.ts';

function row(user: number, fields: Partial<ConversationRow> = {}): ConversationRow {
  const ref = { conversationId: `user${user}`, conversationType: 'singleChat' } as const;
  const unread = { baseline: 0, baselineAt: null, readThrough: null, newer: 0 };
  return { ...ref, key: conversationKey(ref), lastMessage: message(user), unread, isPinned: false, pinnedTime: 0, marks: [], ...fields };
}

const USERS = 150;
const change = fc.record({
  user: fc.nat(USERS - 1),
  time: fc.nat(1_000),
  kind: fc.constantFrom('put', 'put', 'put', 'pin', 'remove'),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }) },
  { weight: 2, arbitrary: fc.array(change, { minLength: 8, maxLength: 60 }) },
);

test('what is stored rebuilds the list and its head, however rows came and went, and waste stays bounded', () => {
  let headsLeft = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
      const pages = new Map<number, readonly ConversationRow[]>();
      const singles = new Map<ConversationKey, ConversationRow | null>();
      let storedHead: readonly ConversationRow[] = [];
      const rebuild = () =>
        createConversationDirectory({
          pages: [...pages].sort(([a], [b]) => a - b).map(([number, rows]) => ({ number, rows })),
          singles,
        });
      const directory = rebuild();
      const model = new Map<ConversationKey, ConversationRow>();

      for (const changes of [Array.from({ length: USERS }, (_, user) => ({ user, time: user, kind: 'put' })), ...steps]) {
        const batch = new Map<ConversationKey, ConversationRow | null>();
        for (const { user, time, kind } of changes) {
          const pin = kind === 'pin' ? { isPinned: true, pinnedTime: time } : {};
          const next = row(user, { lastMessage: message(time), ...pin });
          batch.set(next.key, kind === 'remove' ? null : next);
        }
        const plan = directory.plan(batch);
        expect(directory.rows()).toHaveLength(model.size);

        if (plan.isRewrite) {
          pages.clear();
          singles.clear();
        }
        for (const { number, rows } of plan.pages) pages.set(number, rows);
        for (const number of plan.deadPages) pages.delete(number);
        for (const { key, row: single } of plan.singles) singles.set(key, single);
        for (const key of plan.deadSingles) singles.delete(key);
        if (plan.head !== undefined) storedHead = plan.head;
        else headsLeft += 1;
        plan.commit();
        for (const [key, changed] of batch) {
          if (changed === null) model.delete(key);
          else model.set(key, changed);
        }

        const expected = [...model.values()].sort(compareConversations);
        expect(storedHead).toEqual(expected.slice(0, HEAD_SIZE));
        expect(directory.head(30)).toEqual(expected.slice(0, 30));
        const stored = [...pages.values()].reduce((sum, rows) => sum + rows.length, 0);
        expect(stored).toBeLessThanOrEqual(2 * (USERS + 60) + 1_000);
      }

      const expected = [...model.values()].sort(compareConversations);
      const again = rebuild();
      for (const one of [directory, again]) {
        expect([...one.rows()].sort(compareConversations)).toEqual(expected);
        expect(one.head(80)).toEqual(expected.slice(0, 80));
        expect(one.head(0)).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
  expect(headsLeft).toBeGreaterThan(0);
});

test('pages of which little is current are written anew, and nothing is lost by it', () => {
  const directory = createConversationDirectory({ pages: [], singles: new Map() });
  const model = new Map<ConversationKey, ConversationRow>();
  let rewrites = 0;
  const pages = new Map<number, number>();
  // Each page leaves one row behind that is in no later page, so that no page is ever without a current row.
  for (let round = 0; round < 200; round += 1) {
    const rows = [row(1_000 + round), ...Array.from({ length: 49 }, (_, user) => row(user, { marks: [round] }))];
    for (const one of rows) model.set(one.key, one);
    const plan = directory.plan(new Map(rows.map((one) => [one.key, one])));
    if (plan.isRewrite) rewrites += 1;
    if (plan.isRewrite) pages.clear();
    for (const page of plan.pages) pages.set(page.number, page.rows.length);
    for (const number of plan.deadPages) pages.delete(number);
    const stored = [...pages.values()].reduce((sum, size) => sum + size, 0);
    expect(stored).toBeLessThanOrEqual(2 * (model.size + 50) + 1_000);
    plan.commit();
    expect(new Map(directory.rows().map((one) => [one.key, one]))).toEqual(model);
  }
  expect(rewrites).toBeGreaterThan(2);
});

test('a page of rows is one record, a few rows are records of their own, and a page that lost its last row goes', () => {
  const directory = createConversationDirectory({ pages: [], singles: new Map() });
  const put = (from: number, through: number, marks: readonly number[] = []) => {
    const rows = Array.from({ length: through - from + 1 }, (_, index) => row(from + index, { marks }));
    const plan = directory.plan(new Map(rows.map((one) => [one.key, one])));
    plan.commit();
    return plan;
  };
  expect(put(1, 10)).toMatchObject({ pages: [{ number: 0 }], singles: [], deadPages: [] });
  expect(put(1, 2, [1])).toMatchObject({ pages: [], deadPages: [], deadSingles: [] });
  const again = put(1, 10, [2]);
  expect(again).toMatchObject({ pages: [{ number: 1 }], singles: [], deadPages: [0] });
  expect(again.deadSingles).toEqual([row(1).key, row(2).key]);
});

test('a row of the head that changes in its place, or moves up, costs nothing that grows with the list', () => {
  let looks = 0;
  const far = { ...row(1), get lastMessage() {
    looks += 1;
    return message(1);
  } };
  const rows = [far, ...Array.from({ length: 100 }, (_, user) => row(user + 10))];
  const directory = createConversationDirectory({ pages: [{ number: 0, rows }], singles: new Map() });
  const planned = (changed: ConversationRow | null, key = changed?.key ?? row(105).key) => {
    looks = 0;
    const { head } = directory.plan(new Map([[key, changed]]));
    return { looks, head: head?.length };
  };
  expect(planned(row(105, { customField: { note: 'hi' } }))).toEqual({ looks: 0, head: HEAD_SIZE });
  expect(planned(row(105, { lastMessage: message(900) }))).toEqual({ looks: 0, head: HEAD_SIZE });
  expect(planned(row(10, { marks: [1] }))).toEqual({ looks: 0, head: undefined });
  // What leaves the head makes room for any other: all are looked at.
  expect(planned(null).looks).toBeGreaterThan(0);
});
