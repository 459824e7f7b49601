import { comparePositions, type ConversationKey } from '../../protocol/ids.ts';
import type { Storage } from '../storage/storage.ts';
import type { Spans } from './span.ts';

/** Knows which conversations have as many of their newest messages stored as are wanted. */
export interface Depth {
  /** @param spans What is stored of the conversation. */
  isReached(key: ConversationKey, spans: Spans): Promise<boolean>;
}

/** @param options.messages How many are wanted. Counting reads them once, and again when a page was added below. */
export function createDepth(options: { readonly storage: Pick<Storage, 'readMessages'>; readonly messages: number }): Depth {
  const counted = new Map<ConversationKey, { readonly oldestId: string; readonly isReached: boolean }>();
  return {
    async isReached(key, spans) {
      const top = spans.at(-1);
      if (top === undefined) return false;
      const memo = counted.get(key);
      if (memo?.oldestId === top.oldest.id) return memo.isReached;
      const newest = await options.storage.readMessages({ conversation: key, before: null, limit: options.messages });
      const isReached = newest.filter((message) => comparePositions(message, top.oldest) >= 0).length >= options.messages;
      counted.set(key, { oldestId: top.oldest.id, isReached });
      return isReached;
    },
  };
}
