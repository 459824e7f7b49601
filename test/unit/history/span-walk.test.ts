import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePositions, toPosition, type Position } from '../../../src/protocol/ids.ts';
import { holes, olderCursorBelow, spanAt, withLive, withPage, type SpanPage, type Spans } from '../../../src/worker/history/span.ts';
import { message } from '../../support/messages.ts';

/** The service of one conversation: a linear history, parts of which it cannot decode and leaves out of its pages. */
type Service = { readonly history: readonly Position[]; readonly isReadable: (position: Position) => boolean; sent: number };

function answer(service: Service, request: { direction: 'up' | 'down'; cursor: string; size: number }): SpanPage {
  const { direction, cursor, size } = request;
  const present = service.history.slice(0, service.sent);
  const index = present.findIndex(({ id }) => id === cursor);
  const rest =
    direction === 'up'
      ? present.slice(0, cursor === '' ? present.length : index).slice(-size)
      : present.slice(cursor === '' ? 0 : index + 1).slice(0, size);
  const isLast = direction === 'up' ? rest[0] === present[0] : rest.at(-1) === present.at(-1);
  const end = direction === 'up' ? rest[0] : rest.at(-1);
  const from = present[index];
  return {
    direction,
    cursor,
    from: from !== undefined && service.isReadable(from) ? from : null,
    messages: rest.filter(service.isReadable),
    nextCursor: end?.id,
    isLast: isLast || rest.length === 0,
  };
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('live' as const), count: fc.integer({ min: 1, max: 5 }), sure: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('missed' as const), count: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('older' as const), size: fc.integer({ min: 1, max: 7 }), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('anywhere' as const),
      size: fc.integer({ min: 1, max: 7 }),
      direction: fc.constantFrom('up' as const, 'down' as const),
      pick: fc.nat(),
    }),
  },
);

test('[HB4] [HB5] spans never overlap, never claim what was not delivered, and end as one when all was fetched', () => {
  let joined = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 3, maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 200, maxLength: 200 }),
      (steps, dice) => {
        const history = dice.map((_, index) => toPosition(message(index)));
        const service: Service = {
          history,
          isReadable: ({ id }) => dice[history.findIndex((one) => one.id === id)] !== 0,
          sent: 0,
        };
        const delivered = new Set<string>();
        let spans: Spans = [];

        const check = () => {
          spans.forEach((span, index) => {
            expect(comparePositions(span.oldest, span.newest)).toBeLessThanOrEqual(0);
            const older = spans[index - 1];
            if (older !== undefined) expect(comparePositions(older.newest, span.oldest)).toBeLessThan(0);
          });
          const readable = history.slice(0, service.sent).filter(service.isReadable);
          const claimed = readable.filter((position) => spanAt(spans, position) !== undefined);
          expect(claimed.filter(({ id }) => !delivered.has(id))).toEqual([]);
        };
        const take = (page: SpanPage) => {
          page.messages.forEach(({ id }) => delivered.add(id));
          const before = spans.length;
          spans = withPage(spans, page);
          if (spans.length < before) joined += 1;
          check();
        };

        for (const one of steps) {
          if (one.type === 'missed') {
            service.sent = Math.min(history.length, service.sent + one.count);
          } else if (one.type === 'live') {
            const known = spans.at(-1);
            const seen = history.slice(0, service.sent).filter(service.isReadable).at(-1);
            const isComplete = known === undefined || seen === undefined || comparePositions(seen, known.newest) <= 0;
            const batch = history.slice(service.sent, service.sent + one.count).filter(service.isReadable);
            service.sent = Math.min(history.length, service.sent + one.count);
            batch.forEach(({ id }) => delivered.add(id));
            spans = withLive(spans, [...batch].reverse(), { isContinuous: isComplete && one.sure });
            check();
          } else if (one.type === 'older') {
            const cursors = [...holes(spans).map(({ cursor }) => cursor), olderCursorBelow(spans, null)];
            const cursor = cursors[one.pick % cursors.length];
            if (typeof cursor === 'string') take(answer(service, { direction: 'up', cursor, size: one.size }));
          } else {
            const start = history[one.pick % Math.max(1, service.sent)];
            const cursor = one.pick % 7 === 0 || service.sent === 0 || start === undefined ? '' : start.id;
            take(answer(service, { direction: one.direction, cursor, size: one.size }));
          }
        }

        // The newest page may hold nothing readable; with no span to remember its cursor, the caller goes on with it.
        let newest = answer(service, { direction: 'up', cursor: '', size: 3 });
        while (newest.messages.length === 0 && !newest.isLast) {
          newest = answer(service, { direction: 'up', cursor: newest.nextCursor ?? '', size: 3 });
        }
        take(newest);
        for (let asked = 0; asked < 400; asked += 1) {
          const cursor = spans.map(({ olderCursor }) => olderCursor).findLast((one) => one !== null);
          if (cursor === undefined || cursor === null) break;
          take(answer(service, { direction: 'up', cursor, size: 3 }));
        }
        const readable = history.slice(0, service.sent).filter(service.isReadable);
        const [only, ...others] = spans;
        expect(others).toEqual([]);
        expect(only?.oldest).toEqual(readable[0]);
        expect(only?.newest).toEqual(readable.at(-1));
        expect(only?.olderCursor ?? null).toBeNull();
      },
    ),
    { numRuns: 400 },
  );
  expect(joined).toBeGreaterThan(100);
});
