import type { ConversationRef } from '../../../protocol/ids.ts';
import type { OldListRow } from '../../../protocol/worker-api.ts';
import type { ServiceConversation, ServiceConversationPage } from '../chat-service.ts';
import { badResponse, cursorOf, fieldsOf, idOf, listOf, timeOf } from './checked.ts';
import { isMutingType } from './map-event.ts';
import { isStoredMessage, toMessage } from './map-message.ts';

function toCount(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw badResponse(what);
  return value;
}

function toFlag(value: unknown, what: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw badResponse(what);
  return value;
}

/** @returns The marks' numbers, ascending. Marks the SDK has no number for come as undefined and are left out. */
function toMarks(value: unknown): readonly number[] {
  if (value === undefined || value === null) return [];
  const marks = listOf(value, 'conversation.marks').filter((mark): mark is number => Number.isInteger(mark));
  return [...new Set(marks)].sort((a, b) => a - b);
}

/**
 * Checks a row of the conversation list.
 *
 * - `lastMessage` is null for a command, a receipt or a kind of message the SDK cannot decode: the row is still good.
 *
 * @throws {SyncError} `bad-response` naming the field that is missing or of a wrong type.
 */
export function toServiceConversation(value: unknown): ServiceConversation {
  const row = fieldsOf(value, 'conversation');
  const { conversationType, lastMessage } = row;
  if (conversationType !== 'singleChat' && conversationType !== 'groupChat') throw badResponse('conversation.conversationType');
  const isPinned = toFlag(row['isPinned'], 'conversation.isPinned');
  return {
    conversationId: idOf(row['conversationId'], 'conversation.conversationId'),
    conversationType,
    unReadCount: toCount(row['unReadCount'], 'conversation.unReadCount'),
    lastMessage: isStoredMessage(lastMessage) ? toMessage(lastMessage) : null,
    isPinned,
    pinnedTime: isPinned ? timeOf(row['pinnedTime'], 'conversation.pinnedTime') : 0,
    marks: toMarks(row['marks']),
  };
}

/**
 * Reads the answer of `getServerConversations` and `getServerPinnedConversations`.
 *
 * @throws {SyncError} `bad-response` when any row is unusable: a page is taken whole or not at all (ER3).
 */
export function toConversationPage(answer: unknown): ServiceConversationPage {
  const { conversations, cursor } = fieldsOf(fieldsOf(answer, 'list')['data'], 'list.data');
  return {
    conversations: listOf(conversations, 'list.conversations').map(toServiceConversation),
    cursor: cursorOf(cursor, 'list.cursor'),
  };
}

/**
 * Reads the answer of `getConversationlist`. Rows are passed on as the SDK made them.
 *
 * @throws {SyncError} `bad-response` when there is no list, or a row has no channel or count.
 */
export function toOldListRows(answer: unknown): readonly OldListRow[] {
  const rows = fieldsOf(fieldsOf(answer, 'list')['data'], 'list.data')['channel_infos'];
  return listOf(rows ?? [], 'list.channel_infos').map((value) => {
    const row = fieldsOf(value, 'channel_info');
    return {
      ...row,
      channel_id: idOf(row['channel_id'], 'channel_info.channel_id'),
      unread_num: toCount(row['unread_num'], 'channel_info.unread_num'),
      lastMessage: row['lastMessage'],
    };
  });
}

/**
 * Reads the answer of `getSilentModeRemindTypeConversations`: what has a setting, which may be to announce everything.
 * Conversations that are muted for a time only are not in it.
 *
 * @throws {SyncError} `bad-response` when there is no list, or a conversation has no id.
 */
export function toMutedPage(answer: unknown): { readonly conversations: readonly ConversationRef[]; readonly cursor: string } {
  const { conversations, cursor } = fieldsOf(fieldsOf(answer, 'muted')['data'], 'muted.data');
  return {
    conversations: listOf(conversations, 'muted.conversations')
      .map((value) => fieldsOf(value, 'muted.conversation'))
      .flatMap(({ conversationId, type, remindType }) =>
        isMutingType(remindType) && (type === 'singleChat' || type === 'groupChat')
          ? [{ conversationId: idOf(conversationId, 'muted.conversationId'), conversationType: type }]
          : [],
      ),
    cursor: cursorOf(cursor, 'muted.cursor'),
  };
}

/**
 * Reads the answer of `pinConversation`.
 *
 * @throws {SyncError} `bad-response` when it says pinned without saying when.
 */
export function toPinnedTime(answer: unknown): number {
  const { isPinned, pinnedTime } = fieldsOf(fieldsOf(answer, 'pin')['data'], 'pin.data');
  return isPinned === true ? timeOf(pinnedTime, 'pin.pinnedTime') : 0;
}
