import { SyncError } from '../protocol/errors.ts';
import type { LocalCache } from '../protocol/sdk-local-cache.ts';
import type { WorkerFactory } from '../client/connection/worker-host.ts';
import type { AppConnection } from './adopted-connection.ts';
import { moor, type Mooring } from './mooring.ts';
import { PATIENCE_MS } from './offer-service.ts';
import { toSdkRejection } from './sdk-rejection.ts';

/** The SDK's word for a message that is stored for good: not one that is being sent. */
const SUCCESS = 3;

const METHODS = [
  'getLocalConversations',
  'getLocalConversation',
  'setLocalConversationCustomField',
  'clearConversationUnreadCount',
  'removeLocalConversation',
] as const satisfies readonly (keyof LocalCache)[];

/** What is answered while nobody is logged in, as the SDK's own plugin does: applications read before their login. */
const LOGGED_OUT = {
  getLocalConversations: () => ({ type: 0, data: [] }),
  getLocalConversation: () => ({ type: 0, data: undefined }),
} as const;

const IDLE_METHODS = [
  ...['getMessageByServerMsgId', 'getConversationLastMessage', 'getConversationBySessionId', 'putMessageToDB', 'updateLocalMessage'],
  ...['updateLocalConversation', 'removeMsgByServerMsgId', 'clearConversationMap', 'clearStoreData'],
];

/** What `usePlugin` takes for the name `localCache`. */
export type LocalCachePlugin = {
  /** What the SDK makes at each login, and tells of messages. */
  readonly LocalCache: new (options: { readonly user: string; readonly onInit: () => void }) => object;
  /** What the application calls, by way of its connection. */
  readonly LocalCacheApi: object;
};

/**
 * The drop-in for the SDK's `localCache` with a worker of the application's own; {@link localCachePlugin} needs none.
 *
 * - Every tab keeps its own SDK connection. What they are told is stored once, by one engine in a worker, and exact in every tab.
 * - One plugin serves any number of connections and accounts of a page.
 *
 * @param options.worker Makes the worker that runs `serveLocalCache`. Left out: the script that lies beside this one.
 */
export function createLocalCachePlugin(options: { readonly worker?: WorkerFactory } = {}): LocalCachePlugin {
  const {
    worker = (name: string) => new SharedWorker(new URL('./prebuilt/local-cache.shared-worker.js', import.meta.url), { name }),
  } = options;
  let next = attach(worker);
  return {
    get LocalCache() {
      return next.LocalCache;
    },
    /** Read last by `usePlugin`: the next connection that uses the plugin gets an attachment of its own. */
    get LocalCacheApi() {
      const { LocalCacheApi } = next;
      next = attach(worker);
      return LocalCacheApi;
    },
  };
}

/** The drop-in for the SDK's `localCache`: `miniCore.usePlugin(localCachePlugin, 'localCache')`, nothing else changed. */
export const localCachePlugin: LocalCachePlugin = createLocalCachePlugin();

/** What one connection of the application gets. */
function attach(worker: WorkerFactory): LocalCachePlugin {
  let app: AppConnection | undefined;
  let mooring: Mooring | undefined;

  /** Resolves when the store is there, when it cannot be had, or when the SDK has waited long enough. */
  const open = async (userId: string): Promise<void> => {
    if (app === undefined) throw new SyncError('internal', 'usePlugin was not called');
    mooring?.close();
    mooring = moor({ app, userId, worker });
    await Promise.race([mooring.chat(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  };

  /** What the SDK calls. What only keeps its own tables in order has nothing to do here. */
  const methods = {
    ...Object.fromEntries(IDLE_METHODS.map((name) => [name, async () => undefined])),
    async storeMessage(message: unknown, status: number, isListed = false): Promise<void> {
      if (status === SUCCESS && !isListed) await mooring?.push(message);
    },
    close(): void {
      // The SDK gave up reconnecting, and nobody has logged out: what is stored can still be read.
      if (app?.logOut === false) return;
      mooring?.close();
      mooring = undefined;
    },
  };

  class Cache {
    static readonly getInstance = (): object | undefined => (mooring === undefined ? undefined : methods);
    constructor({ user, onInit }: { readonly user: string; readonly onInit: () => void }) {
      // Without an engine the application chats on: the SDK waits for this before it says that it is connected.
      open(user).then(onInit, onInit);
    }
  }

  const call = (name: (typeof METHODS)[number]) => async (params: never) => {
    try {
      if (mooring === undefined || app?.logOut === true) {
        if (name in LOGGED_OUT) return LOGGED_OUT[name as keyof typeof LOGGED_OUT]();
        throw new SyncError('closed', 'not logged in');
      }
      return await (await mooring.chat()).localCache[name](params);
    } catch (error) {
      throw toSdkRejection(error);
    }
  };

  return {
    LocalCache: Cache,
    // The SDK binds what it is given to its connection: the one moment at which the connection is named.
    LocalCacheApi: Object.fromEntries(
      METHODS.map((name) => [
        name,
        {
          bind(connection: AppConnection) {
            app = connection;
            return call(name);
          },
        },
      ]),
    ),
  };
}
