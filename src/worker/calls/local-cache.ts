import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { LocalCache, LocalConversation } from '../../protocol/sdk-local-cache.ts';
import { isFlag, isRecord, take, takeRef } from '../../protocol/take.ts';
import { deletionBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { asRead, emptyRow } from '../ledger/row-changes.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** The SDK has no last message where the tabs' own rows have null. */
function toLocal(row: Conversation): LocalConversation {
  return (row.lastMessage === null ? { ...row, lastMessage: undefined } : row) as unknown as LocalConversation;
}

/**
 * The SDK's methods on what is stored here. They need no service now: it is told later what it has to know.
 *
 * @param options.onWaiting Something new waits in the outbox.
 */
export function createLocalCache(options: { readonly ledger: Ledger; readonly self: string; readonly onWaiting: () => void }): LocalCache {
  const { ledger, self } = options;

  /** One acknowledgement waits at most; one that is on its way now may be too early for what is cleared now. */
  const acknowledgement = (key: ConversationKey): WriteBatch => {
    const isWaiting = ledger.outbox().some((entry) => entry.type === 'acknowledge' && entry.conversation === key);
    return isWaiting ? {} : { outboxAdds: [{ type: 'acknowledge', conversation: key }] };
  };

  return {
    async getLocalConversations() {
      await ledger.loaded;
      return { type: 0, data: ledger.directory.list().map(toLocal) };
    },
    async getLocalConversation(params) {
      const key = conversationKey(takeRef(params));
      await ledger.loaded;
      const row = ledger.directory.view(key);
      return { type: 0, data: row && toLocal(row) };
    },
    async setLocalConversationCustomField(params) {
      const key = conversationKey(takeRef(params));
      const customField = take(params, 'customField', isRecord);
      await ledger.write(() => ({ conversations: [{ ...(ledger.directory.row(key) ?? emptyRow(key)), customField }] }));
    },
    async clearConversationUnreadCount(params) {
      const key = conversationKey(takeRef(params));
      const localOnly = take(params, 'localOnly', isFlag, false);
      const clear = (): WriteBatch => {
        const row = ledger.directory.row(key);
        const wasUnread = (ledger.directory.view(key)?.unReadCount ?? 0) > 0;
        if (row === undefined || !wasUnread) return {};
        return { conversations: [asRead(row, self)], ...(localOnly ? {} : acknowledgement(key)) };
      };
      await ledger.write(clear, 'strict');
      options.onWaiting();
    },
    async removeLocalConversation(params) {
      const key = conversationKey(takeRef(params));
      const removeMessages = take(params, 'isRemoveLocalMessage', isFlag, true);
      await ledger.write(() => deletionBatch({ ledger, key, self }, { removeMessages }));
    },
  };
}
