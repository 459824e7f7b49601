import type { ConversationKey } from '../../protocol/ids.ts';
import { HEAD_SIZE, createConversationDirectory, type ConversationDirectory } from './conversation-directory.ts';
import type { Database } from './database.ts';
import { fire, type MetaValues, type ReadTransaction, type WriteTransaction } from './schema.ts';
import type { ConversationRow, Storage, WriteBatch } from './storage.ts';

/** The conversation list. What the readers promise is written at {@link Storage}; once loaded it is in memory. */
export interface ConversationStore extends Pick<Storage, 'loadConversations' | 'loadConversationHead'> {
  /** To be awaited before the transaction begins. @returns What applies the rows in it. */
  prepare(): Promise<ApplyConversations>;
}

/** Applies a batch's rows within a transaction. @returns Call it once the transaction has completed. */
export type ApplyConversations = (transaction: WriteTransaction, batch: Pick<WriteBatch, 'conversations' | 'removedConversations'>) => () => void;

/** Makes the {@link ConversationStore}. Transactions that rows are applied in must not overlap. */
export function createConversationStore({ database }: { readonly database: Database }): ConversationStore {
  let loading: Promise<ConversationDirectory> | undefined;

  function load(): Promise<ConversationDirectory> {
    loading ??= database.read(['conversationPages', 'conversations'], readDirectory).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    async loadConversations() {
      return (await load()).rows();
    },

    async loadConversationHead(limit) {
      if (loading === undefined && limit <= HEAD_SIZE) {
        const stored = await database.read(['meta'], (transaction) => transaction.objectStore('meta').get('conversationHead'));
        return ((stored as MetaValues['conversationHead'] | undefined) ?? []).slice(0, Math.max(0, limit));
      }
      return (await load()).head(limit);
    },

    async prepare() {
      const directory = await load();
      return (transaction, { conversations = [], removedConversations = [] }) => {
        const changes = new Map<ConversationKey, ConversationRow | null>();
        for (const key of removedConversations) changes.set(key, null);
        for (const row of conversations) changes.set(row.key, row);
        const plan = directory.plan(changes);

        const pages = transaction.objectStore('conversationPages');
        const singles = transaction.objectStore('conversations');
        if (plan.isRewrite) {
          fire(pages.clear());
          fire(singles.clear());
        }
        for (const { number, rows } of plan.pages) fire(pages.put(rows, number));
        for (const number of plan.deadPages) fire(pages.delete(number));
        for (const { key, row } of plan.singles) fire(singles.put(row, key));
        for (const key of plan.deadSingles) fire(singles.delete(key));
        if (plan.head !== undefined) fire(transaction.objectStore('meta').put(plan.head, 'conversationHead'));
        return plan.commit;
      };
    },
  };
}

async function readDirectory(transaction: ReadTransaction): Promise<ConversationDirectory> {
  const pages = transaction.objectStore('conversationPages');
  const singles = transaction.objectStore('conversations');
  const [numbers, pageRows, keys, rows] = await Promise.all([
    pages.getAllKeys(),
    pages.getAll(),
    singles.getAllKeys(),
    singles.getAll(),
  ]);
  return createConversationDirectory({
    pages: numbers.map((number, index) => ({ number, rows: pageRows[index] ?? [] })),
    singles: new Map(keys.map((key, index) => [key, rows[index] ?? null])),
  });
}
