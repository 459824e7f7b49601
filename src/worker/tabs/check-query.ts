import { takeWindow } from '../../protocol/conversation-window.ts';
import type { Query, UnreadTotal } from '../../protocol/queries.ts';
import { invalid, isJumpTarget, isOptional, isRecord, isWhole, take, takeRef } from '../../protocol/take.ts';

const isTotal = (value: unknown): value is UnreadTotal => value === 'all' || value === 'unmuted' || value === 'mentions';

/** @throws {SyncError} `invalid-argument` naming the parameter (ER2) */
export function checkQuery(subscription: unknown, query: Query): void {
  if (!isWhole(0)(subscription)) throw invalid('subscription');
  if (query.type === 'conversation' || query.type === 'timeline' || query.type === 'history') takeRef(take(query, 'conversation', isRecord));
  if (query.type === 'timeline') {
    take(query, 'atLeast', isOptional(isWhole(0)));
    if (query.at !== null) take(query, 'at', isOptional(isJumpTarget));
  }
  if (query.type === 'unread') take(query, 'of', isTotal);
  if (query.type === 'conversations') takeWindow(query);
}
