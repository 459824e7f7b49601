import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { doubtBatch } from '../ledger/batches.ts';
import { fromList } from '../ledger/from-list.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { listedUnread } from '../ledger/unread-tail.ts';
import type { EngineOptions } from '../options.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { ListSync } from '../storage/storage.ts';
import { mergeListed, type Asked, type Merge } from './apply-page.ts';

/** One page of the service's list, to be stored. */
export type ListPage = {
  readonly conversations: readonly ServiceConversation[];
  /** When it was asked for; local clock, ms. */
  readonly askedAt: number;
  /** Where the round stands with it; undefined when the page is no part of a round, or need not be noted. */
  readonly listSync?: (isChanged: boolean) => ListSync | undefined;
};

/**
 * Stores a page: rows, their last messages and the cursor that follows, in one transaction (SY1).
 *
 * - Rows that say nothing new are not written; what the list cannot know of yet is not undone by it (SY6).
 * - Nothing is written when nothing changed and the cursor need not be kept.
 *
 * @returns Whether the page brought anything new.
 */
export type StoreListPage = (page: ListPage) => Promise<boolean>;

/** @param options.onBehind Called after a commit with the conversations whose last message is known from the list alone. */
export function createStoreListPage(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly settings: Pick<EngineOptions, 'listLagMs'>;
  readonly onBehind: (keys: readonly ConversationKey[]) => void;
}): StoreListPage {
  const { ledger, self } = options;
  const { listLagMs } = options.settings;

  return async ({ conversations, askedAt, listSync }) => {
    let hasNews = false;
    let behind: readonly ConversationKey[] = [];
    await ledger.write(async () => {
      const asked: Asked = { at: askedAt, now: ledger.now(), listLagMs };
      // A row listed twice in one page counts once, as it stands last.
      const distinct = new Map(conversations.map((listed) => [conversationKey(listed), listed]));
      const merges = await Promise.all(
        [...distinct].map(async ([key, told]) => {
          const listed = await fromList({ ledger, key, self }, told);
          const result = await merge({ listed, ledger, self, asked });
          // A list that shows what is gone is an old one.
          return listed.lastMessage?.id === told.lastMessage?.id ? result : { ...result, isDoubted: true };
        }),
      );
      const puts = merges.filter((result) => result.type === 'put');
      hasNews = puts.length > 0;
      behind = puts.flatMap(({ row }) => (row.lastMessage?.id === ledger.directory.row(row.key)?.lastMessage?.id ? [] : [row.key]));
      const standing = listSync?.(hasNews);
      const isDoubted = merges.some((result) => result.isDoubted);
      return {
        conversations: puts.map(({ row }) => row),
        removedTombstones: puts.filter(({ revives }) => revives).map(({ row }) => row.key),
        ...(isDoubted ? doubtBatch(ledger) : {}),
        ...(standing && { listSync: isDoubted ? { ...standing, isDoubted } : standing }),
      };
    });
    if (behind.length > 0) options.onBehind(behind);
    return hasNews;
  };
}

async function merge({ listed, ledger, self, asked }: { listed: ServiceConversation; ledger: Ledger; self: string; asked: Asked }): Promise<Merge> {
  const key = conversationKey(listed);
  const row = ledger.directory.row(key);
  const tombstone = ledger.tombstone(key);
  const unread = await listedUnread({ ledger, key, self }, listed);
  return mergeListed({ row, listed, tombstone, unread, asked });
}
