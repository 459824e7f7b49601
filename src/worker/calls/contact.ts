import { conversationKey } from '../../protocol/ids.ts';
import { OLD_LIST_PAGE_SIZE_RANGE, PAGE_SIZE_RANGE } from '../../protocol/limits.ts';
import type { Contact, ListOptions, MarkOptions, OldConversationList, ServerConversations } from '../../protocol/sdk-contact.ts';
import type { History } from '../../protocol/sdk-history.ts';
import type { SdkResult } from '../../protocol/sdk-local-cache.ts';
import { isFlag, isRecord, isWhole, take, takeRef } from '../../protocol/take.ts';
import { deletionBatch, markBatch, pinBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService, ServiceConversation, ServiceConversationPage } from '../service/chat-service.ts';
import { createSharing } from '../sharing.ts';
import { isListOf, takePage } from './check.ts';

/** Conversations per call that sets or takes off a mark. The service's documented maximum. */
const MARK_MAX_CONVERSATIONS = 20;
/** Marks are numbered from 0. Documented by the service. */
const MARK_MAX = 19;

/**
 * The SDK's methods on the service's conversations. The service is told first: what it refuses changes nothing here.
 *
 * @param options.storeList Stores listed conversations through the write path of the list.
 */
export function createContact(options: {
  readonly ledger: Ledger;
  readonly service: ChatService;
  readonly self: string;
  readonly storeList: (conversations: readonly ServiceConversation[]) => Promise<unknown>;
}): Omit<Contact, keyof History> {
  const { ledger, service, self } = options;
  const share = createSharing();

  /** Listed conversations as they stand here: what was cleared, or deleted, here is not undone by a list that lags (SY6). */
  const readList = async (read: Promise<ServiceConversationPage>): Promise<SdkResult<ServerConversations>> => {
    const { conversations, cursor } = await read;
    await options.storeList(conversations);
    const known = conversations.flatMap((listed) => ledger.directory.view(conversationKey(listed)) ?? []);
    return { type: 0, data: { conversations: known as unknown as ServerConversations['conversations'], cursor } };
  };

  const takeList = (params: ListOptions | undefined) => ({
    ...takePage(params, PAGE_SIZE_RANGE),
    includeEmptyConversations: take(params, 'includeEmptyConversations', isFlag, false),
  });

  const mark = (isMarked: boolean) => async (params: MarkOptions) => {
    const conversations = take(params, 'conversations', isListOf(isRecord, MARK_MAX_CONVERSATIONS)).map((ref) => takeRef(ref));
    const change = { mark: take(params, 'mark', isWhole(0, MARK_MAX)), isMarked };
    await service.markConversations({ conversations, ...change });
    await ledger.write(() => ({
      conversations: conversations.flatMap((ref) => markBatch({ ledger, key: conversationKey(ref), self }, change).conversations ?? []),
    }));
  };

  return {
    async getServerConversations(params) {
      const request = takeList(params);
      return share(['list', request], () => readList(service.getConversations(request)));
    },
    async getServerPinnedConversations(params) {
      const request = takeList(params);
      return share(['pinned', request], () => readList(service.getPinnedConversations(request)));
    },
    async getConversationlist(params) {
      const pageNum = take(params, 'pageNum', isWhole(1), 1);
      const { pageSize } = takePage(params, OLD_LIST_PAGE_SIZE_RANGE);
      const rows = await share(['old', pageNum, pageSize], () => service.getOldConversationList({ pageNum, pageSize }));
      return { type: 0, data: { channel_infos: rows as OldConversationList['channel_infos'] } };
    },
    async deleteConversation(params) {
      const conversation = takeRef(params, 'channel', 'chatType', 'singleChat');
      const deleteRoam = take(params, 'deleteRoam', isFlag);
      await service.deleteConversation({ conversation, deleteRoam });
      await ledger.write(() => deletionBatch({ ledger, key: conversationKey(conversation), self }, { removeMessages: deleteRoam }));
      return { type: 0, data: { result: 'ok' } };
    },
    async pinConversation(params) {
      const conversation = takeRef(params);
      const isPinned = take(params, 'isPinned', isFlag);
      const { pinnedTime } = await service.pinConversation({ conversation, isPinned });
      await ledger.write(() => pinBatch({ ledger, key: conversationKey(conversation), self }, { isPinned, time: pinnedTime }));
      return { type: 0, data: { isPinned, pinnedTime } };
    },
    addConversationMark: mark(true),
    removeConversationMark: mark(false),
  };
}
