import { compareConversations } from '../../protocol/conversation-order.ts';
import { conversationKey } from '../../protocol/ids.ts';
import { createListPatcher } from '../../protocol/list-patcher.ts';
import type { TimelineItem } from '../../protocol/model.ts';
import type { TimelineUpsert } from '../../protocol/queries.ts';
import type { Snapshot } from '../../protocol/wire.ts';
import { compareTimelineItems } from '../../protocol/timeline-order.ts';

/** Applies the next patch, and gives the value that it makes. */
export type Patcher = (patch: never) => unknown;

/** @returns What makes the values that follow a query's snapshot. */
export function createPatcher(snapshot: Snapshot): Patcher {
  if (snapshot.query === 'conversations') return createListPatcher(snapshot.value, 'rows', compareConversations, conversationKey);
  if (snapshot.query === 'timeline') {
    const join = (before: TimelineItem | undefined, upsert: TimelineUpsert): TimelineItem => ({ ...before, ...upsert }) as TimelineItem;
    return createListPatcher(snapshot.value, 'items', compareTimelineItems, ({ key }: TimelineUpsert) => key, join);
  }
  if (snapshot.query === 'outbox') return createListPatcher(snapshot.value, 'items', (a, b) => (a.clientId < b.clientId ? -1 : 1), ({ clientId }) => clientId);
  return (value) => value;
}
