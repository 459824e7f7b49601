import { connect } from 'moorage';
import type { BenchPage } from './contract.ts';

type Chat = Awaited<ReturnType<typeof connect>>;
type Watched<T> = { readonly value: T | undefined; subscribe(listener: (value: T) => void): () => void };

/** Resolves at the first value of a live query that will do. */
function waitFor<T>(query: Watched<T>, isEnough: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const unsubscribe = query.subscribe((value) => {
      if (!isEnough(value)) return;
      resolve(value);
      // The first call may come before `subscribe` has returned.
      queueMicrotask(() => unsubscribe());
    });
  });
}

/** Moorage by its public doors: a page that connects to its SharedWorker, which runs the same SDK and stores. */
function createMoorageBench(): BenchPage {
  let chat: Chat | undefined;
  let allReceived = Promise.resolve(0);
  const connected = (): Chat => {
    if (chat === undefined) throw new Error('start() first');
    return chat;
  };

  return {
    start: async ({ appKey, userId, token, apiUrl, socketUrl }) => {
      const script = `/moorage.worker.js?${new URLSearchParams({ apiUrl, socketUrl }).toString()}`;
      chat = await connect({
        account: { appKey, userId },
        token: () => token,
        worker: (name) => new SharedWorker(script, { name }),
      });
    },

    // The engine reads the list by itself; `live` is said once the round is complete and its last page committed.
    sync: async () => {
      await waitFor(connected().status, (status) => status.type === 'live');
      const endedAt = Date.now();
      const { data } = await connected().localCache.getLocalConversations();
      return { endedAt, rows: data?.length ?? 0 };
    },

    wholeList: async () => {
      const startedAt = performance.now();
      const { data } = await connected().localCache.getLocalConversations();
      return { ms: performance.now() - startedAt, rows: data?.length ?? 0 };
    },

    firstRows: async (limit) => {
      const startedAt = performance.now();
      const { rows } = await waitFor(connected().conversations({ limit }), () => true);
      return { ms: performance.now() - startedAt, rows: rows.length };
    },

    // Unread is announced after the commit that stored the messages, so the exact total says that all are stored.
    expectMessages: async (count) => {
      allReceived = waitFor(connected().unread, (total) => total >= count).then(() => Date.now());
    },

    receiveAll: async () => {
      const endedAt = await allReceived;
      const { data = [] } = await connected().localCache.getLocalConversations();
      return { endedAt, unread: data.reduce((sum, row) => sum + (row.unReadCount ?? 0), 0) };
    },

    history: async (conversationId) => {
      const timeline = connected().timeline({ conversationId, conversationType: 'singleChat' });
      const startedAt = performance.now();
      const stop = timeline.subscribe(() => undefined);
      let { state, items } = await waitFor(timeline, ({ state }) => !state.isLoading);
      while (state.hasOlder) {
        await timeline.loadOlder();
        ({ state, items } = await waitFor(timeline, ({ state }) => !state.isLoading));
      }
      const ms = performance.now() - startedAt;
      stop();
      return { ms, messages: items.filter((item) => item.type === 'message').length };
    },
  };
}

window.bench = createMoorageBench();
