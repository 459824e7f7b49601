import type { Database } from './database.ts';
import { fire, type WriteTransaction } from './schema.ts';
import type { Storage, WriteBatch } from './storage.ts';

/** The spans of each conversation, one record a conversation. */
export interface SpanStore extends Pick<Storage, 'loadSpans'> {
  apply(transaction: WriteTransaction, changes: NonNullable<WriteBatch['spans']>): void;
}

/** Makes the {@link SpanStore}. */
export function createSpanStore({ database }: { readonly database: Database }): SpanStore {
  return {
    async loadSpans(conversation) {
      const spans = await database.read(['spans'], (transaction) => transaction.objectStore('spans').get(conversation));
      return spans ?? [];
    },
    apply(transaction, changes) {
      const store = transaction.objectStore('spans');
      for (const { conversation, spans } of changes) {
        fire(spans.length === 0 ? store.delete(conversation) : store.put(spans, conversation));
      }
    },
  };
}
