import { conversationKey, type ConversationKey, type ConversationRef } from '../../protocol/ids.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { ConversationPage, HistoryPage, HistoryRequest, WorkerApi } from '../../protocol/worker-api.ts';
import { deletionBatch, markBatch, pinBatch, removalBatch, removalBeforeBatch, type BatchContext } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService, ServiceConversation, ServiceConversationPage } from '../service/chat-service.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** The calls that ask or tell the service now, and store what it said. */
export type ServiceCalls = Pick<
  WorkerApi,
  | 'getServerConversations'
  | 'getServerPinnedConversations'
  | 'getOldConversationList'
  | 'getHistoryMessages'
  | 'removeHistoryMessages'
  | 'deleteConversation'
  | 'pinConversation'
  | 'markConversations'
>;

/**
 * Makes the calls. The service is told first: what it refuses changes nothing here.
 *
 * @param options.storeList Stores listed conversations through the write path of the list.
 */
export function createServiceCalls(options: {
  readonly ledger: Ledger;
  readonly service: ChatService;
  readonly self: string;
  readonly storeList: (conversations: readonly ServiceConversation[]) => Promise<unknown>;
  readonly fetchHistory: (request: HistoryRequest) => Promise<HistoryPage>;
}): ServiceCalls {
  const { ledger, service, self, storeList } = options;
  const share = createSharing();

  const store = (ref: ConversationRef, decide: (context: BatchContext) => WriteBatch | Promise<WriteBatch>): Promise<void> =>
    ledger.write(async () => ({ batch: await decide({ ledger, key: conversationKey(ref), self }), result: undefined }));

  /** Listed conversations as they stand here: what was cleared, or deleted, here is not undone by a list that lags (SY6). */
  const known = (listed: readonly ServiceConversation[]): readonly Conversation[] =>
    listed.map(conversationKey).flatMap((key: ConversationKey) => ledger.directory.view(key) ?? []);

  const readList = async (read: Promise<ServiceConversationPage>): Promise<ConversationPage> => {
    const { conversations, cursor } = await read;
    await storeList(conversations);
    return { conversations: known(conversations), cursor };
  };

  return {
    getServerConversations: ({ pageSize, cursor, includeEmptyConversations }) =>
      share(['list', pageSize, cursor, includeEmptyConversations], () =>
        readList(service.getConversations({ pageSize, cursor, includeEmptyConversations })),
      ),
    getServerPinnedConversations: ({ pageSize, cursor }) =>
      share(['pinned', pageSize, cursor], () => readList(service.getPinnedConversations({ pageSize, cursor }))),
    getOldConversationList: ({ pageNum, pageSize }) =>
      share(['old', pageNum, pageSize], () => service.getOldConversationList({ pageNum, pageSize })),
    getHistoryMessages: options.fetchHistory,
    async removeHistoryMessages(request) {
      const { conversation, messageIds, beforeTimeStamp } = request;
      await service.removeHistory(request);
      if (messageIds !== undefined) await store(conversation, (context) => removalBatch(context, messageIds));
      if (beforeTimeStamp !== undefined) await store(conversation, (context) => removalBeforeBatch(context, beforeTimeStamp));
    },
    async deleteConversation({ conversation, deleteRoam }) {
      await service.deleteConversation({ conversation, deleteRoam });
      await store(conversation, (context) => deletionBatch(context, { removeMessages: deleteRoam }));
    },
    async pinConversation({ conversation, isPinned }) {
      const { pinnedTime } = await service.pinConversation({ conversation, isPinned });
      await store(conversation, (context) => pinBatch(context, { isPinned, time: pinnedTime }));
      return { pinnedTime };
    },
    async markConversations({ conversations, mark, isMarked }) {
      await service.markConversations({ conversations, mark, isMarked });
      await ledger.write(() => {
        const rows = conversations.flatMap((ref) => markBatch({ ledger, key: conversationKey(ref), self }, { mark, isMarked }).conversations ?? []);
        return { batch: { conversations: rows }, result: undefined };
      });
    },
  };
}

/** Equal requests at the same time are one request (SY5). */
function createSharing(): <T>(name: readonly unknown[], make: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<unknown>>();
  return <T>(name: readonly unknown[], make: () => Promise<T>): Promise<T> => {
    const id = JSON.stringify(name);
    const shared = running.get(id) as Promise<T> | undefined;
    if (shared !== undefined) return shared;
    const made = make().finally(() => running.delete(id));
    running.set(id, made);
    return made;
  };
}
