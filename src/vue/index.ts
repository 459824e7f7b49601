/**
 * `moorage/vue`: composables on a chat, for Vue 3.3 and later.
 */
export {
  useBackfill,
  useConversation,
  useConversations,
  useHistoryState,
  useOutbox,
  usePresence,
  useStatus,
  useTimeline,
  useUnread,
} from './composables.ts';
export { provideChat, useChat } from './use-chat.ts';
export { useLive } from './use-live.ts';
