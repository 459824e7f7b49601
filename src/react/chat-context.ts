import { createContext, createElement, useContext, type ReactElement, type ReactNode } from 'react';
import type { Chat } from '../client/chat.ts';

const ChatContext = createContext<Chat | null>(null);

/**
 * Gives a chat to every hook below it.
 *
 * @param props.chat Null while it connects, or on a server: hooks then show nothing yet, and do nothing.
 */
export function ChatProvider({ chat, children }: { readonly chat: Chat | null; readonly children?: ReactNode }): ReactElement {
  return createElement(ChatContext.Provider, { value: chat }, children);
}

/** @returns The chat of the nearest {@link ChatProvider}; null while there is none. */
export function useChat(): Chat | null {
  return useContext(ChatContext);
}
