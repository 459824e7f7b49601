import type { ConversationRef } from '../protocol/ids.ts';
import type { Account } from '../protocol/model.ts';
import type { Chat, Timeline } from './chat.ts';
import type { Remote } from './connection/remote.ts';
import { isName, isRecord, isWhole, take, takeRef } from './sdk/check.ts';
import { createContact } from './sdk/contact.ts';
import { createLocalCache } from './sdk/local-cache.ts';
import type { LiveStore } from './store/live-store.ts';

const isLimit = (value: unknown): value is number | undefined => value === undefined || isWhole(1)(value);

/** Makes the public face of a connection out of its two halves: calls, and live queries. */
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
        return await call('loadOlder', Promise.all([subscription]));
      } finally {
        loading = undefined;
        release();
      }
    };
    return Object.assign(live, { loadOlder: () => (loading ??= load()) });
  };

  const byClientId = (method: 'retry' | 'discard') => async (clientId: string) =>
    call(method, [take({ clientId }, 'clientId', isName)]);

  return {
    account,
    conversations(window) {
      const limit = take(window, 'limit', isLimit);
      return store.query<'conversations'>({ type: 'conversations', ...(limit && { limit }) });
    },
    conversation: (ref) => store.query<'conversation'>({ type: 'conversation', conversation: takeRef(ref) }),
    timeline,
    unread: store.query<'unread'>({ type: 'unread' }),
    status: store.query<'status'>({ type: 'status' }),
    async send(message) {
      const conversation = takeRef(take(message, 'conversation', isRecord));
      take(message, 'type', isName);
      return call('send', [{ ...message, conversation }]);
    },
    retry: byClientId('retry'),
    discard: byClientId('discard'),
    refresh: () => call('refresh', []),
    localCache: createLocalCache(call),
    contact: createContact(call),
    logOut: () => call('logOut', []),
    close,
  };
}
