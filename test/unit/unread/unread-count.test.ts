import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePositions, toPosition } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import type { UnreadState } from '../../../src/worker/storage/storage.ts';
import { rebased, recounted } from '../../../src/worker/unread/listed-count.ts';
import { acknowledged, cleared, withInserted, withRemoved } from '../../../src/worker/unread/unread-changes.ts';
import { NOTHING_UNREAD, countsAfter, unreadCount } from '../../../src/worker/unread/unread-count.ts';
import { message, messages } from '../../support/messages.ts';

const self = 'alice';
const own = (number: number): Message => message(number, { from: 'alice', to: 'bob' });
const listedAt = (unReadCount: number, lastMessage: Message | null) => ({ unReadCount, lastMessage });

test('[UR1] a list that is answered before the messages it counts does not count them twice', () => {
  const listed = rebased(NOTHING_UNREAD, { listed: listedAt(20, message(20)), stored: [], self });
  expect(unreadCount(withInserted(listed, { inserted: messages(1, 20), self }))).toBe(20);
});

test('[UR1] messages that come before the list are in its count, and those after its last one on top', () => {
  const early = withInserted(NOTHING_UNREAD, { inserted: messages(1, 20), self });
  expect(unreadCount(early)).toBe(20);
  const lagging = rebased(early, { listed: listedAt(5, message(5)), stored: messages(6, 20), self });
  expect(unreadCount(lagging)).toBe(20);
  const caughtUp = rebased(lagging, { listed: listedAt(20, message(20)), stored: [], self });
  expect(caughtUp).toMatchObject({ baseline: 20, newer: 0 });
});

test('[UR3] own messages never raise it, and a change of nothing keeps the object', () => {
  expect(withInserted(NOTHING_UNREAD, { inserted: [own(1), own(2)], self })).toBe(NOTHING_UNREAD);
  expect(withInserted(NOTHING_UNREAD, { inserted: [], self })).toBe(NOTHING_UNREAD);
});

test('[SY6] a list older than the baseline changes nothing', () => {
  const state = rebased(NOTHING_UNREAD, { listed: listedAt(8, message(8)), stored: messages(9, 10), self });
  expect(rebased(state, { listed: listedAt(3, message(3)), stored: messages(4, 10), self })).toBe(state);
  expect(rebased(state, { listed: listedAt(3, null), stored: messages(1, 10), self })).toBe(state);
});

test('[UR5] what lies after the clear stays unread', () => {
  const state = rebased(NOTHING_UNREAD, { listed: listedAt(5, message(5)), stored: messages(6, 8), self });
  const after = cleared(state, { through: message(7), newerStored: [message(8)], self });
  expect(unreadCount(after)).toBe(1);
  expect(after.readThrough).toEqual(toPosition(message(7)));
  expect(countsAfter(after)).toEqual(toPosition(message(7)));
});

test('[UR6] a list that knows nothing newer than the clear cannot undo it', () => {
  const state = rebased(NOTHING_UNREAD, { listed: listedAt(5, message(5)), stored: [], self });
  const clear = cleared(state, { through: message(5), newerStored: [], self });
  expect(unreadCount(clear)).toBe(0);
  expect(unreadCount(rebased(clear, { listed: listedAt(5, message(5)), stored: [], self }))).toBe(0);
  expect(unreadCount(rebased(clear, { listed: listedAt(1, message(6)), stored: [], self }))).toBe(1);
});

const listed = (state: UnreadState, unReadCount: number, last: number): UnreadState => rebased(state, { listed: listedAt(unReadCount, message(last)), stored: [], self });
const clearedAt = (state: UnreadState, through: number, isElsewhere = false): UnreadState => cleared(state, { through: message(through), newerStored: [], self, isElsewhere });

test('[UR6] what was cleared here is taken off a count that does not know of it, until one knows', () => {
  const clear = clearedAt(listed(NOTHING_UNREAD, 5, 5), 5);
  expect(unreadCount(listed(clear, 7, 7))).toBe(2);
  const told = listed(clear, 1, 8);
  expect(unreadCount(told)).toBe(1);
  expect(unreadCount(listed(told, 6, 13))).toBe(6);
});

