import type { Database } from './database.ts';
import { fire, type WriteTransaction } from './schema.ts';
import type { Storage, WriteBatch } from './storage.ts';

/** The spans of each conversation, one record a conversation. */
export interface SpanStore extends Pick<Storage, 'loadSpans' | 'loadAllSpans'> {
  apply(transaction: WriteTransaction, batch: Pick<WriteBatch, 'spans'>): void;
}

/** Makes the {@link SpanStore}. */
export function createSpanStore({ database }: { readonly database: Database }): SpanStore {
  return {
    async loadSpans(conversation) {
      const spans = await database.read(['spans'], (transaction) => transaction.objectStore('spans').get(conversation));
      return spans ?? [];
    },
    loadAllSpans: () =>
      database.read(['spans'], async (transaction) => {
        const store = transaction.objectStore('spans');
        const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
        return new Map(keys.map((key, index) => [key, values[index] ?? []]));
      }),
    apply(transaction, { spans: changes = [] }) {
      for (const { conversation, spans } of changes) {
        const store = transaction.objectStore('spans');
        fire(spans.length === 0 ? store.delete(conversation) : store.put(spans, conversation));
      }
    },
  };
}
