import { expect, test } from 'vitest';
import { toPosition } from '../../../src/protocol/ids.ts';
import { holes, olderCursorBelow, spanAt, withLive, wantedHole, withPage, type SpanPage, type Spans } from '../../../src/worker/history/span.ts';
import type { Span } from '../../../src/worker/storage/storage.ts';
import { message, messages } from '../../support/messages.ts';

const at = (number: number) => toPosition(message(number));
const id = (number: number) => message(number).id;
const span = (oldest: number, newest: number, olderCursor: string | null = id(oldest)) => ({
  oldest: at(oldest),
  newest: at(newest),
  olderCursor,
});
/** A span that somebody jumped to. */
const apart = (oldest: number, newest: number, olderCursor: string | null = id(oldest)): Span => ({ ...span(oldest, newest, olderCursor), isApart: true });

/** A span whose newest end came live. */
const live = (oldest: number, newest: number, olderCursor: string | null = id(oldest)): Span => ({ ...span(oldest, newest, olderCursor), isLive: true });

/** The newest page. */
const newest = (from: number, through: number): SpanPage => ({ ...up(0, from, through), cursor: '', from: null });

/** A page upwards that was asked for with the id of message `below`. */
const up = (below: number, from: number, through: number, fields: Partial<SpanPage> = {}): SpanPage => ({
  direction: 'up',
  cursor: id(below),
  from: at(below),
  messages: messages(from, through),
  nextCursor: id(from),
  isLast: false,
  ...fields,
});

test('[HB5] live messages extend the newest span when nothing can be missing, else they open a new one', () => {
  const spans: Spans = [span(1, 5)];
  expect(withLive(spans, messages(6, 7), { isContinuous: true })).toEqual([live(1, 7)]);
  expect(withLive(spans, [message(9), message(8)], { isContinuous: false })).toEqual([span(1, 5), live(8, 9)]);
  expect(withLive([], messages(3, 4), { isContinuous: true })).toEqual([live(3, 4)]);
});

test('[HB5] an end that came live is live until the newest page has shown the same end', () => {
  expect(withPage([live(3, 6)], newest(2, 6))).toEqual([span(2, 6)]);
  // A message came live after the page had been made.
  expect(withPage([live(3, 7)], newest(2, 6))).toEqual([live(2, 7)]);
  expect(withPage([live(3, 6)], newest(2, 8))).toEqual([span(2, 8)]);
  expect(withPage([live(3, 6)], up(3, 1, 2))).toEqual([live(1, 6)]);
  expect(withPage([live(1, 3), span(8, 9)], up(8, 2, 7))).toEqual([span(1, 9)]);
});

test('[HB5] a span that is nothing but a live message gives way to the next one that is not proven to follow', () => {
  expect(withLive([span(1, 5), live(7, 7)], messages(9, 9), { isContinuous: false })).toEqual([span(1, 5), live(9, 9)]);
  expect(withLive([live(7, 7)], messages(9, 10), { isContinuous: false })).toEqual([live(9, 10)]);
  expect(withLive([live(7, 7)], messages(9, 9), { isContinuous: true })).toEqual([{ ...live(7, 9) }]);
  for (const kept of [live(7, 8), span(7, 7), { ...live(7, 7), olderCursor: null }]) {
    expect(withLive([kept], messages(9, 9), { isContinuous: false })).toEqual([kept, live(9, 9)]);
  }
});

test('[HB5] late and repeated live messages claim nothing', () => {
  const spans: Spans = [span(1, 3), span(8, 9)];
  expect(withLive(spans, messages(2, 9), { isContinuous: true })).toBe(spans);
  expect(withLive(spans, messages(2, 9), { isContinuous: false })).toBe(spans);
  expect(withLive(spans, messages(5, 10), { isContinuous: false })).toEqual([span(1, 3), span(8, 9), live(10, 10)]);
});

test('[HB2] a page extends the span it was asked from', () => {
  expect(withPage([span(50, 60)], up(50, 40, 49))).toEqual([span(40, 60)]);
});

test('[HB3] the last page has no cursor below it, by isLast or by a spent cursor', () => {
  expect(withPage([span(50, 60)], up(50, 40, 49, { isLast: true }))).toEqual([span(40, 60, null)]);
  expect(withPage([span(50, 60)], up(50, 40, 49, { nextCursor: '' }))).toEqual([span(40, 60, null)]);
  expect(withPage([span(50, 60)], up(50, 40, 49, { nextCursor: undefined }))).toEqual([span(40, 60, null)]);
});

