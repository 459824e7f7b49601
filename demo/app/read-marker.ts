import type { Chat, ConversationRef } from 'moorage';

/**
 * Clears the unread messages of an open conversation, for as long as the page is in view.
 *
 * @returns stop
 */
export function keepRead(chat: Chat, ref: ConversationRef): () => void {
  const conversation = chat.conversation(ref);
  let isClearing = false;

  function look(): void {
    const unread = conversation.value?.unReadCount ?? 0;
    if (unread === 0 || isClearing || document.visibilityState !== 'visible') return;
    isClearing = true;
    // A clear that failed is tried again with the next change, or when the page is looked at again.
    void chat.localCache
      .clearConversationUnreadCount({ conversationId: ref.conversationId, conversationType: ref.conversationType })
      .catch(() => undefined)
      .finally(() => (isClearing = false));
  }

  const unsubscribe = conversation.subscribe(look);
  document.addEventListener('visibilitychange', look);
  return () => {
    unsubscribe();
    document.removeEventListener('visibilitychange', look);
  };
}
