/**
 * `moorage/react`: hooks on a chat, for React 18 and later.
 */
export { ChatProvider, useChat } from './chat-context.ts';
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
} from './hooks.ts';
export { useLive } from './use-live.ts';
