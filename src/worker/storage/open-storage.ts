import type { Account } from '../../protocol/model.ts';
import type { Environment } from '../environment.ts';
import { createConversationStore } from './conversation-store.ts';
import { openDatabase, type LostReason } from './database.ts';
import { createEffectStore } from './effect-store.ts';
import { createMessageStore } from './message-store.ts';
import { createMetaStore } from './meta-store.ts';
import { createOutboxStore } from './outbox-store.ts';
import { databaseName, fire, type StoreName } from './schema.ts';
import { createSpanStore } from './span-store.ts';
import type { Storage, WriteBatch } from './storage.ts';
import { createTombstoneStore } from './tombstone-store.ts';

/**
 * Opens the account's database and takes it over: an engine that had it before is fenced off (TB1).
 *
 * - Writes are stored one after the other, in the order of the calls.
 *
 * @param options.instanceId New for each start of an engine; it names the owner of the database.
 * @throws {SyncError} `storage-unavailable`, `storage-full`, `storage-failed`
 */
export async function openStorage(options: {
  readonly account: Account;
  readonly environment: Environment;
  readonly instanceId: string;
}): Promise<Storage> {
  const { account, environment, instanceId } = options;
  const listeners = new Set<(reason: LostReason) => void>();
  const database = await openDatabase({
    environment,
    name: databaseName(account),
    onLost: (reason) => {
      for (const listener of [...listeners]) listener(reason);
    },
  });
  const { keyRange } = environment;
  // What is left of each store are its readers.
  const { claim: takeOver, check, apply: applyMeta, strip: stripMeta, ...meta } = createMetaStore({ database });
  const { prepare, ...conversations } = createConversationStore({ database });
  const { apply: applyMessages, ...messages } = createMessageStore({ database, keyRange });
  const { apply: applySpans, ...spans } = createSpanStore({ database });
  const { apply: applyEffects, ...effects } = createEffectStore({ database });
  const { apply: applyTombstones, ...tombstones } = createTombstoneStore({ database });
  const { apply: applyOutbox, strip: stripOutbox, ...outbox } = createOutboxStore({ database, keyRange });
  const { deviceId, claim } = await takeOver({ instanceId, newDeviceId: environment.uniqueId() }).catch((error: unknown) => {
    database.close();
    throw error;
  });
  let lastWrite: Promise<unknown> = Promise.resolve();

  async function write(batch: WriteBatch, durability: 'strict' | 'relaxed'): Promise<{ readonly outboxSeqs: readonly number[] }> {
    const stores = storesOf(batch);
    const applyConversations = stores.includes('conversations') ? await prepare() : undefined;
    const { commits, outboxSeqs } = await database.write({ stores, durability }, async (transaction) => {
      // All requests are on their way before the first answer; when the check fails, they are undone together.
      const checked = heard(check(transaction, claim, batch));
      const applied = [applyConversations?.(transaction, batch), heard(applyMessages(transaction, batch))];
      for (const apply of [applySpans, applyEffects, applyTombstones, applyMeta]) apply(transaction, batch);
      const added = stores.includes('outbox') ? heard(applyOutbox(transaction, batch)) : [];
      const [, outboxSeqs, ...commits] = await Promise.all([checked, added, ...applied]);
      return { commits, outboxSeqs };
    });
    for (const commit of commits) commit?.();
    return { outboxSeqs };
  }

  /** All but what waits to be told, in one transaction. */
  const wipe = (): Promise<unknown> =>
    database.write({ stores: [...CLEARED, 'outbox', 'meta'], durability: 'strict' }, (transaction) => {
      for (const name of CLEARED) fire(transaction.objectStore(name).clear());
      return Promise.all([check(transaction, claim), stripMeta(transaction), stripOutbox(transaction)].map(heard));
    });

  return {
    deviceId,
    epoch: claim.epoch,
    write(batch, { durability = 'relaxed' } = {}) {
      const result = lastWrite.then(() => write(batch, durability));
      lastWrite = result.catch(() => undefined);
      return result;
    },
    ...meta,
    ...conversations,
    ...messages,
    ...spans,
    ...effects,
    ...tombstones,
    ...outbox,
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => database.close(),
    async destroy({ keepsOutbox = false } = {}) {
      if (!keepsOutbox) return database.destroy();
      await lastWrite.then(wipe).finally(() => database.close());
    },
  };
}

/** What is cleared when only what waits to be told is kept. */
const CLEARED = ['conversationPages', 'conversations', 'messages', 'spans', 'effects', 'tombstones'] as const;

/** Exactly the stores a batch needs: others can be read while it is written. */
function storesOf(batch: WriteBatch): readonly StoreName[] {
  const has = (...parts: readonly (readonly unknown[] | undefined)[]) => parts.some((part) => part !== undefined && part.length > 0);
  const stores: StoreName[] = ['meta'];
  if (has(batch.conversations, batch.removedConversations)) stores.push('conversations', 'conversationPages');
  if (has(batch.messages)) stores.push('messages');
  if (has(batch.spans)) stores.push('spans');
  if (has(batch.effects)) stores.push('effects');
  if (has(batch.tombstones, batch.removedTombstones)) stores.push('tombstones');
  if (has(batch.outboxAdds, batch.outboxUpdates, batch.outboxRemoves)) stores.push('outbox');
  return stores;
}

/** Something else may fail before this is waited for; its own failure then goes unheard, not unhandled. */
function heard<T>(work: Promise<T>): Promise<T> {
  fire(work);
  return work;
}
