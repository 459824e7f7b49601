import { connect } from 'moorage';
import type { MoorageBenchPage } from './contract.ts';

/** Between two changes: all tabs have shown one before the next is made. Unit: ms. */
const CHANGE_PAUSE_MS = 60;

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
function createMoorageBench(): MoorageBenchPage {
  let chat: Chat | undefined;
  let allReceived = Promise.resolve(0);
  /** When the watched rows first showed each change, by its number. */
  const seen = new Map<number, number>();
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
      // The window is bounded: a message that has left it at its other end was in the page's hands all the same.
      const given = new Set<string>();
      const startedAt = performance.now();
      const stop = timeline.subscribe(({ items }) => {
        for (const { type, key } of items) if (type === 'message') given.add(key);
      });
      await waitFor(timeline, ({ state }) => !state.isLoading);
      while (timeline.value?.state.hasOlder === true) {
        await timeline.loadOlder();
        await waitFor(timeline, ({ state }) => !state.isLoading);
      }
      const ms = performance.now() - startedAt;
      stop();
      // It lingers for a moment, and would be where it was left when it is opened again.
      while (timeline.value !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
      return { ms, messages: given.size };
    },

    // What a tab has sent is told to the service once nothing waits any more.
    sendMessages: async (to, count) => {
      const startedAt = Date.now();
      const send = (number: number): Promise<unknown> =>
        connected().send({ conversation: { conversationId: to[number % to.length] ?? '', conversationType: 'singleChat' }, type: 'txt', msg: `message ${number}` });
      await Promise.all(Array.from({ length: count }, (_, number) => send(number)));
      await waitFor(connected().outbox, ({ items }) => items.length === 0);
      return { startedAt, endedAt: Date.now() };
    },

    openTimeline: async (conversationId, pages) => {
      const timeline = connected().timeline({ conversationId, conversationType: 'singleChat' });
      let lastLap = performance.now();
      const ms: number[] = [];
      const lap = () => {
        const now = performance.now();
        ms.push(now - lastLap);
        lastLap = now;
      };
      const given = new Set<string>();
      const stop = timeline.subscribe(({ items }) => {
        for (const { type, key } of items) if (type === 'message') given.add(key);
      });
      await waitFor(timeline, ({ items }) => items.length > 0);
      lap();
      for (let page = 0; page < pages; page += 1) {
        const before = timeline.value?.items[0]?.key;
        await timeline.loadOlder();
        await waitFor(timeline, ({ items }) => items[0]?.key !== before);
        lap();
      }
      stop();
      // It lingers for a moment, and would be where it was left when it is opened again.
      while (timeline.value !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
      return { ms, messages: given.size };
    },

    watchRows: async (limit) => {
      const list = connected().conversations({ limit });
      list.subscribe(({ rows }) => {
        for (const { customField } of rows) {
          const change = customField?.['change'];
          if (typeof change === 'number' && !seen.has(change)) seen.set(change, performance.timeOrigin + performance.now());
        }
      });
      const { rows } = await waitFor(list, (value) => value.rows.length > 0);
      return { rows: rows.length, first: rows.find(({ conversationType }) => conversationType === 'singleChat')?.conversationId ?? '' };
    },

    makeChanges: async (conversationId, count) => {
      const times: number[] = [];
      for (let change = 0; change < count; change += 1) {
        times.push(performance.timeOrigin + performance.now());
        await connected().localCache.setLocalConversationCustomField({
          conversationId,
          conversationType: 'singleChat',
          customField: { change },
        });
        await new Promise((resolve) => setTimeout(resolve, CHANGE_PAUSE_MS));
      }
      return times;
    },

    sawChanges: async (count) => {
      while (seen.size < count) await new Promise((resolve) => setTimeout(resolve, 10));
      return Array.from({ length: count }, (_, change) => seen.get(change) ?? 0);
    },
  };
}

window.bench = createMoorageBench();
