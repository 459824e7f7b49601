import type { MessageState, TimelineItem } from './model.ts';
import { comparePositions, type Position } from './ids.ts';

/** @returns Whether the service has accepted the message, so that its id and time are the service's. */
export function isAccepted(state: MessageState): boolean {
  return !['queued', 'sending', 'failed'].includes(state.type);
}

/**
 * The key of the hole below (older than) the message with this position. Holes sort directly before that message.
 */
export function holeKey(below: Position): string {
  return `hole:${below.time}:${below.id}`;
}

function positionOf(item: TimelineItem): Position {
  if (item.type === 'message') return item.message;
  const [, time = '0', id = ''] = item.key.split(':');
  return { time: Number(time), id };
}

/**
 * Orders a timeline, oldest first: accepted messages by (server time, id), a hole directly before the message it lies
 * below, own messages not yet accepted last, by key (client ids of one engine grow). See HB8.
 */
export function compareTimelineItems(a: TimelineItem, b: TimelineItem): number {
  const isPending = (item: TimelineItem): boolean => item.type === 'message' && !isAccepted(item.state);
  const isLast = Number(isPending(a)) - Number(isPending(b));
  if (isLast || isPending(a)) return isLast || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return comparePositions(positionOf(a), positionOf(b)) || Number(b.type === 'hole') - Number(a.type === 'hole');
}
