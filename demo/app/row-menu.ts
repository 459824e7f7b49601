import type { Conversation } from 'moorage';
import type { Context } from './context.ts';
import { h } from './dom.ts';
import type { View } from './view.ts';

export interface RowMenu extends View {
  /** Opens at a place in the window. Unit: px. Whatever had the keyboard gets it back at the end. */
  open(conversation: Conversation, place: { readonly left: number; readonly top: number }): void;
}

/**
 * What can be done with a conversation from the list: mark it as unread or read, pin it.
 *
 * - Arrows move, Enter chooses, Escape and a click elsewhere close.
 */
export function createRowMenu({ chat, people, language: { words } }: Context): RowMenu {
  const element = h('div', { class: 'menu', role: 'menu', popover: 'auto' });
  let opener: Element | null = null;

  function entry(text: string, act: () => Promise<unknown>): HTMLButtonElement {
    const button = h('button', { type: 'button', role: 'menuitem', class: 'menu-item' }, text);
    button.addEventListener('click', () => {
      element.hidePopover();
      // The row shows whether it worked.
      void act().catch(() => undefined);
    });
    return button;
  }

  function entriesFor({ conversationId, conversationType, unReadCount, isMarkedUnread, isPinned }: Conversation): HTMLButtonElement[] {
    const ref = { conversationId, conversationType };
    return [
      unReadCount > 0 || isMarkedUnread
        ? entry(words.list.markRead, () => chat.localCache.clearConversationUnreadCount(ref))
        : entry(words.list.markUnread, () => chat.markUnread(ref)),
      entry(isPinned ? words.list.unpin : words.list.pin, () => chat.contact.pinConversation({ ...ref, isPinned: !isPinned })),
    ];
  }

  element.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const entries = [...element.querySelectorAll('button')];
    const at = entries.findIndex((each) => each === document.activeElement);
    entries[(at + step + entries.length) % entries.length]?.focus();
  });
  element.addEventListener('toggle', (event) => {
    if (event.newState === 'closed' && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
  });

  return {
    element,
    open(conversation, { left, top }) {
      opener = document.activeElement;
      element.setAttribute('aria-label', words.list.actions(people.name(conversation.conversationId)));
      element.replaceChildren(...entriesFor(conversation));
      element.showPopover();
      // It stays in the window.
      element.style.left = `${Math.min(left, innerWidth - element.offsetWidth - 8)}px`;
      element.style.top = `${Math.min(top, innerHeight - element.offsetHeight - 8)}px`;
      element.querySelector('button')?.focus();
    },
    close: () => element.remove(),
  };
}
