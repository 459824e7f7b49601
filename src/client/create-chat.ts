import { takeWindow } from '../protocol/conversation-window.ts';
import type { ConversationRef } from '../protocol/ids.ts';
import type { LocalCache } from '../protocol/sdk-local-cache.ts';
import type { JumpTarget } from '../protocol/model.ts';
import { takeRef } from '../protocol/take.ts';
import type { Chat, Timeline } from './chat.ts';
import type { Options, Remote, Result } from './connection/remote.ts';
import { createCallSdk, createPlugin } from './create-calls.ts';
import type { LiveStore } from './store/live-store.ts';

type Load = 'loadOlder' | 'loadNewer' | 'jumpTo' | 'fill';

/**
 * Makes the public face of a connection out of its two halves: calls, and live queries.
 *
 * - The worker checks what calls are given. What queries are given is checked here: they have no promise to reject.
 */
export function createChat(call: Remote['call'], store: LiveStore): Omit<Chat, 'account' | 'close'> {
  const { presence, handlers } = store;
  const callSdk = createCallSdk(call);

  const timeline = (ref: ConversationRef): Timeline => {
    const query = { type: 'timeline', conversation: takeRef(ref) } as const;
    const live = store.query<'timeline'>(query);
    if ('fill' in live) return live as Timeline;
    const underWay: { [call: string]: Promise<unknown> } = {};

    const load = <M extends Load>(method: M, given?: Omit<Options<M>, 'subscription'>): Promise<Result<M>> => {
      const key = method + JSON.stringify(given);
      const start = (): Promise<Result<M>> => {
        const { subscription, release } = store.hold(query);
        return call(method, subscription.then((number) => ({ ...given, subscription: number }) as Options<M>)).finally(() => {
          delete underWay[key];
          release();
        });
      };
      return (underWay[key] ??= start()) as Promise<Result<M>>;
    };
    return Object.assign(live, {
      loadOlder: () => load('loadOlder'),
      loadNewer: () => load('loadNewer'),
      jumpTo: (target: JumpTarget) => load('jumpTo', { target }),
      fill: (hole: string) => load('fill', { hole }),
    });
  };

  return {
    conversations: (window) => store.query<'conversations'>({ type: 'conversations', ...takeWindow(window) }),
    conversation: (ref) => store.query<'conversation'>({ type: 'conversation', conversation: takeRef(ref) }),
    timeline,
    history: (ref) => store.query<'history'>({ type: 'history', conversation: takeRef(ref) }),
    backfill: Object.assign(store.query<'backfill'>({ type: 'backfill' }), {
      pause: () => call('pauseBackfill'),
      resume: () => call('resumeBackfill'),
    }),
    unread: store.query<'unread'>({ type: 'unread', of: 'all' }),
    unmutedUnread: store.query<'unread'>({ type: 'unread', of: 'unmuted' }),
    mentions: store.query<'unread'>({ type: 'unread', of: 'mentions' }),
    outbox: store.query<'outbox'>({ type: 'outbox' }),
    status: store.query<'status'>({ type: 'status' }),
    present: (ref) => presence.show(ref ? takeRef(ref) : null),
    markUnread: (ref) => call('markConversationUnread', ref),
    addEventHandler: handlers.add,
    removeEventHandler: handlers.remove,
    send: (message) => call('send', message),
    retry: (clientId) => call('retry', { clientId }),
    discard: (clientId) => call('discard', { clientId }),
    refresh: () => call('refresh'),
    logOut: (options) => call('logOut', options),
    localCache: createPlugin(callSdk, 'localCache') as unknown as LocalCache,
    contact: createPlugin(callSdk, 'contact') as unknown as Chat['contact'],
    sdk: { call: callSdk as Chat['sdk']['call'] },
  };
}
