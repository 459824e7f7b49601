import type { ConversationRef } from '../protocol/ids.ts';
import type { Account } from '../protocol/model.ts';
import { isOptional, isWhole, take, takeRef } from '../protocol/take.ts';
import type { Chat, Timeline } from './chat.ts';
import type { Remote } from './connection/remote.ts';
import { createCalls } from './create-calls.ts';
import type { LiveStore } from './store/live-store.ts';

/**
 * Makes the public face of a connection out of its two halves: calls, and live queries.
 *
 * - The worker checks what calls are given. What queries are given is checked here: they have no promise to reject.
 */
export function createChat(options: {
  readonly account: Account;
  readonly call: Remote['call'];
  readonly store: LiveStore;
  readonly close: () => void;
}): Chat {
  const { account, call, store, close } = options;

  const timeline = (ref: ConversationRef): Timeline => {
    const query = { type: 'timeline', conversation: takeRef(ref) } as const;
    const live = store.query<'timeline'>(query);
    if ('loadOlder' in live) return live as Timeline;
    let loading: ReturnType<Timeline['loadOlder']> | undefined;

    const load: Timeline['loadOlder'] = async () => {
      const { subscription, release } = store.hold(query);
      try {
        return await call('loadOlder', subscription.then((number) => ({ subscription: number })));
      } finally {
        loading = undefined;
        release();
      }
    };
    return Object.assign(live, { loadOlder: () => (loading ??= load()) });
  };

  return {
    account,
    conversations: (window) =>
      store.query<'conversations'>({ type: 'conversations', limit: take(window, 'limit', isOptional(isWhole(1))) }),
    conversation: (ref) => store.query<'conversation'>({ type: 'conversation', conversation: takeRef(ref) }),
    timeline,
    unread: store.query<'unread'>({ type: 'unread', of: 'all' }),
    unmutedUnread: store.query<'unread'>({ type: 'unread', of: 'unmuted' }),
    mentions: store.query<'unread'>({ type: 'unread', of: 'mentions' }),
    status: store.query<'status'>({ type: 'status' }),
    send: (message) => call('send', message),
    retry: (clientId) => call('retry', { clientId }),
    discard: (clientId) => call('discard', { clientId }),
    refresh: () => call('refresh'),
    logOut: () => call('logOut'),
    localCache: createCalls(
      call,
      'getLocalConversations',
      'getLocalConversation',
      'setLocalConversationCustomField',
      'clearConversationUnreadCount',
      'removeLocalConversation',
    ),
    contact: createCalls(
      call,
      'getServerConversations',
      'getServerPinnedConversations',
      'getConversationlist',
      'getHistoryMessages',
      'removeHistoryMessages',
      'deleteConversation',
      'pinConversation',
      'addConversationMark',
      'removeConversationMark',
    ),
    close,
  };
}
