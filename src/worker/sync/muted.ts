import { SyncError } from '../../protocol/errors.ts';
import { conversationKey, type ConversationKey, type ConversationRef } from '../../protocol/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** Keeps what the user has muted as the service has it, of conversations that are not here yet, or not any more, too. */
export interface Muted {
  /** The list was read. Where it was read whole, so are the settings: rows that differ are stored. A failure waits for the next time. */
  listed(): Promise<void>;
  /** The service told of one. What is told while the settings are read is newer than they are. */
  tell(conversation: ConversationRef, isMuted: boolean): void;
  /** @returns The batch with the new rows of muted conversations muted. */
  complete(batch: WriteBatch): WriteBatch;
}

/** A service without such settings mutes nothing but what its events say. It is not stored: each engine reads it with its first list. */
export function createMuted({ service, ledger }: { readonly service: Pick<ChatService, 'getMutedConversations'>; readonly ledger: Ledger }): Muted {
  let readAt: number | null = null;
  let known: ReadonlySet<ConversationKey> = new Set();
  /** By events, since `known` was last asked for. */
  let told: ReadonlyMap<ConversationKey, boolean> = new Map();

  const isMuted = (key: ConversationKey): boolean => told.get(key) ?? known.has(key);

  const read = async (): Promise<ReadonlySet<ConversationKey>> => {
    const muted = new Set<ConversationKey>();
    const seen = new Set<string>();
    for (let cursor = ''; !seen.has(cursor); ) {
      seen.add(cursor);
      const page = await service.getMutedConversations({ cursor });
      for (const ref of page.conversations) muted.add(conversationKey(ref));
      ({ cursor } = page);
    }
    return muted;
  };

  return {
    async listed() {
      const completedAt = ledger.listSync()?.completedAt ?? null;
      if (completedAt === readAt) return;
      known = new Set([...known, ...told.keys()].filter(isMuted));
      told = new Map();
      try {
        known = await read();
        await ledger.write(() => ({
          conversations: ledger.directory
            .rows()
            .filter((row) => (row.isMuted ?? false) !== isMuted(row.key))
            .map((row) => ({ ...row, isMuted: isMuted(row.key) })),
        }));
        readAt = completedAt;
      } catch (cause) {
        if (SyncError.from(cause).code === 'unsupported') readAt = completedAt;
      }
    },
    tell(conversation, isMutedNow) {
      told = new Map(told).set(conversationKey(conversation), isMutedNow);
    },
    complete: ({ conversations, ...batch }) =>
      conversations === undefined
        ? batch
        : { ...batch, conversations: conversations.map((row) => (row.isMuted === undefined && isMuted(row.key) ? { ...row, isMuted: true } : row)) },
  };
}
