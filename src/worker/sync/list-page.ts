import { conversationKey, isAfter, toPosition } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { ConversationRow, ListSync } from '../storage/storage.ts';
import { NOTHING_UNREAD, rebased } from '../unread/unread-count.ts';
import { mergeListed, type Merge } from './apply-page.ts';

/**
 * Stores one page of the service's list: rows, their last messages and the cursor that follows, in one transaction (SY1).
 *
 * - Rows that say nothing new are not written; deleted conversations stay deleted (SY6).
 * - Nothing is written when nothing changed and the cursor need not be kept.
 *
 * @param options.listSync Where the round stands afterwards; undefined when the page is no part of a round.
 * @returns Whether the page brought anything new.
 */
export async function storeListPage(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly conversations: readonly ServiceConversation[];
  readonly listSync?: (changed: boolean) => ListSync | undefined;
}): Promise<boolean> {
  const { ledger, self } = options;
  let hasNews = false;
  await ledger.write(async () => {
    // A row listed twice in one page counts once, as it stands last.
    const distinct = new Map(options.conversations.map((listed) => [conversationKey(listed), listed]));
    const merges = await Promise.all([...distinct.values()].map((listed) => merge(listed, ledger, self)));
    const puts = merges.filter((result) => result.type === 'put');
    hasNews = puts.length > 0;
    const listSync = options.listSync?.(hasNews);
    return {
      conversations: puts.map(({ row }) => row),
      removedTombstones: puts.filter(({ revives }) => revives).map(({ row }) => row.key),
      ...(listSync === undefined ? {} : { listSync }),
    };
  });
  return hasNews;
}

async function merge(listed: ServiceConversation, ledger: Ledger, self: string): Promise<Merge> {
  const key = conversationKey(listed);
  const row = ledger.directory.row(key);
  const tombstone = ledger.tombstone(key);
  const before = row?.unread ?? { ...NOTHING_UNREAD, readThrough: tombstone?.after ?? null };
  const unread = rebased(before, { listed, newerStored: await storedAfter(listed.lastMessage, row, ledger), self });
  return mergeListed({ row, listed, tombstone, unread });
}

/** What is stored beyond the listed last message: the list lags behind its events. Costs a read only then. */
async function storedAfter(listedLast: Message | null, row: ConversationRow | undefined, ledger: Ledger): Promise<readonly Message[]> {
  const known = row?.lastMessage ?? null;
  if (row === undefined || known === null) return [];
  if (listedLast !== null && !isAfter(known, listedLast)) return [];
  return ledger.storage.readMessagesAfter({ conversation: row.key, after: listedLast === null ? null : toPosition(listedLast) });
}
