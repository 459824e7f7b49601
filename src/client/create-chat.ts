import type { Account } from '../protocol/model.ts';
import type { Chat, Timeline } from './chat.ts';
import type { Remote } from './connection/remote.ts';
import { check, checkCloneable, checkRef, checkText, checkWhole, isRecord } from './sdk/check.ts';
import { createContact } from './sdk/contact.ts';
import { createLocalCache } from './sdk/local-cache.ts';
import type { LiveStore } from './store/live-store.ts';

const LIMIT_RANGE = { min: 1, max: Infinity };

/** Makes the public face of a connection out of its two halves: calls, and live queries. */
export function createChat(options: {
  readonly account: Account;
  readonly call: Remote['call'];
  readonly store: LiveStore;
  readonly close: () => void;
}): Chat {
  const { account, call, store, close } = options;
  const loading = new Map<string, ReturnType<Timeline['loadOlder']>>();

  const timeline = (ref: unknown): Timeline => {
    const conversation = checkRef(ref);
    const query = { type: 'timeline', conversation } as const;
    const live = store.query<'timeline'>(query);
    if ('loadOlder' in live) return live as Timeline;
    const key = JSON.stringify(conversation);

    const load: Timeline['loadOlder'] = async () => {
      const { subscription, release } = store.hold(query);
      try {
        return await call(
          'loadOlder',
          subscription.then((number) => [number] as [number]),
        );
      } finally {
        loading.delete(key);
        release();
      }
    };
    const loadOlder: Timeline['loadOlder'] = () => {
      const promise = loading.get(key) ?? load();
      loading.set(key, promise);
      return promise;
    };
    return Object.assign(live, { loadOlder });
  };

  return {
    account,
    conversations(window = {}) {
      check(isRecord(window), 'options', 'an object');
      const { limit } = window;
      if (limit === undefined) return store.query<'conversations'>({ type: 'conversations' });
      return store.query<'conversations'>({ type: 'conversations', limit: checkWhole(limit, 'limit', LIMIT_RANGE) });
    },
    conversation: (ref) => store.query<'conversation'>({ type: 'conversation', conversation: checkRef(ref) }),
    timeline,
    unread: store.query<'unread'>({ type: 'unread' }),
    status: store.query<'status'>({ type: 'status' }),
    async send(message) {
      check(isRecord(message), 'message', 'an object');
      const conversation = checkRef(message.conversation);
      const type = checkText(message.type, 'type');
      if (type === 'txt') check(typeof message.msg === 'string', 'msg', 'a string');
      if (message.ext !== undefined) check(isRecord(message.ext), 'ext', 'an object');
      checkCloneable(message, 'message');
      return call('send', [{ ...message, conversation }]);
    },
    retry: async (clientId) => call('retry', [checkText(clientId, 'clientId')]),
    discard: async (clientId) => call('discard', [checkText(clientId, 'clientId')]),
    refresh: () => call('refresh', []),
    localCache: createLocalCache(call),
    contact: createContact(call),
    logOut: () => call('logOut', []),
    close,
  };
}
