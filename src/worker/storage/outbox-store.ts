import { unwrap } from 'idb';
import type { Database } from './database.ts';
import { fire, type WriteTransaction } from './schema.ts';
import type { OutboxEntry, Storage, WriteBatch } from './storage.ts';

/** What waits to be told to the service, in the order of its numbers. */
export interface OutboxStore extends Pick<Storage, 'loadOutbox'> {
  /** @returns The numbers of the added entries, in their order. */
  apply(
    transaction: WriteTransaction,
    batch: Pick<WriteBatch, 'outboxAdds' | 'outboxUpdates' | 'outboxRemoves'>,
  ): Promise<readonly number[]>;
  /** Leaves what the user asked for, without what was known here beside it. */
  strip(transaction: WriteTransaction): Promise<void>;
}

/** Makes the {@link OutboxStore}. */
export function createOutboxStore({ database, keyRange }: { readonly database: Database; readonly keyRange: typeof IDBKeyRange }): OutboxStore {
  return {
    loadOutbox: () => database.read(['outbox'], (transaction) => transaction.objectStore('outbox').getAll()),
    async apply(transaction, { outboxAdds = [], outboxUpdates = [], outboxRemoves = [] }) {
      const store = transaction.objectStore('outbox');
      for (const entry of outboxUpdates) fire(store.put(entry));
      for (const [first, last] of runsOf(outboxRemoves)) fire(store.delete(keyRange.bound(first, last)));
      // The database gives the numbers, one after the other in a transaction: never one twice, not even after its entry is gone.
      const [first, ...others] = outboxAdds as readonly OutboxEntry[];
      if (first === undefined) return [];
      const added = store.add(first);
      fire(added);
      // Nobody waits for these: what fails of them fails the transaction.
      const raw = unwrap(store);
      for (const entry of others) raw.add(entry);
      const from = await added;
      return outboxAdds.map((_entry, index) => from + index);
    },
    async strip(transaction) {
      const store = transaction.objectStore('outbox');
      for (const entry of await store.getAll()) {
        if (entry.type === 'acknowledge') fire(store.delete(entry.seq));
        else if (Reflect.deleteProperty(entry, 'before')) fire(store.put(entry));
      }
    },
  };
}

/** @returns The first and the last of each run of numbers without a gap: what was sent together is taken out together. */
function runsOf(seqs: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && seq <= run[1] + 1) run[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs;
}
