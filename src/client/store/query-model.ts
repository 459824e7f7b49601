import { compareConversations } from '../../protocol/conversation-order.ts';
import { conversationKey } from '../../protocol/ids.ts';
import type { Conversation, TimelineItem } from '../../protocol/model.ts';
import type { QueryPatch, QueryType, QueryValue } from '../../protocol/queries.ts';
import { compareTimelineItems } from '../../protocol/timeline-order.ts';
import { createSortedRows, type SortedRows } from './sorted-rows.ts';

/** Makes a query's value out of what the worker sends. */
export interface QueryModel<T extends QueryType> {
  snapshot(value: QueryValue[T]): QueryValue[T];
  patch(patch: QueryPatch[T]): QueryValue[T];
}

/** A value one field of which holds the rows; the others are replaced as they come. */
function listModel<Field extends string, Row>(field: Field, sorted: SortedRows<Row, string>): QueryModel<'conversations' | 'timeline'> {
  type Value = { readonly [K in Field]: readonly Row[] };
  type Patch = { readonly upserts: readonly Row[]; readonly removes: readonly string[] };
  const model = {
    snapshot(value: Value) {
      sorted.replace(value[field]);
      return value;
    },
    patch: ({ upserts, removes, ...rest }: Patch) => ({ ...rest, [field]: sorted.patch(upserts, removes) }),
  };
  return model as unknown as QueryModel<'conversations' | 'timeline'>;
}

/** @returns A model without a value yet: its first message must be a snapshot. */
export function createQueryModel<T extends QueryType>(type: T): QueryModel<T> {
  const same = <V>(value: V): V => value;
  const model =
    type === 'conversations'
      ? listModel('rows', createSortedRows<Conversation, string>({ compare: compareConversations, keyOf: conversationKey }))
      : type === 'timeline'
        ? listModel('items', createSortedRows<TimelineItem, string>({ compare: compareTimelineItems, keyOf: ({ key }) => key }))
        : { snapshot: same, patch: same };
  return model as unknown as QueryModel<T>;
}
