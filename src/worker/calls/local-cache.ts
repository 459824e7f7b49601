import { conversationKey } from '../../protocol/ids.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { LocalCache, LocalConversation } from '../../protocol/sdk-local-cache.ts';
import { isFlag, isRecord, take, takeRef } from '../../protocol/take.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';
import { deletionBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { markUnreadBatch, readBatch, type ToAcknowledge } from '../ledger/reading.ts';
import { emptyRow } from '../ledger/row-changes.ts';

/** The SDK has no last message where the tabs' own rows have null. */
function toLocal(row: Conversation): LocalConversation {
  return (row.lastMessage === null ? { ...row, lastMessage: undefined } : row) as unknown as LocalConversation;
}

/**
 * The SDK's methods on what is stored here. They need no service now: it is told later what it has to know.
 *
 * @param options.toAcknowledge What the outbox has to take of a conversation that was read.
 */
export function createLocalCache(options: { readonly ledger: Ledger; readonly self: string; readonly toAcknowledge: ToAcknowledge }): LocalCache & Pick<WorkerApi, 'markConversationUnread'> {
  const { ledger, self } = options;

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
      await ledger.write(() => readBatch({ ledger, key, self }, localOnly ? () => [] : options.toAcknowledge), 'strict');
    },
    async markConversationUnread(params) {
      const key = conversationKey(takeRef(params));
      await ledger.write(() => markUnreadBatch({ ledger, key, self }));
    },
    async removeLocalConversation(params) {
      const key = conversationKey(takeRef(params));
      const removeMessages = take(params, 'isRemoveLocalMessage', isFlag, true);
      await ledger.write(() => deletionBatch({ ledger, key, self }, { removeMessages }));
    },
  };
}
