import type { Chat } from 'moorage';

/**
 * Shows the total of unread messages in the tab's title and, where the app is installed, that of unmuted ones on its icon.
 *
 * @returns stop
 */
export function showUnread(chat: Chat, appName: string): () => void {
  const stopTitle = chat.unread.subscribe((total) => (document.title = total > 0 ? `(${total}) ${appName}` : appName));
  const stopBadge = chat.unmutedUnread.subscribe((total) => {
    // Not every browser has a badge, and some have it and refuse it in a tab.
    const badge = total > 0 ? navigator.setAppBadge?.(total) : navigator.clearAppBadge?.();
    void badge?.catch(() => undefined);
  });
  return () => {
    stopTitle();
    stopBadge();
    document.title = appName;
  };
}
