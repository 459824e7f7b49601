import type { Chat } from 'moorage';

/**
 * Shows the total of unread messages in the tab's title and, where the app is installed, on its icon.
 *
 * @returns stop
 */
export function showUnread(chat: Chat, appName: string): () => void {
  const unsubscribe = chat.unread.subscribe((total) => {
    document.title = total > 0 ? `(${total}) ${appName}` : appName;
    // Not every browser has a badge, and some have it and refuse it in a tab.
    const badge = total > 0 ? navigator.setAppBadge?.(total) : navigator.clearAppBadge?.();
    void badge?.catch(() => undefined);
  });
  return () => {
    unsubscribe();
    document.title = appName;
  };
}
