import type { ConversationKey } from '../../protocol/ids.ts';
import type { KnownBlocks } from './apply-change.ts';

/**
 * Conversations whose newest block is kept in memory. Unit: conversations. A block of 50 messages is some 50 kB; fewer
 * make live messages of busy accounts read from disk again, more cost memory in every profile.
 */
const MAX_CONVERSATIONS = 128;

/** Remembers the blocks of the conversations used last. Committed state only. */
export interface KnownBlocksCache {
  get(conversation: ConversationKey): KnownBlocks | undefined;
  set(conversation: ConversationKey, blocks: KnownBlocks): void;
  delete(conversation: ConversationKey): void;
}

/** Makes an empty {@link KnownBlocksCache}; when it is full the conversation used longest ago goes. */
export function createKnownBlocksCache(): KnownBlocksCache {
  const entries = new Map<ConversationKey, KnownBlocks>();
  return {
    get(conversation) {
      const blocks = entries.get(conversation);
      if (blocks === undefined) return undefined;
      entries.delete(conversation);
      entries.set(conversation, blocks);
      return blocks;
    },
    set(conversation, blocks) {
      entries.delete(conversation);
      entries.set(conversation, blocks);
      const [oldest] = entries.keys();
      if (entries.size > MAX_CONVERSATIONS && oldest !== undefined) entries.delete(oldest);
    },
    delete(conversation) {
      entries.delete(conversation);
    },
  };
}
