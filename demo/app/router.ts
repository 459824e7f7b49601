import type { ConversationRef } from 'moorage';

/** Which conversation is open: the part of the address after `#`, so that reload, back and links work. */
export interface Router {
  current(): ConversationRef | null;
  /** Opens a conversation. The browser's back button closes it again. */
  open(ref: ConversationRef): void;
  /** Goes back to the list. */
  leave(): void;
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
}

/** The text by which a conversation is named in the address and as a key. */
export function routeOf(ref: ConversationRef): string {
  return `${ref.conversationType}:${encodeURIComponent(ref.conversationId)}`;
}

/** @returns The conversation a fragment names, or null when it names none. */
export function parseRoute(fragment: string): ConversationRef | null {
  const [conversationType, id = ''] = fragment.split(':');
  if ((conversationType !== 'singleChat' && conversationType !== 'groupChat') || id === '') return null;
  try {
    return { conversationType, conversationId: decodeURIComponent(id) };
  } catch {
    return null;
  }
}

export function createRouter(): Router {
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const current = () => parseRoute(location.hash.slice(1));
  const addressOf = (fragment: string) => `${location.pathname}${location.search}${fragment}`;

  return {
    current,
    open(ref) {
      const fragment = `#${routeOf(ref)}`;
      if (location.hash === fragment) return;
      // One step between list and conversation, however many conversations were looked at.
      if (current() === null) history.pushState({ fromList: true }, '', addressOf(fragment));
      else history.replaceState(history.state, '', addressOf(fragment));
      notify();
    },
    leave() {
      if (current() === null) return;
      const state = history.state as { fromList?: boolean } | null;
      if (state?.fromList === true) history.back();
      else {
        history.replaceState(null, '', addressOf(''));
        notify();
      }
    },
    subscribe(listener) {
      if (listeners.size === 0) addEventListener('popstate', notify);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) removeEventListener('popstate', notify);
      };
    },
  };
}
