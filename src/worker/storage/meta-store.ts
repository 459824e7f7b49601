import { SyncError } from '../../protocol/errors.ts';
import type { Database } from './database.ts';
import { fire, type Claim, type MetaValues, type WriteTransaction } from './schema.ts';
import type { ListSync, Storage } from './storage.ts';

/** The account's single values: who owns the database, which device this is, where the list's reading stands. */
export interface MetaStore extends Pick<Storage, 'loadListSync'> {
  /**
   * Takes the database over: the epoch grows by one, and whoever had it before can write no more (TB1).
   *
   * @param options.newDeviceId Used only when there is no device id yet.
   */
  claim(options: { readonly instanceId: string; readonly newDeviceId: string }): Promise<Claim & { readonly deviceId: string }>;
  /** @throws {SyncError} `fenced` when the stored claim is another one. To be the first request of every write. */
  check(transaction: WriteTransaction, claim: Claim): Promise<void>;
  putListSync(transaction: WriteTransaction, listSync: ListSync): void;
  /** Leaves who owns the database, and which device this is. */
  strip(transaction: WriteTransaction): Promise<void>;
}

/** Makes the {@link MetaStore}. */
export function createMetaStore({ database }: { readonly database: Database }): MetaStore {
  return {
    claim: ({ instanceId, newDeviceId }) =>
      database.write({ stores: ['meta'], durability: 'strict' }, async (transaction) => {
        const store = transaction.objectStore('meta');
        const [before, known] = (await Promise.all([store.get('claim'), store.get('deviceId')])) as [
          MetaValues['claim'] | undefined,
          MetaValues['deviceId'] | undefined,
        ];
        const claim: Claim = { epoch: (before?.epoch ?? 0) + 1, instanceId };
        const deviceId = known ?? newDeviceId;
        fire(store.put(claim, 'claim'));
        if (known === undefined) fire(store.put(deviceId, 'deviceId'));
        return { ...claim, deviceId };
      }),

    async check(transaction, claim) {
      const stored = (await transaction.objectStore('meta').get('claim')) as MetaValues['claim'] | undefined;
      if (stored?.epoch !== claim.epoch || stored.instanceId !== claim.instanceId) {
        throw new SyncError('fenced', 'another engine owns the account', {
          details: { epoch: claim.epoch, storedEpoch: stored?.epoch ?? null },
        });
      }
    },

    putListSync(transaction, listSync) {
      fire(transaction.objectStore('meta').put(listSync, 'listSync'));
    },

    async strip(transaction) {
      const store = transaction.objectStore('meta');
      for (const key of await store.getAllKeys()) if (key !== 'claim' && key !== 'deviceId') fire(store.delete(key));
    },

    loadListSync: () =>
      database.read(['meta'], (transaction) => transaction.objectStore('meta').get('listSync')) as Promise<ListSync | undefined>,
  };
}
