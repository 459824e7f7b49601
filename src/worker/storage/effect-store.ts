import type { Database } from './database.ts';
import { fire, type WriteTransaction } from './schema.ts';
import type { Storage, WriteBatch } from './storage.ts';

/** What waits for messages, one record a conversation. */
export interface EffectStore extends Pick<Storage, 'loadEffects'> {
  apply(transaction: WriteTransaction, batch: Pick<WriteBatch, 'effects'>): void;
}

/** Makes the {@link EffectStore}. */
export function createEffectStore({ database }: { readonly database: Database }): EffectStore {
  return {
    loadEffects: () => database.read(['effects'], (transaction) => transaction.objectStore('effects').getAll()),
    apply(transaction, { effects = [] }) {
      for (const change of effects) {
        const store = transaction.objectStore('effects');
        fire(change.effects.length === 0 ? store.delete(change.conversation) : store.put(change));
      }
    },
  };
}
