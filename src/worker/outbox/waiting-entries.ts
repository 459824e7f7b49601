import type { ConversationKey } from '../../protocol/ids.ts';
import type { OutboxEntry } from '../storage/storage.ts';
import type { Waiting } from './lane-handler.ts';

/** Everything that waits to be told, in order of `seq`. */
export interface WaitingEntries {
  all(): Iterable<Waiting>;
  of(key: ConversationKey): readonly Waiting[];
  find(clientId: string): Waiting | undefined;
  conversations(): Iterable<ConversationKey>;
}

/** @param outbox Another array after every change: it is looked through once for each. */
export function createWaitingEntries(outbox: () => readonly OutboxEntry[]): WaitingEntries {
  let seen: readonly OutboxEntry[] | undefined;
  const byClientId = new Map<string, Waiting>();
  const byConversation = new Map<ConversationKey, Waiting[]>();

  const upToDate = <T>(index: T): T => {
    const entries = outbox();
    if (entries === seen) return index;
    seen = entries;
    byClientId.clear();
    byConversation.clear();
    for (const entry of entries) {
      if (entry.type === 'acknowledge') continue;
      byClientId.set(entry.clientId, entry);
      const lane = byConversation.get(entry.conversation);
      if (lane === undefined) byConversation.set(entry.conversation, [entry]);
      else lane.push(entry);
    }
    return index;
  };

  return {
    all: () => upToDate(byClientId).values(),
    of: (key) => upToDate(byConversation).get(key) ?? [],
    find: (clientId) => upToDate(byClientId).get(clientId),
    conversations: () => upToDate(byConversation).keys(),
  };
}
