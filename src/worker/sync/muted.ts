import { SyncError } from '../../protocol/errors.ts';
import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { ConversationRow } from '../storage/storage.ts';

/** Keeps what the user has muted as the service has it, between the events that tell of changes. */
export interface Muted {
  /** The list was read. Where it was read whole, so are the settings: rows that differ are stored. A failure waits for the next time. */
  listed(): Promise<void>;
}

/** A service without such settings mutes nothing. What an event told of while they were read is newer than they are. */
export function createMuted({ service, ledger }: { readonly service: Pick<ChatService, 'getMutedConversations'>; readonly ledger: Ledger }): Muted {
  let readAt: number | null = null;

  const rows = (): readonly ConversationRow[] => ledger.directory.list().flatMap((view) => ledger.directory.row(conversationKey(view)) ?? []);

  const read = async (): Promise<ReadonlySet<ConversationKey>> => {
    const muted = new Set<ConversationKey>();
    const seen = new Set<string>();
    for (let cursor = ''; !seen.has(cursor); ) {
      seen.add(cursor);
      const page = await service.getMutedConversations({ cursor });
      for (const ref of page.conversations) muted.add(conversationKey(ref));
      if (page.cursor !== '') cursor = page.cursor;
    }
    return muted;
  };

  return {
    async listed() {
      const completedAt = ledger.listSync()?.completedAt ?? null;
      if (completedAt === readAt) return;
      const before = new Map(rows().map(({ key, isMuted }) => [key, isMuted]));
      try {
        const muted = await read();
        await ledger.write(() => ({
          conversations: rows()
            .filter(({ key, isMuted }) => (isMuted ?? false) !== muted.has(key) && isMuted === before.get(key))
            .map((row) => ({ ...row, isMuted: muted.has(row.key) })),
        }));
        readAt = completedAt;
      } catch (cause) {
        if (SyncError.from(cause).code === 'unsupported') readAt = completedAt;
      }
    },
  };
}