test('[UR6] [UR7] a list of before the clear, or of before the sweep, brings nothing back', () => {
  const elsewhere = clearedAt(listed(NOTHING_UNREAD, 5, 5), 5, true);
  expect(unreadCount(listed(elsewhere, 5, 5))).toBe(0);
  const swept = acknowledged(clearedAt(listed(NOTHING_UNREAD, 5, 5), 5), { through: message(7).id, sent: -5, newerStored: [], self });
  expect(unreadCount(listed(swept, 5, 6))).toBe(0);
  expect(unreadCount(listed(swept, 2, 9))).toBe(2);
});

test('[UR5] cleared again while the acknowledgement is on its way: what it has not swept is still taken off', () => {
  const again = clearedAt(listed(clearedAt(listed(NOTHING_UNREAD, 5, 5), 5), 7, 7), 7);
  const answered = acknowledged(again, { through: message(5).id, sent: -5, newerStored: [], self });
  expect(unreadCount(listed(answered, 4, 9))).toBe(2);
});

test('[UR7] told late of a reading that was before the clear here, nothing changes', () => {
  const clear = clearedAt(listed(NOTHING_UNREAD, 5, 5), 5);
  expect(clearedAt(clear, 3, true)).toBe(clear);
});

test('[UR5] [UR7] a recount keeps what our own acknowledgement swept, and lets go of it when another device has read beyond', () => {
  const swept = acknowledged(clearedAt(listed(NOTHING_UNREAD, 5, 5), 5), { through: message(7).id, sent: -5, newerStored: [], self });
  const whole = { stored: messages(1, 7), completeAfter: null, self };
  expect(unreadCount(recounted(listed(swept, 0, 7), whole))).toBe(2);
  const stored = messages(1, 9);
  const beyond = rebased(recounted(listed(swept, 0, 7), whole), { listed: listedAt(0, message(9)), stored, self });
  expect(unreadCount(recounted(beyond, { stored, completeAfter: null, self, isListed: true }))).toBe(0);
  const counted = rebased(recounted(listed(swept, 0, 7), whole), { listed: listedAt(2, message(9)), stored, self });
  expect(unreadCount(recounted(counted, { stored, completeAfter: null, self, isListed: true }))).toBe(4);
});

test('[UR5] a list that is ahead of a recall is not taken for another device for good, and a real one stays so between two lists', () => {
  const swept = acknowledged(clearedAt(listed(NOTHING_UNREAD, 5, 5), 5), { through: message(7).id, sent: -5, newerStored: [], self });
  const stored = messages(1, 12).filter(({ id }) => id !== message(7).id);
  const told = (state: UnreadState, count: number, there: readonly Message[]): UnreadState =>
    recounted(rebased(state, { listed: listedAt(count, message(12)), stored: there, self }), { stored: there, completeAfter: null, self, isListed: true });
  // 6 is swept, 8 to 12 count at the service, but for 9, which is recalled.
  const ahead = told(swept, 4, stored);
  expect(unreadCount(ahead)).toBe(4);
  expect(unreadCount(recounted(ahead, { stored, completeAfter: null, self }))).toBe(4);
  const left = stored.filter(({ id }) => id !== message(9).id);
  expect(unreadCount(told(withRemoved(ahead, { removed: [message(9)], self }), 4, left))).toBe(5);
});

test('[UR1] a mention that was read elsewhere is taken back, though something after it stays unread', () => {
  const mention = message(6, { ext: { em_at_list: ['alice'] } });
  const state = withInserted(NOTHING_UNREAD, { inserted: [mention, message(7), message(8)], self });
  expect(state.mentions).toBe(1);
  const after = cleared(state, { through: message(7), newerStored: [message(8)], self, isElsewhere: true });
  expect(unreadCount(after)).toBe(1);
  expect(after.mentions).toBeUndefined();
});

test('[UR7] read elsewhere before the list was made: it counts what came after, whether that is stored or not', () => {
  expect(clearedAt(listed(NOTHING_UNREAD, 1, 8), 7, true)).toMatchObject({ baseline: 1, newer: 0, readThrough: toPosition(message(7)) });
  const swept = acknowledged(clearedAt(listed(NOTHING_UNREAD, 5, 5), 5), { through: message(7).id, sent: -5, newerStored: messages(6, 7), self });
  expect(unreadCount(listed(swept, 1, 9))).toBe(3);
  expect(unreadCount(clearedAt(listed(swept, 1, 9), 8, true))).toBe(1);
});