test('[HB3] an empty page moves the cursor of its span, or ends it', () => {
  const empty = up(50, 1, 0, { messages: [], nextCursor: id(44) });
  expect(withPage([span(50, 60)], empty)).toEqual([span(50, 60, id(44))]);
  expect(withPage([span(50, 60)], { ...empty, isLast: true })).toEqual([span(50, 60, null)]);
  const spans: Spans = [span(50, 60, id(47))];
  expect(withPage(spans, empty)).toBe(spans);
});

test('[HB3] a cursor whose message is not stored is matched with the span that holds it', () => {
  const page = up(44, 30, 43, { from: null });
  expect(withPage([span(50, 60, id(44))], page)).toEqual([span(30, 60)]);
});

test('[HB4] a page that touches an older span closes the hole and takes over its cursor', () => {
  const spans: Spans = [span(1, 30, null), span(50, 60)];
  expect(holes(spans)).toEqual([{ below: at(50), cursor: id(50) }]);
  const closed = withPage(spans, up(50, 25, 49));
  expect(closed).toEqual([span(1, 60, null)]);
  expect(holes(closed)).toEqual([]);
});

test('[HB4] a page over several spans joins them all', () => {
  const spans: Spans = [span(1, 10), span(20, 22), span(30, 31), span(40, 60)];
  expect(withPage(spans, up(40, 10, 39))).toEqual([span(1, 60)]);
});

test('[HB4] the newest page after an absence stands apart until it reaches what is stored', () => {
  const newest = up(0, 90, 100, { cursor: '', from: null });
  expect(withPage([span(1, 60)], newest)).toEqual([span(1, 60), span(90, 100)]);
  expect(withPage([span(1, 95)], newest)).toEqual([span(1, 100)]);
});

test('a page downwards extends its span upwards, and from the very start it has nothing below', () => {
  const down: SpanPage = { ...up(60, 61, 70), direction: 'down', nextCursor: id(70) };
  expect(withPage([span(50, 60), span(70, 80)], down)).toEqual([span(50, 80)]);
  expect(withPage([], down)).toEqual([apart(61, 70)]);
  expect(withPage([], { ...down, cursor: '', from: null, messages: messages(1, 9) })).toEqual([apart(1, 9, null)]);
  const spans: Spans = [span(50, 60)];
  expect(withPage(spans, { ...down, messages: [] })).toBe(spans);
});

test('a page asked from a message in no span joins nothing that it does not touch', () => {
  expect(withPage([span(50, 60)], up(45, 40, 44))).toEqual([apart(40, 44), span(50, 60)]);
});

test('[HB4] the cursor below a position is that of its span or of the hole it lies in', () => {
  const spans: Spans = [span(1, 30, null), span(50, 60)];
  expect(olderCursorBelow([], null)).toBe('');
  expect(olderCursorBelow([], at(5))).toBe('');
  expect(olderCursorBelow(spans, null)).toBe(id(50));
  expect(olderCursorBelow(spans, at(55))).toBe(id(50));
  expect(olderCursorBelow(spans, at(40))).toBe(id(50));
  expect(olderCursorBelow(spans, at(20))).toBeNull();
  expect(olderCursorBelow(spans, at(61))).toBe('');
  expect(spanAt(spans, at(30))).toBe(spans[0]);
  expect(spanAt(spans, at(31))).toBeUndefined();
});

test('[HB5] [HB6] what was missed between two stretches is wanted; the years below a jump are not, until they are joined', () => {
  expect(wantedHole([span(1, 5), span(10, 12), span(20, 21)])).toEqual({ below: at(20), cursor: id(20) });
  const jumped = withPage([span(50, 60)], up(11, 1, 10));
  expect(wantedHole(jumped)).toBeUndefined();
  expect(wantedHole([...jumped, span(70, 71)])).toEqual({ below: at(70), cursor: id(70) });
  // A jump into what was missed anyway leaves both parts of it wanted.
  const within = withPage([span(1, 5), span(50, 60)], up(21, 11, 20));
  expect(within).toEqual([span(1, 5), span(11, 20), span(50, 60)]);
  // Read on upwards it stays apart, until it reaches what is not.
  const down: SpanPage = { ...up(10, 11, 20), direction: 'down', nextCursor: id(20) };
  expect(withPage(jumped, down)).toEqual([apart(1, 20), span(50, 60)]);
  expect(withPage(jumped, { ...down, messages: messages(11, 50) })).toEqual([span(1, 60)]);
  expect(withPage([], { ...up(1, 11, 20), cursor: '', from: null })).toEqual([span(11, 20)]);
});
