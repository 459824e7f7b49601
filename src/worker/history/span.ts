import { comparePositions, isAfter, toPosition, type Position } from '../../protocol/ids.ts';
import type { Span } from '../storage/storage.ts';

/** The spans of one conversation: oldest first, never overlapping. Never changed in place. */
export type Spans = readonly Span[];

/** One answered history request, as far as spans are concerned. */
export type SpanPage = {
  readonly direction: 'up' | 'down';
  /** The cursor asked with; `''` for the newest (`up`) or oldest (`down`) page. */
  readonly cursor: string;
  /** Where the cursor's message stands, when it is known here. */
  readonly from: Position | null;
  /** Oldest first, whatever the direction. Unfiltered: a filtered page must not be handed in. */
  readonly messages: readonly Position[];
  /** Spent (`''` or undefined) at the end. */
  readonly nextCursor: string | undefined;
  readonly isLast: boolean;
};

/** A place where messages are missing and can be fetched (HB4). */
export type Hole = {
  /** The hole lies directly below (older than) the message with this position. */
  readonly below: Position;
  /** Asks for the next page of the hole, newest first. */
  readonly cursor: string;
};

/**
 * Adds live messages (HB5).
 *
 * - Continuous: the newest span reaches up to the newest of them. Late ones that lie below it claim nothing.
 * - Not continuous: those after the newest span open a span of their own, with a hole below it. A span of nothing but one live message
 *   gives way: before anything is proven, spans would become as many as messages.
 * - Either way the span's newest end is live until the newest page of history has been compared with it.
 *
 * @param messages In any order. When not continuous they must be a run by themselves: of messages that the service kept
 * while this device was away (a lossy subset) hand in the newest only.
 * @param options.isContinuous Whether nothing can be missing between the newest span and these messages.
 * @returns The same array when nothing changed.
 */
export function withLive(
  spans: Spans,
  messages: readonly Position[],
  options: { readonly isContinuous: boolean },
): Spans {
  const newestSpan = spans.at(-1);
  const [oldest, ...rest] = messages
    .filter((message) => newestSpan === undefined || isAfter(message, newestSpan.newest))
    .map(toPosition)
    .sort(comparePositions);
  if (oldest === undefined) return spans;
  const newest = rest.at(-1) ?? oldest;
  const isExtended = newestSpan !== undefined && options.isContinuous;
  const span = isExtended ? newestSpan : { oldest, olderCursor: oldest.id };
  const isReplaced = isExtended || (newestSpan !== undefined && isLoneLive(newestSpan));
  return [...(isReplaced ? spans.slice(0, -1) : spans), { ...span, newest, isLive: true }];
}

/** Whether a span is nothing but a message that came live: the newest page brings what the page below it would. */
export function isLoneLive(span: Span): boolean {
  return span.isLive === true && span.olderCursor === span.newest.id;
}

/**
 * Adds a page of history (HB2, HB3).
 *
 * - It extends the span it was asked from, is joined with every span it touches, and so closes holes.
 * - An empty page moves the cursor of the span it was asked from, nothing else.
 * - At the start of the conversation (`isLast`, or a spent cursor) the span's cursor becomes null.
 * - A run that stands by itself below all others was jumped to: it is kept apart.
 *
 * @returns The same array when nothing changed.
 */
export function withPage(spans: Spans, page: SpanPage): Spans {
  const askedFrom = spanAskedFrom(spans, page);
  const first = page.messages[0];
  const last = page.messages.at(-1);
  if (first === undefined || last === undefined) return withMovedCursor(spans, page, askedFrom);

  let run: Span = flagged(
    { oldest: toPosition(first), newest: toPosition(last), olderCursor: cursorBelowPage(page, first) },
    { isApart: askedFrom === undefined ? isApartAt(spans, page, last) : askedFrom.isApart },
  );
  if (askedFrom !== undefined) {
    run =
      page.direction === 'up'
        ? { ...run, newest: later(run.newest, askedFrom.newest) }
        : { ...run, oldest: askedFrom.oldest, olderCursor: askedFrom.olderCursor };
  }
  const touched = spans.filter((span) => isTouching(span, run));
  const joined = touched.reduce(join, run);
  // What came live after the page was made is not in it.
  const isCompared = isNewestPage(page) && comparePositions(last, joined.newest) === 0;
  const isLive = !isCompared && touched.some((span) => span.isLive === true && comparePositions(span.newest, joined.newest) === 0);
  return [...spans.filter((span) => !touched.includes(span)), flagged(joined, { isApart: joined.isApart, isLive })].sort((a, b) =>
    comparePositions(a.oldest, b.oldest),
  );
}

