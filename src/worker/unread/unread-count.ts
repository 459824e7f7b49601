import { isAfter, laterOf, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { UnreadState } from '../storage/storage.ts';
import { mentionsUser } from './mentions.ts';

/** The state of a conversation that was never listed, never read and has no messages. */
export const NOTHING_UNREAD: UnreadState = { baseline: 0, baselineAt: null, readThrough: null, newer: 0 };

/** The state with nothing left out. */
export type WholeState = Required<Omit<UnreadState, 'sweptThrough'>> & { readonly sweptThrough: string | undefined };

/** @returns The exact unread count of a conversation (UR1). Whole, at least 0. */
export function unreadCount(state: Pick<UnreadState, 'baseline' | 'newer'>): number {
  return state.baseline + state.newer;
}

/**
 * @returns The later of the baseline's position and the read marker, exclusive: messages of others after it count one
 * by one; up to it they are in the baseline, or read. Null: every message of others counts.
 */
export function countsAfter(state: UnreadState): Position | null {
  return laterOf(state.baselineAt, state.readThrough);
}

/** @returns The state with every field, in one order. */
export function wholeOf(state: UnreadState): WholeState {
  const { baseline, baselineAt, readThrough, newer, mentions = 0, correction = 0, sweptThrough } = state;
  return { baseline, baselineAt, readThrough, newer, mentions, correction, sweptThrough };
}

/**
 * @returns The state with some fields changed, without those that say nothing, and never more mentions than unread
 * messages; the same object when nothing changed.
 */
export function changed(before: UnreadState, change: Partial<WholeState>): UnreadState {
  const { mentions: told, correction, sweptThrough, ...rest } = { ...wholeOf(before), ...change };
  const mentions = Math.min(told, unreadCount(rest));
  const after: UnreadState = { ...rest, ...(mentions > 0 && { mentions }), ...(correction !== 0 && { correction }), ...(sweptThrough !== undefined && { sweptThrough }) };
  return JSON.stringify(wholeOf(after)) === JSON.stringify(wholeOf(before)) ? before : after;
}

/** @returns The messages of others after a position (exclusive), in their order. */
export function othersAfter(messages: readonly Message[], after: Position | null, self: string): readonly Message[] {
  return messages.filter((message) => message.from !== self && isAfter(message, after));
}

/** @returns How many of the messages mention the user. */
export function countMentions(messages: readonly Message[], self: string): number {
  return messages.filter((message) => mentionsUser(message, self)).length;
}

/** Whether `a` is strictly later than `b`; no position is earlier than any. */
export function isLater(a: Position | null, b: Position | null): boolean {
  return a !== null && isAfter(a, b);
}
