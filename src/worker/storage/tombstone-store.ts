import type { Database } from './database.ts';
import { fire, type WriteTransaction } from './schema.ts';
import type { Storage, WriteBatch } from './storage.ts';

/** What was deleted here, so that a late list does not bring it back. */
export interface TombstoneStore extends Pick<Storage, 'loadTombstones'> {
  apply(transaction: WriteTransaction, batch: Pick<WriteBatch, 'tombstones' | 'removedTombstones'>): void;
}

/** Makes the {@link TombstoneStore}. */
export function createTombstoneStore({ database }: { readonly database: Database }): TombstoneStore {
  return {
    loadTombstones: () =>
      database.read(['tombstones'], (transaction) => transaction.objectStore('tombstones').getAll()),
    apply(transaction, { tombstones = [], removedTombstones = [] }) {
      for (const key of removedTombstones) fire(transaction.objectStore('tombstones').delete(key));
      for (const tombstone of tombstones) fire(transaction.objectStore('tombstones').put(tombstone));
    },
  };
}
