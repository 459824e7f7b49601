import { conversationKey } from '../../protocol/ids.ts';
import { doubtBatch } from '../ledger/batches.ts';
import { fromList } from '../ledger/from-list.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { listedUnread } from '../ledger/unread-tail.ts';
import type { EngineOptions } from '../options.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { ConversationRow, ListSync, MessageChange } from '../storage/storage.ts';
import { isTooLate, mergeListed, type Asked, type Merge } from './apply-page.ts';
import { trustedRow } from './distrusted-rows.ts';

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
 * - What is new of a last message that is stored is stored with it.
 * - Rows that say nothing new are not written; what the list cannot know of yet is not undone by it (SY6).
 * - Nothing is written when nothing changed and the cursor need not be kept.
 *
 * @returns Whether the page brought anything new.
 */
export type StoreListPage = (page: ListPage) => Promise<boolean>;

/** Makes the {@link StoreListPage} of an account. Whoever wants to know which last messages came is told by the commit. */
export function createStoreListPage(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly settings: Pick<EngineOptions, 'listLagMs'>;
}): StoreListPage {
  const { ledger, self } = options;
  const { listLagMs } = options.settings;

  return async ({ conversations, askedAt, listSync }) => {
    let hasNews = false;
    await ledger.write(async () => {
      const asked: Asked = { at: askedAt, now: ledger.now(), listLagMs };
      // A row listed twice in one page counts once, as it stands last.
      const distinct = new Map(conversations.map((listed) => [conversationKey(listed), listed]));
      const merges = await Promise.all(
        [...distinct].map(async ([key, told]) => {
          const stored = ledger.directory.row(key);
          const row = stored && withWaiting(ledger, await trustedRow(ledger, stored, asked), asked);
          const known = row === stored ? ledger : { ...ledger, directory: { ...ledger.directory, row: () => row } };
          const context = { ledger: known, key, self };
          const listed = await fromList(context, told);
          const merge = mergeListed({ row, listed, tombstone: ledger.tombstone(key), unread: await listedUnread(context, listed), asked });
          const result: Merge = merge.type === 'unchanged' && row && row !== stored ? { ...merge, type: 'put', row, revives: false } : merge;
          // A list that shows what was just removed is an old one. One that goes on showing it is not asked again.
          const isOld = listed.lastMessage?.id !== told.lastMessage?.id && (row === undefined || isTooLate(row.changedHere?.removed, asked));
          return isOld || row?.changedHere?.distrusted !== undefined ? { ...result, isDoubted: true } : result;
        }),
      );
      const puts = merges.filter((result) => result.type === 'put');
      const retoldLast = await Promise.all(puts.map(({ row }) => retoldMessage(ledger, row)));
      // Rows that events have told of are news, too: what the same events lost lies below them (SY9).
      hasNews = puts.length > 0;
      const standing = listSync?.(hasNews);
      const isDoubted = merges.some((result) => result.isDoubted);
      return {
        conversations: puts.map(({ row }) => row),
        messages: retoldLast.flat(),
        removedTombstones: puts.filter(({ revives }) => revives).map(({ row }) => row.key),
        ...(isDoubted ? doubtBatch(ledger) : {}),
        ...(standing && { listSync: isDoubted ? { ...standing, isDoubted } : standing }),
      };
    });
    return hasNews;
  };
}

/** The event that told of an edit or a reaction may be lost: then the list's last message is the first that shows it. */
async function retoldMessage(ledger: Ledger, { key, lastMessage }: ConversationRow): Promise<readonly MessageChange[]> {
  const known = ledger.directory.row(key)?.lastMessage;
  if (lastMessage === null || lastMessage.id !== known?.id || lastMessage === known) return [];
  const stored = await ledger.storage.findMessage(key, lastMessage.id);
  return stored === undefined ? [] : [{ conversation: key, puts: [{ ...lastMessage, time: stored.time }] }];
}

/** @returns The row; what waits to be told of it is as good as changed just now (SY6). The same object when nothing does. */
function withWaiting(ledger: Ledger, row: ConversationRow, { now }: Asked): ConversationRow {
  const kinds = ledger.outbox().flatMap((entry) => {
    if (entry.type !== 'command' || entry.before === undefined) return [];
    const { command } = entry;
    const isIts = command.kind === 'mark' ? command.conversations.some((ref) => conversationKey(ref) === row.key) : entry.conversation === row.key;
    return isIts ? [command.kind] : [];
  });
  const changedHere = {
    ...(kinds.includes('pin') && { pin: now }),
    ...(kinds.includes('mark') && { marks: now }),
    ...((kinds.includes('recall') || kinds.includes('remove-history')) && { removed: now }),
  };
  return Object.keys(changedHere).length === 0 ? row : { ...row, changedHere: { ...row.changedHere, ...changedHere } };
}
