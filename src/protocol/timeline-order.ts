import type { MessageState, TimelineItem } from './model.ts';
import { comparePositions, type Position } from './ids.ts';

/** @returns Whether the service has accepted the message, so that its id and time are the service's. */
export function isAccepted(state: MessageState): boolean {
  return state.type !== 'queued' && state.type !== 'sending' && state.type !== 'failed';
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
  const aPending = a.type === 'message' && !isAccepted(a.state);
  const bPending = b.type === 'message' && !isAccepted(b.state);
  if (aPending !== bPending) return aPending ? 1 : -1;
  if (aPending && bPending) return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  const difference = comparePositions(positionOf(a), positionOf(b));
  if (difference !== 0) return difference;
  return a.type === b.type ? 0 : a.type === 'hole' ? -1 : 1;
}
