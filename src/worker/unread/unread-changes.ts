import { compareIds, isAfter, laterOf, toPosition, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { UnreadState } from '../storage/storage.ts';
import { changed, countMentions, countsAfter, isLater, othersAfter, unreadCount, wholeOf } from './unread-count.ts';

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
  const { inserted, self } = options;
  const { newer, mentions, readThrough } = wholeOf(state);
  return changed(state, {
    newer: newer + othersAfter(inserted, countsAfter(state), self).length,
    mentions: mentions + countMentions(othersAfter(inserted, readThrough, self), self),
  });
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
  const { baseline, baselineAt, readThrough, newer, mentions, correction, sweptThrough } = wholeOf(state);
  const unread = othersAfter(options.removed, readThrough, options.self);
  const later = Math.min(newer, unread.filter((message) => isAfter(message, baselineAt)).length);
  const swept = unread.filter(({ id }) => sweptThrough !== undefined && compareIds(id, sweptThrough) <= 0).length;
  return changed(state, {
    baseline: baseline - Math.min(baseline, unread.length - later),
    newer: newer - later,
    mentions: Math.max(0, mentions - countMentions(unread, options.self)),
    correction: correction > 0 ? Math.max(0, correction - swept) : correction,
  });
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
 * Marks everything up to a position as read (UR5, UR7).
 *
 * - Messages after `through` stay unread, also those that arrived while the clear was on its way.
 * - A position before the baseline's: the list was made after another device had read that far, and knows; one of before a clear
 *   here leaves at most what is stored between the two.
 * - The marker never goes back.
 * - Read here, the service still counts what was cleared until it is told: that is noted. Read elsewhere, it knows.
 *
 * @param options.through Inclusive. Null: there was no message; what the baseline said is read.
 * @param options.newerStored The stored messages after `through`, in any order.
 * @param options.isElsewhere Read on another device; the service knows, and counts what lies after it.
 */
export function cleared(
  state: UnreadState,
  options: { readonly through: Position | null; readonly newerStored: readonly Message[]; readonly self: string; readonly isElsewhere?: boolean },
): UnreadState {
  const { newerStored, self, isElsewhere = false } = options;
  const { baseline, baselineAt, correction, sweptThrough } = wholeOf(state);
  // Told late of something that was read here as well.
  if (isElsewhere && options.through !== null && !isAfter(options.through, state.readThrough)) return state;
  const later = laterOf(state.readThrough, options.through);
  const readThrough = later && toPosition(later);
  const unread = othersAfter(newerStored, readThrough, self);
  const isPartial = readThrough !== null && isLater(baselineAt, readThrough);
  const newer = othersAfter(unread, baselineAt, self).length;
  const isStillSwept = isElsewhere && sweptThrough !== undefined && readThrough !== null && compareIds(readThrough.id, sweptThrough) < 0;
  const left = isElsewhere && !isStillSwept ? baseline - Math.max(0, correction) : Math.min(baseline, unread.length - newer);
  const counted = isPartial ? left : 0;
  return changed(state, {
    baseline: counted,
    readThrough,
    newer,
    mentions: countMentions(unread, self),
    ...(isElsewhere ? { correction: isStillSwept ? Math.min(correction, counted + newer) : 0 } : { correction: Math.min(0, correction - unreadCount(state) + counted + newer) }),
    ...(isStillSwept ? {} : { sweptThrough: undefined }),
  });
}

/**
 * Takes over that the service has set its count to 0 (UR5): what landed there before that and after the read marker stays
 * unread here, though the service counts it no more.
 *
 * @param options.through Id up to which the service swept, inclusive.
 * @param options.sent What {@link UnreadState.correction} was when the acknowledgement was sent.
 * @param options.newerStored The stored messages after the read marker, in any order.
 */
export function acknowledged(
  state: UnreadState,
  options: { readonly through: string; readonly sent: number; readonly newerStored: readonly Message[]; readonly self: string },
): UnreadState {
  const { through, newerStored, self } = options;
  const { baseline, baselineAt, readThrough, correction } = wholeOf(state);
  // Cleared again since, beyond what the service has swept: another acknowledgement waits for that.
  if (readThrough !== null && compareIds(through, readThrough.id) < 0) return changed(state, { correction: Math.min(0, correction - options.sent) });
  const unread = othersAfter(newerStored, readThrough, self);
  const newer = othersAfter(unread, baselineAt, self);
  const counted = Math.max(baseline, unread.length - newer.length);
  const isSwept = ({ id }: { readonly id: string }): boolean => compareIds(id, through) <= 0;
  const isListSwept = baselineAt === null || isSwept(baselineAt);
  return changed(state, {
    baseline: counted,
    correction: isListSwept ? counted + newer.filter(isSwept).length : unread.filter(isSwept).length,
    sweptThrough: through,
  });
}
