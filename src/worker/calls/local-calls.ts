import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';
import { deletionBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { asRead, emptyRow } from '../ledger/row-changes.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** The calls that need no service: what is stored here, and what will be told later. */
export type LocalCalls = Pick<
  WorkerApi,
  'getLocalConversations' | 'getLocalConversation' | 'setCustomField' | 'clearUnread' | 'removeLocalConversation'
>;

/** @param options.onWaiting Something new waits in the outbox. */
export function createLocalCalls(options: { readonly ledger: Ledger; readonly self: string; readonly onWaiting: () => void }): LocalCalls {
  const { ledger, self } = options;

  /** One acknowledgement waits at most; one that is on its way now may be too early for what is cleared now. */
  const acknowledgement = (key: ConversationKey): WriteBatch => {
    const isWaiting = ledger.outbox().some((entry) => entry.type === 'acknowledge' && entry.conversation === key);
    return isWaiting ? {} : { outboxAdds: [{ type: 'acknowledge', conversation: key }] };
  };

  return {
    async getLocalConversations() {
      await ledger.loaded;
      return ledger.directory.list();
    },
    async getLocalConversation(ref) {
      await ledger.loaded;
      return ledger.directory.view(conversationKey(ref));
    },
    setCustomField: (ref, customField) =>
      ledger.write(() => {
        const key = conversationKey(ref);
        const row = ledger.directory.row(key) ?? emptyRow(key);
        return { batch: { conversations: [{ ...row, customField }] }, result: undefined };
      }),
    async clearUnread(ref, { localOnly }) {
      const key = conversationKey(ref);
      await ledger.write(() => {
        const row = ledger.directory.row(key);
        const wasUnread = (ledger.directory.view(key)?.unReadCount ?? 0) > 0;
        if (row === undefined || !wasUnread) return { batch: {}, result: undefined };
        return {
          batch: { conversations: [asRead(row, self)], ...(localOnly ? {} : acknowledgement(key)) },
          durability: 'strict',
          result: undefined,
        };
      });
      options.onWaiting();
    },
    removeLocalConversation: (ref, { removeMessages }) =>
      ledger.write(() => {
        const key = conversationKey(ref);
        return { batch: deletionBatch({ ledger, key, self }, { removeMessages }), result: undefined };
      }),
  };
}
