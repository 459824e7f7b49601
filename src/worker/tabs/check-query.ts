import type { QueryType } from '../../protocol/queries.ts';
import { aRef, aWhole, oneOf, optional, record, type Check } from './check.ts';

const conversation = { conversation: aRef };

const fields: { readonly [Type in QueryType]: { readonly [name: string]: Check } } = {
  conversations: { limit: optional(aWhole(1)) },
  conversation,
  timeline: conversation,
  unread: {},
  status: {},
};

/** @throws {SyncError} `invalid-argument` naming the parameter (ER2) */
export function checkQuery(subscription: unknown, query: { readonly type: QueryType }): void {
  aWhole(0)('subscription', subscription);
  record({ type: oneOf(...Object.keys(fields)) })('query', query);
  record(fields[query.type])('query', query);
}
