import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { takeRef } from '../../protocol/take.ts';

/** What the user is looking at, in any tab (UR4). */
export interface Presence {
  /** @param shown What the tab says it shows, unchecked; null: nothing. What names no conversation is taken for nothing. */
  show(tabId: string, shown: unknown): void;
  /** The tab is gone. */
  leave(tabId: string): void;
  isShown(key: ConversationKey): boolean;
}

/** @param onShown A tab shows a conversation now. */
export function createPresence(onShown: (key: ConversationKey) => void): Presence {
  const shownBy = new Map<string, ConversationKey>();
  return {
    show(tabId, shown) {
      shownBy.delete(tabId);
      try {
        const key = conversationKey(takeRef(shown));
        shownBy.set(tabId, key);
        onShown(key);
      } catch {
        // Null, or no conversation: the tab shows none.
      }
    },
    leave: (tabId) => void shownBy.delete(tabId),
    isShown: (key) => [...shownBy.values()].includes(key),
  };
}
