import MiniCore from 'easemob-websdk/miniCore/miniCore.js';
import contactPlugin from 'easemob-websdk/contact/contact.js';
import { createLocalCachePlugin } from 'moorage/local-cache';

type Params = { readonly [name: string]: unknown };
type Text = { readonly from: string; readonly msg: string };
type Sdk = {
  open(login: { readonly username: string; readonly accessToken: string }): Promise<unknown>;
  close(): void;
  addEventHandler(id: string, handlers: { readonly onConnected?: () => void; readonly onTextMessage?: (message: Text) => void }): void;
  send(message: object): Promise<unknown>;
  readonly Message: { create(fields: Params): object };
  readonly logger: { setConsoleLogVisibility(isVisible: boolean): void };
  readonly contact: { readonly [method: string]: (params: Params) => Promise<unknown> };
  readonly localCache: { readonly [method: string]: (params?: Params) => Promise<{ readonly data: never }> };
};

/** An application on the SDK, as its documentation writes it: only the plugin is ours. */
export type AppPage = {
  /** Signs in; several users may be in one page. @returns When the SDK says that it is connected. */
  signIn(user: string, where: { readonly apiUrl: string; readonly url: string; readonly token: string; readonly appKey: string }): Promise<void>;
  signOut(user: string): void;
  local(user: string): Promise<readonly { readonly id: string; readonly unread: number; readonly last: unknown }[]>;
  unread(user: string): Promise<number>;
  cache(user: string, method: string, params: Params): Promise<unknown>;
  contact(user: string, method: string, params: Params): Promise<unknown>;
  send(user: string, fields: Params): Promise<unknown>;
  /** What the store said within the application's own handler, for each message that came. */
  readonly seen: { readonly text: string; readonly last: unknown }[];
};

declare global {
  interface Window {
    app: AppPage;
  }
}

const connections = new Map<string, Sdk>();
const of = (user: string): Sdk => {
  const found = connections.get(user);
  if (found === undefined) throw new Error(`${user} is not signed in`);
  return found;
};
const plugin = createLocalCachePlugin({ worker: (name) => new SharedWorker('/store.js', { name }) });

type Row = { readonly conversationId: string; readonly unReadCount: number; readonly lastMessage?: { readonly msg?: unknown } };

window.app = {
  seen: [],
  async signIn(user, { apiUrl, url, token, appKey }) {
    const sdk = new MiniCore({ appKey, apiUrl, url, isHttpDNS: false, isFixedDeviceId: false } as never) as unknown as Sdk;
    sdk.logger.setConsoleLogVisibility(false);
    (sdk as unknown as { usePlugin(plugin: object, name: string): void }).usePlugin(contactPlugin, 'contact');
    (sdk as unknown as { usePlugin(plugin: object, name: string): void }).usePlugin(plugin, 'localCache');
    connections.set(user, sdk);
    const connected = new Promise<void>((resolve) => sdk.addEventHandler('app', { onConnected: resolve }));
    sdk.addEventHandler('messages', {
      onTextMessage: ({ from, msg }) => {
        void sdk.localCache['getLocalConversation']?.({ conversationId: from, conversationType: 'singleChat' }).then(({ data }) => {
          window.app.seen.push({ text: msg, last: (data as Row | undefined)?.lastMessage?.msg });
        });
      },
    });
    await sdk.open({ username: user, accessToken: token });
    await connected;
  },
  signOut(user) {
    of(user).close();
    connections.delete(user);
  },
  async local(user) {
    const { data } = (await of(user).localCache['getLocalConversations']?.()) as { readonly data: readonly Row[] };
    return data.map(({ conversationId, unReadCount, lastMessage }) => ({ id: conversationId, unread: unReadCount, last: lastMessage?.msg }));
  },
  unread: async (user) => (await window.app.local(user)).reduce((sum, { unread }) => sum + unread, 0),
  cache: async (user, method, params) => of(user).localCache[method]?.(params),
  contact: async (user, method, params) => of(user).contact[method]?.(params),
  send: async (user, fields) => of(user).send(of(user).Message.create(fields)),
};
