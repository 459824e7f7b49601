import { computed, inject, provide, toValue, type ComputedRef, type InjectionKey, type MaybeRefOrGetter } from 'vue';
import type { Chat } from '../client/chat.ts';

const CHAT: InjectionKey<ComputedRef<Chat | null>> = Symbol('moorage chat');

/** Gives a chat to every composable below this component. @param chat Null or undefined while it connects, or on a server. */
export function provideChat(chat: MaybeRefOrGetter<Chat | null | undefined>): ComputedRef<Chat | null> {
  const provided = computed(() => toValue(chat) ?? null);
  provide(CHAT, provided);
  return provided;
}

/** @returns The chat that a component above provides; null while there is none. */
export function useChat(): ComputedRef<Chat | null> {
  return inject(CHAT, () => computed(() => null), true);
}
