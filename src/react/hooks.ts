import { useEffect } from 'react';
import type { Timeline } from '../client/chat.ts';
import type { ConversationWindow } from '../protocol/conversation-window.ts';
import type { BackfillState, Conversation, HistoryState, Status } from '../protocol/model.ts';
import { conversationKey, type ConversationRef } from '../protocol/ids.ts';
import type { QueryValue, UnreadTotal } from '../protocol/queries.ts';
import { useChat } from './chat-context.ts';
import { useLive } from './use-live.ts';

/**
 * The conversation list, or a window on what a filter and a search let through, in order. Undefined until it is known.
 *
 * @param options May be a new object at each render: what it says is what counts.
 */
export function useConversations(options?: ConversationWindow): QueryValue['conversations'] | undefined {
  return useLive(useChat()?.conversations(options));
}

/** One conversation: null when it is not stored, undefined until that is known. */
export function useConversation(ref: ConversationRef): Conversation | null | undefined {
  return useLive(useChat()?.conversation(ref));
}

/**
 * A conversation's messages, and the timeline they come from: `timeline.loadOlder()`, `jumpTo`, `fill`.
 *
 * @returns `items` is empty and `state` undefined until they are known; `timeline` is null while there is no chat.
 */
export function useTimeline(ref: ConversationRef): {
  readonly timeline: Timeline | null;
  readonly items: QueryValue['timeline']['items'];
  readonly state: QueryValue['timeline']['state'] | undefined;
} {
  const timeline = useChat()?.timeline(ref) ?? null;
  const value = useLive(timeline);
  return { timeline, items: value?.items ?? NO_ITEMS, state: value?.state };
}

const NO_ITEMS: QueryValue['timeline']['items'] = [];

/** A total of unread messages: of all conversations unless said. Undefined until it is known. */
export function useUnread(of: UnreadTotal = 'all'): number | undefined {
  const chat = useChat();
  const queries = chat && { all: chat.unread, unmuted: chat.unmutedUnread, mentions: chat.mentions };
  return useLive(queries?.[of]);
}

/** What waits to be told to the service, in the order it was asked for. Undefined until it is known. */
export function useOutbox(): QueryValue['outbox']['items'] | undefined {
  return useLive(useChat()?.outbox)?.items;
}

/** Where things stand. Undefined until it is known. */
export function useStatus(): Status | undefined {
  return useLive(useChat()?.status);
}

/** What is stored of a conversation's history. Undefined until it is known. */
export function useHistoryState(ref: ConversationRef): HistoryState | undefined {
  return useLive(useChat()?.history(ref));
}

/** The background reading of history. Undefined until it is known. */
export function useBackfill(): BackfillState | undefined {
  return useLive(useChat()?.backfill);
}

/**
 * Says that this component shows a conversation: it is read as long as the page is visible and has the focus. When the
 * component goes it shows nothing, unless another one has said so since.
 *
 * @param ref Null: none.
 */
export function usePresence(ref: ConversationRef | null): void {
  const chat = useChat();
  const key = ref && conversationKey(ref);
  useEffect(() => {
    return ref && chat ? chat.present(ref) : undefined;
    // The key stands for the ref: another object that names the same conversation is no change.
  }, [chat, key]);
}
