import type { ConversationWindow } from '../../protocol/conversation-window.ts';
import type { Conversation } from '../../protocol/model.ts';
import { isString } from '../../protocol/take.ts';

/** What a filter looks at. */
export type Filterable = Pick<
  Conversation,
  'conversationId' | 'conversationType' | 'unReadCount' | 'isMarkedUnread' | 'isPinned' | 'isMuted' | 'marks' | 'customField'
>;

/** @returns Whether a window's filter and search let a conversation through; undefined when they let all through. */
export function createFilter({ filter = {}, search = '' }: ConversationWindow): ((conversation: Filterable) => boolean) | undefined {
  const { conversationType, isUnread, isPinned, isMuted, mark } = filter;
  const sought = search.toLowerCase();
  if (sought === '' && Object.values(filter).every((wanted) => wanted === undefined)) return undefined;
  return (conversation) =>
    says(conversationType, conversation.conversationType) &&
    says(isUnread, conversation.unReadCount > 0 || conversation.isMarkedUnread) &&
    says(isPinned, conversation.isPinned) &&
    says(isMuted, conversation.isMuted) &&
    (mark === undefined || conversation.marks.includes(mark)) &&
    [conversation.conversationId, conversation.customField?.['name']].some((name) => isString(name) && name.toLowerCase().includes(sought));
}

const says = <T>(wanted: T | undefined, is: T): boolean => wanted === undefined || wanted === is;
