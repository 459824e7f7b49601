import { comparePositions, isAfter, laterOf, toPosition, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { UnreadState } from '../storage/storage.ts';

/** The state of a conversation that was never listed, never read and has no messages. */
export const NOTHING_UNREAD: UnreadState = { baseline: 0, baselineAt: null, readThrough: null, newer: 0 };

/** @returns The exact unread count of a conversation (UR1). Whole, at least 0. */
export function unreadCount(state: UnreadState): number {
  return state.baseline + state.newer;
}

/**
 * @returns The later of the baseline's position and the read marker, exclusive: messages of others after it count one
 * by one; up to it they are in the baseline, or read. Null: every message of others counts.
 */
export function countsAfter(state: UnreadState): Position | null {
  return laterOf(state.baselineAt, state.readThrough);
}

/**
 * Counts messages that were not stored before.
 *
 * - Own messages, and messages the baseline already counts, change nothing: a list that was answered before the
 *   messages themselves came does not count them twice.
 * - Whoever calls leaves out what is stored already, and history pages of conversations never listed (UR3).
 *
 * @param options.inserted In any order.
 * @returns The same object when nothing counted.
 */
export function withInserted(
  state: UnreadState,
  options: { readonly inserted: readonly Message[]; readonly self: string },
): UnreadState {
  const count = countOthers(options.inserted, countsAfter(state), options.self);
  return count === 0 ? state : { ...state, newer: state.newer + count };
}

/**
 * Takes back messages that were known and are now recalled or removed.
 *
 * - Those up to the baseline are taken for ones it counted: the list that would tell may be read much later.
 *
 * @returns The same object when none of them counted.
 */
export function withRemoved(
  state: UnreadState,
  options: { readonly removed: readonly Message[]; readonly self: string },
): UnreadState {
  const { baseline, baselineAt, readThrough, newer } = state;
  const unread = options.removed.filter((message) => isAfter(message, readThrough));
  const later = Math.min(newer, countOthers(unread, baselineAt, options.self));
  const counted = Math.min(baseline, countOthers(unread, null, options.self) - later);
  return later + counted === 0 ? state : { ...state, baseline: baseline - counted, newer: newer - later };
}

/**
 * Lets go of a baseline whose own message was recalled or removed: the service will never list that message again, so
 * every later list would be taken for an older one, and what the baseline counted too much would stay.
 *
 * @param last The newest message that is left; null when there is none.
 * @returns The same object when the baseline reaches no further than that.
 */
export function withoutBaselineAfter(state: UnreadState, last: Position | null): UnreadState {
  return isLater(state.baselineAt, last) ? { ...state, baselineAt: last === null ? null : toPosition(last) } : state;
}

/**
 * Marks everything up to a position as read, here or on another device (UR5, UR7).
 *
 * - Messages after `through` stay unread, also those that arrived while the clear was on its way.
 * - A position before the baseline's leaves of the baseline at most what is stored between the two.
 * - The marker never goes back.
 *
 * @param options.through Inclusive. Null: there was no message; what the baseline said is read.
 * @param options.newerStored The stored messages after `through`, in any order.
 */
export function cleared(
  state: UnreadState,
  options: { readonly through: Position | null; readonly newerStored: readonly Message[]; readonly self: string },
): UnreadState {
  const readThrough = latest(state.readThrough, options.through);
  const { baselineAt } = state;
  const isPartial = baselineAt !== null && readThrough !== null && isAfter(baselineAt, readThrough);
  const counted = isPartial ? options.newerStored.filter((message) => !isAfter(message, baselineAt)) : [];
  const after = laterOf(baselineAt, readThrough);
  return keepIfSame(state, {
    baseline: Math.min(state.baseline, countOthers(counted, readThrough, options.self)),
    baselineAt,
    readThrough,
    newer: countOthers(options.newerStored, after, options.self),
  });
}

/**
 * Takes the service's count as the new baseline.
 *
 * - A list older than the one before changes nothing (SY6).
 * - A list that knows nothing after the read marker cannot bring back what was read (UR6).
 * - Messages stored after the listed last one count on top: the list lags behind its events.
 *
 * @param options.listed The service's row: its count, and the last message it knows of.
 * @param options.newerStored The stored messages after `listed.lastMessage`, in any order; all of them when it is null.
 * @returns The same object when nothing changed.
 */
export function rebased(
  state: UnreadState,
  options: {
    readonly listed: { readonly unReadCount: number; readonly lastMessage: Position | null };
    readonly newerStored: readonly Message[];
    readonly self: string;
  },
): UnreadState {
  const { listed, newerStored, self } = options;
  const listedAt = listed.lastMessage === null ? null : toPosition(listed.lastMessage);
  if (isLater(state.baselineAt, listedAt)) return state;
  const { readThrough } = state;
  const isRead = readThrough !== null && !isLater(listedAt, readThrough);
  return keepIfSame(state, {
    baseline: isRead ? 0 : listed.unReadCount,
    baselineAt: listedAt,
    readThrough,
    newer: countOthers(newerStored, laterOf(listedAt, readThrough), self),
  });
}

function countOthers(messages: readonly Message[], after: Position | null, self: string): number {
  return messages.filter((message) => message.from !== self && isAfter(message, after)).length;
}

/** Whether `a` is strictly later than `b`; no position is earlier than any. */
function isLater(a: Position | null, b: Position | null): boolean {
  return a !== null && isAfter(a, b);
}

function latest(a: Position | null, b: Position | null): Position | null {
  return isLater(b, a) && b !== null ? toPosition(b) : a;
}

function keepIfSame(before: UnreadState, after: UnreadState): UnreadState {
  const isSame =
    before.baseline === after.baseline &&
    before.newer === after.newer &&
    isSamePosition(before.baselineAt, after.baselineAt) &&
    isSamePosition(before.readThrough, after.readThrough);
  return isSame ? before : after;
}

function isSamePosition(a: Position | null, b: Position | null): boolean {
  return a === null || b === null ? a === b : comparePositions(a, b) === 0;
}