test('[UR5] a clear up to before the baseline leaves what is stored between the two, at most the baseline', () => {
  const state = rebased(NOTHING_UNREAD, { listed: listedAt(10, message(10)), stored: [message(11)], self });
  const after = cleared(state, { through: message(7), newerStored: messages(8, 11), self });
  expect(after).toMatchObject({ baseline: 3, newer: 1, readThrough: toPosition(message(7)) });
  expect(unreadCount(cleared(after, { through: message(2), newerStored: messages(3, 11), self }))).toBe(4);
});

test('a clear of an empty conversation takes the baseline away and sets no marker', () => {
  const state = rebased(NOTHING_UNREAD, { listed: listedAt(2, null), stored: [], self });
  expect(unreadCount(state)).toBe(2);
  expect(cleared(state, { through: null, newerStored: [], self })).toEqual({ ...NOTHING_UNREAD, correction: -2 });
  expect(cleared(state, { through: null, newerStored: [], self, isElsewhere: true })).toEqual(NOTHING_UNREAD);
});

test('only the position of a message is kept in the state, never the message', () => {
  const state = cleared(rebased(NOTHING_UNREAD, { listed: listedAt(1, message(1)), stored: [], self }), {
    through: message(1),
    newerStored: [],
    self,
  });
  expect(Object.keys(state.baselineAt ?? {})).toEqual(['time', 'id']);
  expect(Object.keys(state.readThrough ?? {})).toEqual(['time', 'id']);
});

test('[UR1] a recalled message that counted is taken back, in the baseline too; one that was read, or own, is not', () => {
  const state = rebased(NOTHING_UNREAD, { listed: listedAt(2, message(2)), stored: messages(3, 5), self });
  expect(unreadCount(withRemoved(state, { removed: [message(4)], self }))).toBe(4);
  expect(unreadCount(withRemoved(state, { removed: [message(1), message(4)], self }))).toBe(3);
  expect(withRemoved(state, { removed: [own(4)], self })).toBe(state);
  const read = cleared(state, { through: message(5), newerStored: [], self });
  expect(withRemoved(read, { removed: [message(1), message(4)], self })).toBe(read);
});

test('[UR1] [UR3] whatever the order of lists, messages and clears, the count equals a recount of what is stored', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver' as const), number: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('list' as const), lag: fc.nat(10) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('clear' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), fc.array(fc.boolean(), { minLength: 31 }), (steps, owns) => {
      const history = owns.slice(0, 31).map((isOwn, index) => (isOwn ? own(index) : message(index)));
      const stored = new Map<string, Message>();
      const after = (position: Message | null) =>
        [...stored.values()].filter((one) => position === null || comparePositions(one, position) > 0);
      let state = NOTHING_UNREAD;
      let sent = -1;
      for (const one of steps) {
        if (one.type === 'deliver') {
          const arrived = history[one.number] ?? message(one.number);
          sent = Math.max(sent, one.number);
          if (stored.has(arrived.id)) continue;
          stored.set(arrived.id, arrived);
          state = withInserted(state, { inserted: [arrived], self });
        } else if (one.type === 'list') {
          const last = history[sent - one.lag];
          if (last === undefined) continue;
          // The service's own count: everything of others since the last clear that it knows of.
          const known = history.slice(0, sent - one.lag + 1).filter((item) => item.from !== self);
          const read = state.readThrough;
          const unReadCount = known.filter((item) => read === null || comparePositions(item, read) > 0).length;
          state = rebased(state, { listed: { unReadCount, lastMessage: last }, stored: after(last), self });
        } else {
          const through = [...stored.values()].sort(comparePositions).at(-1) ?? null;
          // Read elsewhere: this service knows at once.
          state = cleared(state, { through, newerStored: after(through), self, isElsewhere: true });
          if (through !== null) expect(unreadCount(state)).toBe(state.baseline);
        }
        const from = countsAfter(state);
        const recount = [...stored.values()].filter(
          (item) => item.from !== self && (from === null || comparePositions(item, from) > 0),
        );
        expect(state.newer).toBe(recount.length);
        expect(state.baseline).toBeGreaterThanOrEqual(0);
      }
      const last = history[sent];
      if (last === undefined) return;
      const missing = history.slice(0, sent + 1).filter((item) => {
        const read = state.readThrough;
        return item.from !== self && (read === null || comparePositions(item, read) > 0);
      });
      const final = rebased(state, { listed: { unReadCount: missing.length, lastMessage: last }, stored: [], self });
      expect(unreadCount(final)).toBe(missing.length);
    }),
    { numRuns: 500 },
  );
});
