import { computed, getCurrentInstance, inject, provide, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue';
import type { Chat } from '../client/chat.ts';

const CHAT: unique symbol = Symbol('moorage chat');

/** A component, with the chat that it provides. Vue's `inject` looks above a component only, and its own composables want the chat, too. */
type Providing = { [CHAT]?: ComputedRef<Chat | null> };

/** Gives a chat to this component's own composables and to every one below. @param chat Null or undefined while it connects, or on a server. */
export function provideChat(chat: MaybeRefOrGetter<Chat | null | undefined>): ComputedRef<Chat | null> {
  const provided = computed(() => toValue(chat) ?? null);
  provide(CHAT, provided);
  Object.assign(getCurrentInstance() ?? {}, { [CHAT]: provided } satisfies Providing);
  return provided;
}

/** @returns The chat that this component, or one above, provides; null while there is none. */
export function useChat(): ComputedRef<Chat | null> {
  return (getCurrentInstance() as Providing | null)?.[CHAT] ?? inject<ComputedRef<Chat | null>>(CHAT, () => computed(() => null), true);
}