/** @returns The holes, oldest first. A gap that the service said it has nothing for is no hole: it cannot be filled. */
export function holes(spans: Spans): readonly Hole[] {
  return openEnds(spans.slice(1));
}

/** @returns Where something older can be fetched, oldest first: the holes, and what lies below the oldest span. */
export function openEnds(spans: Spans): readonly Hole[] {
  return spans.flatMap(({ oldest, olderCursor }) => (olderCursor === null ? [] : [{ below: oldest, cursor: olderCursor }]));
}

/**
 * @returns The newest hole that is filled without being looked at: what was missed between two stretches that somebody
 * has read or received, not the years between the present and a place that was jumped to.
 */
export function wantedHole(spans: Spans): Hole | undefined {
  return holes(spans)
    .filter(({ below }) => spans.findLast(({ oldest }) => isAfter(below, oldest))?.isApart !== true)
    .at(-1);
}

/** @returns The span that has this position within it, bounds included. */
export function spanAt(spans: Spans, position: Position): Span | undefined {
  return spans.find((span) => isWithin(position, span));
}

/**
 * @param position Where one stands; null: above everything.
 * @returns The cursor that fetches what is missing next below the position: that of its span, or of the hole it lies
 * in; `''` (the newest page) above all spans; null when nothing older can be had.
 */
export function olderCursorBelow(spans: Spans, position: Position | null): string | null {
  const span = position === null ? spans.at(-1) : spans.find(({ newest }) => !isAfter(position, newest));
  return span === undefined ? '' : span.olderCursor;
}

function spanAskedFrom(spans: Spans, { cursor, from, direction }: SpanPage): Span | undefined {
  if (cursor === '') return undefined;
  const byCursor = direction === 'up' ? spans.find((span) => span.olderCursor === cursor) : undefined;
  return byCursor ?? (from === null ? undefined : spanAt(spans, from));
}

function withMovedCursor(spans: Spans, page: SpanPage, askedFrom: Span | undefined): Spans {
  if (page.direction === 'down' || askedFrom === undefined || askedFrom.olderCursor !== page.cursor) return spans;
  const olderCursor = nextOf(page);
  if (olderCursor === askedFrom.olderCursor) return spans;
  return spans.map((span) => (span === askedFrom ? { ...span, olderCursor } : span));
}

/** A page downwards that began at the very start has nothing below it; any other knows only its own oldest message. */
function cursorBelowPage(page: SpanPage, oldest: Position): string | null {
  if (page.direction === 'up') return nextOf(page);
  return page.cursor === '' ? null : oldest.id;
}

function nextOf({ isLast, nextCursor }: SpanPage): string | null {
  return isLast || nextCursor === undefined || nextCursor === '' ? null : nextCursor;
}

/** Of two touching spans the older one's cursor holds; of two that begin at one message, the one that got further. */
function join(a: Span, b: Span): Span {
  const difference = comparePositions(a.oldest, b.oldest);
  const below = difference < 0 ? a : b;
  const olderCursor = difference === 0 && a.olderCursor === null ? null : below.olderCursor;
  const isApart = [a, b].every((span) => span.isApart || isAfter((span === a ? b : a).newest, span.newest));
  return flagged({ oldest: below.oldest, newest: later(a.newest, b.newest), olderCursor }, { isApart });
}

function isApartAt(spans: Spans, page: SpanPage, newest: Position): boolean {
  return !isNewestPage(page) && spans.every((span) => span.isApart === true || isAfter(span.oldest, newest));
}

function isNewestPage({ cursor, direction }: SpanPage): boolean {
  return cursor === '' && direction === 'up';
}

function flagged({ oldest, newest, olderCursor }: Span, { isApart, isLive }: { readonly isApart?: boolean | undefined; readonly isLive?: boolean }): Span {
  return { oldest, newest, olderCursor, ...(isApart === true && { isApart }), ...(isLive === true && { isLive }) };
}

function isTouching(a: Span, b: Span): boolean {
  return !isAfter(a.oldest, b.newest) && !isAfter(b.oldest, a.newest);
}

/** Whether a span has this position within it, bounds included. */
export function isWithin(position: Position, { oldest, newest }: Span): boolean {
  return !isAfter(oldest, position) && !isAfter(position, newest);
}

function later(a: Position, b: Position): Position {
  return isAfter(b, a) ? b : a;
}
