import type { Conversation } from './model.ts';
import { conversationKey } from './ids.ts';

/** What the order looks at. */
type Orderable = Pick<Conversation, 'conversationId' | 'conversationType' | 'isPinned' | 'pinnedTime' | 'lastMessage'>;

/**
 * Orders conversations as the service documents it: pinned ones first, latest pin first; then by the last message's
 * server time, latest first; ties by key. The worker and every tab sort by this one function, so an order never
 * crosses the port.
 */
export function compareConversations(a: Orderable, b: Orderable): number {
  return (
    Number(b.isPinned) - Number(a.isPinned) ||
    (a.isPinned ? b.pinnedTime - a.pinnedTime : 0) ||
    (b.lastMessage?.time ?? 0) - (a.lastMessage?.time ?? 0) ||
    (conversationKey(a) < conversationKey(b) ? -1 : 1)
  );
}
