import { SyncError } from '../../protocol/errors.ts';
import type { Database } from './database.ts';
import { fire, type Claim, type MetaValues, type WriteTransaction } from './schema.ts';
import type { Storage, WriteBatch } from './storage.ts';

/** A claim, with the one it follows where it is not stored yet. */
export type PendingClaim = Claim & { readonly after?: Claim };

/** The account's single values: who owns the database, which device this is, where the list's reading stands. */
export interface MetaStore extends Pick<Storage, 'loadListSync' | 'loadHistoryUse'> {
  /**
   * Takes the database over: the epoch grows by one, and whoever had it before can write no more (TB1).
   *
   * - A full disk cannot take that: then the database can be read, and the first write that stores something takes it over (ST2).
   *
   * @param options.newDeviceId Used only when there is no device id yet.
   */
  claim(options: { readonly instanceId: string; readonly newDeviceId: string }): Promise<{ readonly claim: PendingClaim; readonly deviceId: string }>;
  /** @throws {SyncError} `fenced` when the stored claim is another one. To be the first request of every write. */
  check(transaction: WriteTransaction, claim: PendingClaim, batch?: Pick<WriteBatch, 'isRoom'>): Promise<void>;
  apply(transaction: WriteTransaction, batch: Pick<WriteBatch, 'listSync' | 'historyUse'>): void;
  /** Leaves who owns the database, and which device this is. */
  strip(transaction: WriteTransaction): Promise<void>;
}

/** Makes the {@link MetaStore}. */
export function createMetaStore({ database }: { readonly database: Database }): MetaStore {
  const load = <Key extends keyof MetaValues>(key: Key): Promise<MetaValues[Key] | undefined> =>
    database.read(['meta'], (transaction) => transaction.objectStore('meta').get(key)) as Promise<MetaValues[Key] | undefined>;

  return {
    async claim({ instanceId, newDeviceId }) {
      try {
        return await database.write({ stores: ['meta'], durability: 'strict' }, async (transaction) => {
          const store = transaction.objectStore('meta');
          const [before, known] = (await Promise.all([store.get('claim'), store.get('deviceId')])) as [Claim | undefined, string | undefined];
          const claim = { epoch: (before?.epoch ?? 0) + 1, instanceId };
          fire(store.put(claim, 'claim'));
          if (known === undefined) fire(store.put(newDeviceId, 'deviceId'));
          return { claim, deviceId: known ?? newDeviceId };
        });
      } catch (error) {
        const [after, deviceId] = isFull(error) ? await Promise.all([load('claim'), load('deviceId')]) : [];
        if (after === undefined || deviceId === undefined) throw error;
        return { claim: { epoch: after.epoch + 1, instanceId, after }, deviceId };
      }
    },

    async check(transaction, { epoch, instanceId, after }, { isRoom } = {}) {
      const store = transaction.objectStore('meta');
      const stored = (await store.get('claim')) as Claim | undefined;
      if (isSame(stored, { epoch, instanceId })) return;
      if (!isSame(stored, after)) throw new SyncError('fenced', 'another engine owns the account', { details: { epoch, storedEpoch: stored?.epoch ?? null } });
      if (isRoom !== true) fire(store.put({ epoch, instanceId }, 'claim'));
    },

    apply(transaction, { listSync, historyUse }) {
      for (const [key, value] of Object.entries({ listSync, historyUse }) as [keyof MetaValues, MetaValues[keyof MetaValues] | undefined][]) {
        if (value !== undefined) fire(transaction.objectStore('meta').put(value, key));
      }
    },

    async strip(transaction) {
      const store = transaction.objectStore('meta');
      for (const key of await store.getAllKeys()) if (key !== 'claim' && key !== 'deviceId') fire(store.delete(key));
    },

    loadListSync: () => load('listSync'),
    loadHistoryUse: () => load('historyUse'),
  };
}

function isFull(error: unknown): boolean {
  return SyncError.from(error).code === 'storage-full';
}

function isSame(stored: Claim | undefined, claim: Claim | undefined): boolean {
  return stored !== undefined && stored.epoch === claim?.epoch && stored.instanceId === claim.instanceId;
}
