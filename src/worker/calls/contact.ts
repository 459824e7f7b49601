import { conversationKey } from '../../protocol/ids.ts';
import { OLD_LIST_PAGE_SIZE_RANGE, PAGE_SIZE_RANGE } from '../../protocol/limits.ts';
import type { Contact, ListOptions, MarkOptions, OldConversationList, ServerConversations } from '../../protocol/sdk-contact.ts';
import type { History } from '../../protocol/sdk-history.ts';
import type { MessageCommands } from '../../protocol/sdk-message-commands.ts';
import type { SdkResult } from '../../protocol/sdk-local-cache.ts';
import { isFlag, isRecord, isWhole, take, takeRef } from '../../protocol/take.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService, ServiceConversation } from '../service/chat-service.ts';
import { createSharing } from '../sharing.ts';
import type { AskCommand } from './ask-command.ts';
import { isListOf, takePage } from './check.ts';

/** Conversations per call that sets or takes off a mark. The service's documented maximum. */
const MARK_MAX_CONVERSATIONS = 20;
/** Marks are numbered from 0. Documented by the service. */
const MARK_MAX = 19;

/**
 * The SDK's methods on the service's conversations. What changes them is done here at once and goes through the outbox (OB5).
 *
 * @param options.storePage Stores listed conversations through the write path of the list.
 */
export function createContact(options: {
  readonly ledger: Ledger;
  readonly service: Pick<ChatService, 'getConversations' | 'getPinnedConversations' | 'getOldConversationList'>;
  readonly commands: { readonly ask: AskCommand };
  readonly storePage: (page: { readonly conversations: readonly ServiceConversation[]; readonly askedAt: number }) => Promise<unknown>;
}): Omit<Contact, keyof History | keyof MessageCommands> {
  const { ledger, service, commands } = options;
  const share = createSharing();

  /** Listed conversations as they stand here: what was cleared, or deleted, here is not undone by a list that lags (SY6). */
  const readList =
    (list: 'getConversations' | 'getPinnedConversations') =>
    async (params?: ListOptions): Promise<SdkResult<ServerConversations>> => {
      const request = { ...takePage(params, PAGE_SIZE_RANGE), includeEmptyConversations: take(params, 'includeEmptyConversations', isFlag, false) };
      return share([list, request], async () => {
        const askedAt = ledger.now();
        const { conversations, cursor } = await service[list](request);
        await options.storePage({ conversations, askedAt });
        const known = conversations.flatMap((listed) => ledger.directory.view(conversationKey(listed)) ?? []);
        return { type: 0, data: { conversations: known as unknown as ServerConversations['conversations'], cursor } };
      });
    };

  const mark = (isMarked: boolean) => async (params: MarkOptions) => {
    const conversations = take(params, 'conversations', isListOf(isRecord, MARK_MAX_CONVERSATIONS)).map((ref) => takeRef(ref));
    const [first] = conversations;
    if (first !== undefined) await commands.ask(conversationKey(first), { kind: 'mark', conversations, mark: take(params, 'mark', isWhole(0, MARK_MAX)), isMarked });
  };

  return {
    getServerConversations: readList('getConversations'),
    getServerPinnedConversations: readList('getPinnedConversations'),
    async getConversationlist(params) {
      const pageNum = take(params, 'pageNum', isWhole(1), 1);
      const { pageSize } = takePage(params, OLD_LIST_PAGE_SIZE_RANGE);
      const rows = await share(['old', pageNum, pageSize], () => service.getOldConversationList({ pageNum, pageSize }));
      return { type: 0, data: { channel_infos: rows as OldConversationList['channel_infos'] } };
    },
    async deleteConversation(params) {
      const conversation = takeRef(params, 'channel', 'chatType', 'singleChat');
      const deleteRoam = take(params, 'deleteRoam', isFlag);
      await commands.ask(conversationKey(conversation), { kind: 'delete-conversation', deleteRoam });
      return { type: 0, data: { result: 'ok' } };
    },
    async pinConversation(params) {
      const conversation = takeRef(params);
      const isPinned = take(params, 'isPinned', isFlag);
      const { answer } = await commands.ask(conversationKey(conversation), { kind: 'pin', isPinned });
      const { pinnedTime } = (answer as { readonly pinnedTime: number } | undefined) ?? { pinnedTime: isPinned ? ledger.now() : 0 };
      return { type: 0, data: { isPinned, pinnedTime } };
    },
    addConversationMark: mark(true),
    removeConversationMark: mark(false),
  };
}
