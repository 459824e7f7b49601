import { computed, toValue, watch, type ComputedRef, type MaybeRefOrGetter, type ShallowRef } from 'vue';
import type { Timeline } from '../client/chat.ts';
import type { ConversationWindow } from '../protocol/conversation-window.ts';
import type { BackfillState, Conversation, HistoryState, Status } from '../protocol/model.ts';
import { conversationKey, type ConversationRef } from '../protocol/ids.ts';
import type { QueryValue, UnreadTotal } from '../protocol/queries.ts';
import { useChat } from './use-chat.ts';
import { useLive } from './use-live.ts';

type Live<T> = Readonly<ShallowRef<T | undefined>>;

/** The conversation list, or a window on what a filter and a search let through, in order. */
export function useConversations(options?: MaybeRefOrGetter<ConversationWindow | undefined>): Live<QueryValue['conversations']> {
  const chat = useChat();
  return useLive(() => chat.value?.conversations(toValue(options)));
}

/** One conversation: null when it is not stored. */
export function useConversation(ref: MaybeRefOrGetter<ConversationRef>): Live<Conversation | null> {
  const chat = useChat();
  return useLive(() => chat.value?.conversation(toValue(ref)));
}

/**
 * A conversation's messages, and the timeline they come from: `timeline.value?.loadOlder()`, `jumpTo`, `fill`.
 *
 * @returns `items` is empty and `state` undefined until they are known; `timeline` is null while there is no chat.
 */
export function useTimeline(ref: MaybeRefOrGetter<ConversationRef>): {
  readonly timeline: ComputedRef<Timeline | null>;
  readonly items: ComputedRef<QueryValue['timeline']['items']>;
  readonly state: ComputedRef<QueryValue['timeline']['state'] | undefined>;
} {
  const chat = useChat();
  const timeline = computed(() => chat.value?.timeline(toValue(ref)) ?? null);
  const value = useLive(timeline);
  return { timeline, items: computed(() => value.value?.items ?? []), state: computed(() => value.value?.state) };
}

/** A total of unread messages: of all conversations unless said. */
export function useUnread(of: MaybeRefOrGetter<UnreadTotal> = 'all'): Live<number> {
  const chat = useChat();
  return useLive(() => {
    const now = chat.value;
    return now && { all: now.unread, unmuted: now.unmutedUnread, mentions: now.mentions }[toValue(of)];
  });
}

/** What waits to be told to the service, in the order it was asked for. */
export function useOutbox(): ComputedRef<QueryValue['outbox']['items'] | undefined> {
  const chat = useChat();
  const value = useLive(() => chat.value?.outbox);
  return computed(() => value.value?.items);
}

/** Where things stand. */
export function useStatus(): Live<Status> {
  const chat = useChat();
  return useLive(() => chat.value?.status);
}

/** What is stored of a conversation's history. */
export function useHistoryState(ref: MaybeRefOrGetter<ConversationRef>): Live<HistoryState> {
  const chat = useChat();
  return useLive(() => chat.value?.history(toValue(ref)));
}

/** The background reading of history. */
export function useBackfill(): Live<BackfillState> {
  const chat = useChat();
  return useLive(() => chat.value?.backfill);
}

/**
 * Says that this component shows a conversation: it is read as long as the page is visible and has the focus. When the
 * component goes it shows nothing, unless another one has said so since.
 *
 * @param ref Null: none.
 */
export function usePresence(ref: MaybeRefOrGetter<ConversationRef | null>): void {
  const chat = useChat();
  const shown = (): string | null => {
    const now = toValue(ref);
    return now && conversationKey(now);
  };
  watch(
    [chat, shown],
    (_now, _before, onCleanup) => {
      const now = toValue(ref);
      const leave = now && chat.value?.present(now);
      if (leave) onCleanup(leave);
    },
    { immediate: true },
  );
}
