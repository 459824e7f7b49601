import miniCore from 'easemob-websdk/miniCore/miniCore.js';
import contact from 'easemob-websdk/contact/contact.js';
import localCache from 'easemob-websdk/localCache/localCache.js';
import type { BenchPage, StartOptions } from './contract.ts';

const PAGE_SIZE = 50;

type SdkConnection = InstanceType<typeof miniCore>;

function createConnection({ appKey, apiUrl, socketUrl }: StartOptions, withLocalCache: boolean): SdkConnection {
  const connection = new miniCore({ appKey, apiUrl, url: socketUrl, isHttpDNS: false });
  connection.usePlugin(contact, 'contact');
  if (withLocalCache) connection.usePlugin(localCache, 'localCache');
  // As an application that cares for speed has it: the SDK logs every step to the console by default.
  connection['logger'].setConsoleLogVisibility(false);
  connection['dataReport'].setIsCollectDt(false);
  return connection;
}

function logIn(connection: SdkConnection, { userId, token }: StartOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // With localCache, `open` resolves before its database is there: `onConnected` is what comes after both.
    connection.addEventHandler('bench', { onConnected: resolve, onError: reject });
    connection.open({ username: userId, accessToken: token }).catch(reject);
  });
}

/**
 * The SDK alone, or with its `localCache` plugin, used as its documentation says.
 *
 * - With `localCache`, a list page's promise settles once the page is stored, and a message's event fires once the
 *   message is stored. So "handed over" is "stored" in both cases, and nothing needs to be polled.
 */
export function createSdkBench({ withLocalCache }: { readonly withLocalCache: boolean }): BenchPage {
  let connection: SdkConnection | undefined;
  let allReceived = Promise.resolve(0);
  const connected = (): SdkConnection => {
    if (connection === undefined) throw new Error('start() first');
    return connection;
  };

  const countUnread = async (): Promise<number | null> => {
    if (!withLocalCache) return null;
    const { data = [] } = await connected().localCache.getLocalConversations();
    return data.reduce((sum, row) => sum + (row.unReadCount ?? 0), 0);
  };

  const readList = async (): Promise<{ ms: number; rows: number }> => {
    if (!withLocalCache) throw new Error('the SDK alone stores nothing');
    const startedAt = performance.now();
    const { data = [] } = await connected().localCache.getLocalConversations();
    return { ms: performance.now() - startedAt, rows: data.length };
  };

  return {
    start: async (options) => {
      connection = createConnection(options, withLocalCache);
      await logIn(connection, options);
    },

    sync: async () => {
      let cursor = '';
      let rows = 0;
      do {
        const { data } = await connected().contact.getServerConversations({ pageSize: PAGE_SIZE, cursor });
        if (data === undefined) throw new Error('a list page without data');
        rows += data.conversations.length;
        cursor = data.cursor;
      } while (cursor !== '' && cursor !== 'undefined');
      return { endedAt: Date.now(), rows };
    },

    wholeList: readList,

    // It has no call for less than everything: the whole list is what an application reads to show the first rows.
    firstRows: async (limit) => {
      const { ms, rows } = await readList();
      return { ms, rows: Math.min(rows, limit) };
    },

    expectMessages: async (count) => {
      let received = 0;
      allReceived = new Promise((resolve) => {
        connected().addEventHandler('bench-receive', {
          onTextMessage: () => {
            received += 1;
            if (received === count) resolve(Date.now());
          },
        });
      });
    },

    receiveAll: async () => ({ endedAt: await allReceived, unread: await countUnread() }),

    history: async (conversationId) => {
      const startedAt = performance.now();
      let cursor: string | undefined = '';
      let messages = 0;
      let isLast = false;
      while (!isLast) {
        const page = await connected().contact.getHistoryMessages({
          targetId: conversationId,
          chatType: 'singleChat',
          pageSize: PAGE_SIZE,
          searchDirection: 'up',
          cursor: cursor ?? '',
        });
        messages += page.messages.length;
        cursor = page.cursor;
        isLast = page.isLast;
      }
      return { ms: performance.now() - startedAt, messages };
    },

    sendMessages: async (to, count, isInOrder = false) => {
      const startedAt = Date.now();
      const texts = Array.from({ length: count }, (_, number) =>
        connected().Message.create({ type: 'txt', chatType: 'singleChat', to: to[number % to.length] ?? '', msg: `message ${number}` }),
      );
      const answers = new Map<string, Promise<unknown>>();
      for (const text of texts) {
        const send = (): Promise<unknown> => connected().send(text as Parameters<SdkConnection['send']>[0]);
        const before = isInOrder ? answers.get(text.to) : undefined;
        answers.set(text.to, before === undefined ? Promise.all([answers.get(text.to), send()]) : before.then(send));
      }
      await Promise.all(answers.values());
      return { startedAt, endedAt: Date.now() };
    },
  };
}
