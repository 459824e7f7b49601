import { compareIds, isAfter, laterOf, toPosition, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { UnreadState } from '../storage/storage.ts';
import { changed, countMentions, isLater, othersAfter, wholeOf, type WholeState } from './unread-count.ts';

/** The newest stored messages of a conversation. */
export type Tail = {
  /** In order, oldest first. */
  readonly stored: readonly Message[];
  /** After this (exclusive) nothing is missing; null: nothing at all. Undefined: newer messages are known than are stored. */
  readonly completeAfter: Position | null | undefined;
};

/**
 * Takes the service's count as the new baseline.
 *
 * - A list older than the one before changes nothing (SY6).
 * - A list that knows nothing after the read marker cannot bring back what was read; one that knows more, but not yet of
 *   a clear made here, counts what was cleared: that is taken off (UR6).
 * - What an acknowledgement of ours has swept at the service stays unread here (UR5).
 * - Messages stored after the listed last one count on top: the list lags behind its events.
 *
 * @param options.listed The service's row: its count, and the last message it knows of.
 * @param options.stored The stored messages after `listed.lastMessage`, all of them, and more of the newest; in any order.
 * @returns The same object when nothing changed.
 */
export function rebased(
  state: UnreadState,
  options: {
    readonly listed: { readonly unReadCount: number; readonly lastMessage: Position | null };
    readonly stored: readonly Message[];
    readonly self: string;
  },
): UnreadState {
  const { listed, stored, self } = options;
  const listedAt = listed.lastMessage === null ? null : toPosition(listed.lastMessage);
  if (isLater(state.baselineAt, listedAt)) return state;
  const unread = othersAfter(stored, state.readThrough, self);
  const newer = othersAfter(unread, listedAt, self).length;
  return changed(state, { baselineAt: listedAt, newer, ...counted(state, { listedAt, count: listed.unReadCount, unread, newer }) });
}

/** What a count says of the messages after the read marker and up to the listed last one. */
function counted(
  state: UnreadState,
  list: { readonly listedAt: Position | null; readonly count: number; readonly unread: readonly Message[]; readonly newer: number },
): Partial<WholeState> {
  const { listedAt, count, unread, newer } = list;
  const { readThrough, correction, sweptThrough } = wholeOf(state);
  if (readThrough !== null && !isLater(listedAt, readThrough)) return { baseline: 0 };
  if (sweptThrough !== undefined) {
    // Made before or after the sweep: it counts what is read here, or nothing.
    if (listedAt === null || compareIds(listedAt.id, sweptThrough) <= 0) return { baseline: Math.max(0, state.baseline + state.newer - newer) };
    const swept = Math.max(correction, unread.filter(({ id }) => compareIds(id, sweptThrough) <= 0).length);
    return { baseline: count + swept, correction: swept };
  }
  if (correction === 0) return { baseline: count };
  const known = unread.length - newer;
  // Fewer than were cleared: the service has been told, by us or by another device.
  const isTold = count + correction < 0;
  return { baseline: Math.max(known, isTold ? count : count + correction), correction: isTold ? 0 : correction };
}

/**
 * Counts again from what is stored (UR1).
 *
 * - Where all messages after the read marker are stored they are the truth, and the service's larger count is not.
 * - A smaller count of the service means that another device has read, unless an acknowledgement of ours explains it.
 * - Where something is missing, the service's count stands; of what is stored nothing is lost to our own acknowledgement.
 * - Mentions are those among the unread messages that are stored.
 *
 * @param tail.isListed The baseline is what the service has just said, with what it has swept: only then, or where
 *   nothing swept is added to it, is it asked whether it is too small even for that.
 * @returns The same object when nothing changed.
 */
export function recounted(state: UnreadState, tail: Tail & { readonly self: string; readonly isListed?: boolean }): UnreadState {
  const { stored, completeAfter, self } = tail;
  const { baseline, baselineAt, readThrough, correction, sweptThrough } = wholeOf(state);
  const unread = othersAfter(stored, readThrough, self);
  const known = unread.filter((message) => baselineAt !== null && !isAfter(message, baselineAt));
  const isWhole = completeAfter === null || (completeAfter !== undefined && readThrough !== null && !isAfter(completeAfter, readThrough));
  const unswept = known.filter(({ id }) => sweptThrough !== undefined && compareIds(id, sweptThrough) > 0).length;
  // Beyond the sweep the service counts again: fewer than are there, and another device has read all that was swept too. Or one
  // is recalled, and we are still to hear of it: the sweep is remembered, so that the next list is asked anew.
  const isReadElsewhere = (tail.isListed === true || correction === 0) && unswept > 0 && baseline - correction < unswept;
  const isOwnDoing = correction < 0 || (sweptThrough !== undefined && !isReadElsewhere);
  const least = isOwnDoing ? Math.max(baseline, known.length) : baseline - (isReadElsewhere ? correction : 0);
  const count = isWhole ? Math.min(least, known.length) : least;
  const mentioning = [...known.slice(Math.max(0, known.length - count)), ...othersAfter(unread, laterOf(baselineAt, readThrough), self)];
  return changed(state, {
    baseline: count,
    mentions: countMentions(mentioning, self),
    ...(isReadElsewhere ? { correction: 0 } : {}),
  });
}
