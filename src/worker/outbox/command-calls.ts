import { conversationKey, isAfter, parseConversationKey } from '../../protocol/ids.ts';
import { CONVERSATION_PAGE_SIZE, LISTED_AT_MOST } from '../../protocol/limits.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { Command, Tombstone } from '../storage/storage.ts';
import type { CommandEntry } from './command-effects.ts';

/** The part of the service that takes commands. */
export type CommandService = Pick<ChatService, (typeof METHODS)[Command['kind']] | 'getConversations'>;

/** What takes each command as it is, with its conversation. */
const METHODS = {
  recall: 'recallMessage',
  edit: 'editMessage',
  reaction: 'reactToMessage',
  'message-pin': 'pinMessage',
  'read-receipt': 'acknowledgeMessage',
  'delete-conversation': 'deleteConversation',
  'remove-history': 'removeHistory',
  pin: 'pinConversation',
  mark: 'markConversations',
} as const satisfies { readonly [Kind in Command['kind']]: keyof ChatService };

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
  const { kind, ...request } = entry.command;
  const conversation = parseConversationKey(entry.conversation);
  if (entry.command.kind === 'delete-conversation') {
    const tombstone = options.ledger.tombstone(entry.conversation);
    // Without a tombstone something has brought it back already.
    if (tombstone === undefined || (!options.isFresh && (await isBack(service, tombstone)))) {
      const after = tombstone?.after ?? entry.before?.row?.lastMessage;
      if (entry.command.deleteRoam && after) await service.removeHistory({ conversation, beforeTimeStamp: after.time + 1 });
      return KEPT;
    }
  }
  const methods = service as unknown as { readonly [Method in (typeof METHODS)[Command['kind']]]: (request: object) => Promise<unknown> };
  return methods[METHODS[kind]](kind === 'mark' ? request : { conversation, ...request });
}

/**
 * @param options.isListedEnough Whether it is back if it is listed at all: where a deletion may not have been done, an old list proves nothing.
 * @returns Whether the service lists a deleted conversation with something that came after its deletion, or may have pushed it out of the list.
 */
export async function isBack(service: Pick<CommandService, 'getConversations'>, { key, after, isListedEnough = false }: Tombstone & { readonly isListedEnough?: boolean }): Promise<boolean> {
  // Nothing was known of it: there is nothing that could be told from what came since.
  for (let cursor = '', left = LISTED_AT_MOST; after !== null; ) {
    const page = await service.getConversations({ cursor, pageSize: CONVERSATION_PAGE_SIZE, includeEmptyConversations: false });
    const found = page.conversations.find((listed) => conversationKey(listed) === key);
    if (found !== undefined) return isListedEnough || (found.lastMessage !== null && isAfter(found.lastMessage, after));
    // The latest activity comes first.
    const last = page.conversations.at(-1)?.lastMessage ?? null;
    if (last === null || !isAfter(last, after)) return false;
    left -= page.conversations.length;
    if (page.cursor === '') return left <= 0;
    cursor = page.cursor;
  }
  return false;
}
