import type { Query } from '../../protocol/queries.ts';
import { checkRef, checkWhole, refuse } from './check.ts';

/** @throws {SyncError} `invalid-argument` naming the parameter (ER2) */
export function checkQuery(subscription: unknown, query: Query): void {
  checkWhole('subscription', subscription, { min: 0 });
  if (typeof query !== 'object' || query === null) refuse('query', 'must be an object');
  switch (query.type) {
    case 'conversations':
      if (query.limit !== undefined) checkWhole('limit', query.limit, { min: 1 });
      return;
    case 'conversation':
    case 'timeline':
      return checkRef('conversation', query.conversation);
    case 'unread':
    case 'status':
      return;
    default:
      return refuse('query', 'is not known');
  }
}
