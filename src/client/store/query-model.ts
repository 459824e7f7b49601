import { compareConversations } from '../../protocol/conversation-order.ts';
import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { QueryPatch, QueryType, QueryValue } from '../../protocol/queries.ts';
import { compareTimelineItems } from '../../protocol/timeline-order.ts';
import { createSortedRows } from './sorted-rows.ts';

/** Makes a query's value out of what the worker sends. */
export interface QueryModel<T extends QueryType> {
  snapshot(value: QueryValue[T]): QueryValue[T];
  patch(patch: QueryPatch[T]): QueryValue[T];
}

function conversationsModel(): QueryModel<'conversations'> {
  const sorted = createSortedRows<Conversation, ConversationKey>({ compare: compareConversations, keyOf: conversationKey });
  return {
    snapshot: ({ rows, total }) => ({ rows: sorted.replace(rows), total }),
    patch: ({ upserts, removes, total }) => ({ rows: sorted.patch(upserts, removes), total }),
  };
}

function timelineModel(): QueryModel<'timeline'> {
  const sorted = createSortedRows({ compare: compareTimelineItems, keyOf: (item) => item.key });
  return {
    snapshot: ({ items, state }) => ({ items: sorted.replace(items), state }),
    patch: ({ upserts, removes, state }) => ({ items: sorted.patch(upserts, removes), state }),
  };
}

/** Single values are replaced whole, by snapshots and patches alike. */
const replaced = { snapshot: <V>(value: V): V => value, patch: <V>(value: V): V => value };

/** @returns A model without a value yet: its first message must be a snapshot. */
export function createQueryModel<T extends QueryType>(type: T): QueryModel<T> {
  const model = type === 'conversations' ? conversationsModel() : type === 'timeline' ? timelineModel() : replaced;
  return model as QueryModel<T>;
}
