import { conversationKey, isAfter, parseConversationKey } from '../../protocol/ids.ts';
import { CONVERSATION_PAGE_SIZE } from '../../protocol/limits.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { Tombstone } from '../storage/storage.ts';
import type { CommandEntry } from './command-effects.ts';

/** The part of the service that takes commands. */
export type CommandService = Pick<
  ChatService,
  | 'recallMessage'
  | 'editMessage'
  | 'reactToMessage'
  | 'pinMessage'
  | 'acknowledgeMessage'
  | 'deleteConversation'
  | 'removeHistory'
  | 'pinConversation'
  | 'markConversations'
  | 'getConversations'
>;

/** It was not deleted: the service goes on counting what is unread of it. */
export const KEPT = 'kept';

/**
 * Tells the service a command. Where it is not known whether it was told before it is told again, which is right:
 *
 * - `recall`, `reaction`, `message-pin`: what is so already is refused as `already-so`, and that is what was wanted.
 * - `edit`: the message gets the same content once more. (An edit of another device in between is overwritten, as by an edit that is late.)
 * - `read-receipt`, `mark`, `pin`: set what is set. A conversation's pin gets a later time.
 * - `remove-history`: by ids, or what is older than a time: what came since is not among them.
 * - `delete-conversation`: what came since the person asked for it must not go. Unless it was asked for just now, the list is read as far
 *   down as the conversation could stand; if it has come back, only what was there is removed.
 *
 * @param options.isFresh Asked for on this connection, and not told yet.
 * @returns What the service answered that anybody needs: the message of an edit, the time of a pin; {@link KEPT} of a conversation that
 *   has come back.
 */
export async function callCommand(service: CommandService, entry: CommandEntry, options: { readonly ledger: Ledger; readonly isFresh: boolean }): Promise<unknown> {
  const { command } = entry;
  const conversation = parseConversationKey(entry.conversation);
  switch (command.kind) {
    case 'recall':
      return service.recallMessage({ conversation, messageId: command.messageId });
    case 'edit':
      return service.editMessage({ conversation, messageId: command.messageId, message: command.message });
    case 'reaction': {
      const { messageId, reaction, isAdded } = command;
      return service.reactToMessage({ conversation, messageId, reaction, isAdded });
    }
    case 'message-pin':
      return service.pinMessage({ conversation, messageId: command.messageId, isPinned: command.isPinned });
    case 'read-receipt': {
      const { messageId, text } = command;
      return service.acknowledgeMessage({ conversation, messageId, ...(text !== undefined && { text }) });
    }
    case 'remove-history': {
      const { messageIds, beforeTimeStamp } = command;
      return service.removeHistory({ conversation, ...(messageIds !== undefined && { messageIds }), ...(beforeTimeStamp !== undefined && { beforeTimeStamp }) });
    }
    case 'pin':
      return service.pinConversation({ conversation, isPinned: command.isPinned });
    case 'mark': {
      const { conversations, mark, isMarked } = command;
      return service.markConversations({ conversations, mark, isMarked });
    }
    case 'delete-conversation': {
      const { deleteRoam } = command;
      const tombstone = options.ledger.tombstone(entry.conversation);
      // Without a tombstone something has brought it back already.
      if (tombstone !== undefined && (options.isFresh || !(await isBack(service, tombstone)))) return service.deleteConversation({ conversation, deleteRoam });
      const after = tombstone?.after ?? entry.before?.row?.lastMessage;
      if (deleteRoam && after) await service.removeHistory({ conversation, beforeTimeStamp: after.time + 1 });
      return KEPT;
    }
  }
}

/** @returns Whether the service lists a deleted conversation with something that came after its deletion. */
export async function isBack(service: Pick<CommandService, 'getConversations'>, { key, after }: Tombstone): Promise<boolean> {
  // Nothing was known of it: there is nothing that could be told from what came since.
  for (let cursor = ''; after !== null; ) {
    const page = await service.getConversations({ cursor, pageSize: CONVERSATION_PAGE_SIZE, includeEmptyConversations: false });
    const found = page.conversations.find((listed) => conversationKey(listed) === key);
    if (found !== undefined) return found.lastMessage !== null && isAfter(found.lastMessage, after);
    // The latest activity comes first.
    const last = page.conversations.at(-1)?.lastMessage ?? null;
    if (page.cursor === '' || last === null || !isAfter(last, after)) return false;
    cursor = page.cursor;
  }
  return false;
}
