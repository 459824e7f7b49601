import MiniCore from 'easemob-websdk/miniCore/miniCore.js';
import contactPlugin from 'easemob-websdk/contact/contact.js';
import sdkPlugin from 'easemob-websdk/localCache/localCache.js';
import { connect } from 'moorage';
import { createLocalCachePlugin } from 'moorage/local-cache';

type Params = { readonly [name: string]: unknown };
type Text = { readonly from: string; readonly msg: string };
type Handlers = {
  readonly onConnected?: () => void;
  readonly onDisconnected?: (reason?: { readonly type: number }) => void;
  readonly onTextMessage?: (message: Text) => void;
};
type Sdk = {
  open(login: { readonly username: string; readonly accessToken: string }): Promise<unknown>;
  close(): void;
  usePlugin(plugin: object, name: string): void;
  addEventHandler(id: string, handlers: Handlers): void;
  send(message: object): Promise<unknown>;
  readonly Message: { create(fields: Params): object };
  readonly logger: { setConsoleLogVisibility(isVisible: boolean): void };
  readonly contact: { readonly [method: string]: (params: Params) => Promise<unknown> };
  readonly localCache: { readonly [method: string]: (params?: unknown) => Promise<{ readonly data: never }> };
};

/** Where the service is. */
export type Where = { readonly apiUrl: string; readonly url: string; readonly appKey: string; readonly token: string };

export type Setup = {
  /** Whose `localCache` the application uses. Default: ours. */
  readonly plugin?: 'ours' | 'sdk';
  /** A device that the service knows again. Left out: one of the tab's own, new each time. */
  readonly deviceId?: string;
  /** The SDK's default: all tabs are one device. */
  readonly isFixedDeviceId?: boolean;
  /** The address of the store's script. */
  readonly script?: string;
  /** Reads the server's list as soon as it is logged in, before what waits for the device was pulled. */
  readonly isListFirst?: boolean;
};

/** What a call came to, as data. */
export type Outcome = { readonly value: unknown } | { readonly error: { readonly name: string; readonly code: unknown; readonly type: unknown } };

/** An application on the SDK, as its documentation writes it: only the plugin is ours. */
export type AppPage = {
  /** Makes a connection; several users may be in one page. */
  prepare(user: string, where: Where, setup?: Setup): void;
  /** Logs in. @returns When the SDK says that it is connected. */
  open(user: string, where: Where, setup?: Setup): Promise<void>;
  /** Logs out. */
  close(user: string): void;
  local(user: string): Promise<readonly { readonly id: string; readonly unread: number; readonly last: unknown }[]>;
  unread(user: string): Promise<number>;
  cache(user: string, method: string, params: Params): Promise<unknown>;
  outcome(user: string, method: string, params: unknown): Promise<Outcome>;
  contact(user: string, method: string, params: Params): Promise<unknown>;
  send(user: string, fields: Params): Promise<unknown>;
  modify(user: string, messageId: string, fields: Params): Promise<unknown>;
  /** How many messages of a conversation are stored, counted by a page that only looks. */
  stored(user: string, appKey: string, peer: string): Promise<number>;
  /** What the store said within the application's own handler, for each message that came. */
  readonly seen: { readonly text: string; readonly last: unknown }[];
  /** Why connections ended, by the SDK's numbers. */
  readonly ended: unknown[];
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
const worker = (name: string): SharedWorker => new SharedWorker('/store.js', { name });
const ours = createLocalCachePlugin({ worker });

type Row = { readonly conversationId: string; readonly unReadCount: number; readonly lastMessage?: { readonly msg?: unknown } };

window.app = {
  seen: [],
  ended: [],
  prepare(user, { apiUrl, url, appKey }, { plugin = 'ours', deviceId, isFixedDeviceId = false, script } = {}) {
    const options = { appKey, apiUrl, url, isHttpDNS: false, isFixedDeviceId, ...(deviceId === undefined ? {} : { deviceId }) };
    const sdk = new MiniCore(options) as unknown as Sdk;
    sdk.logger.setConsoleLogVisibility(false);
    sdk.usePlugin(contactPlugin, 'contact');
    const another = script === undefined ? ours : createLocalCachePlugin({ worker: (name) => new SharedWorker(script, { name }) });
    sdk.usePlugin(plugin === 'sdk' ? sdkPlugin : another, 'localCache');
    connections.set(user, sdk);
    sdk.addEventHandler('messages', {
      onDisconnected: (reason) => window.app.ended.push(reason?.type),
      onTextMessage: ({ from, msg }) => {
        void sdk.localCache['getLocalConversation']?.({ conversationId: from, conversationType: 'singleChat' }).then(({ data }) => {
          window.app.seen.push({ text: msg, last: (data as Row | undefined)?.lastMessage?.msg });
        });
      },
    });
  },
  async open(user, where, setup) {
    if (!connections.has(user)) window.app.prepare(user, where, setup);
    const sdk = of(user);
    const connected = new Promise<void>((resolve) => sdk.addEventHandler('app', { onConnected: resolve }));
    await sdk.open({ username: user, accessToken: where.token });
    if (setup?.isListFirst === true) await sdk.contact['getServerConversations']?.({ pageSize: 50, cursor: '' });
    await connected;
  },
  close: (user) => of(user).close(),
  async local(user) {
    const { data } = (await of(user).localCache['getLocalConversations']?.()) as { readonly data: readonly Row[] };
    return data.map(({ conversationId, unReadCount, lastMessage }) => ({ id: conversationId, unread: unReadCount, last: lastMessage?.msg }));
  },
  unread: async (user) => (await window.app.local(user)).reduce((sum, { unread }) => sum + unread, 0),
  cache: async (user, method, params) => of(user).localCache[method]?.(params),
  async outcome(user, method, params) {
    try {
      return { value: await of(user).localCache[method]?.(params) };
    } catch (error) {
      const { name, code, type } = error as { readonly [field: string]: unknown };
      return { error: { name: String(name), code, type } };
    }
  },
  contact: async (user, method, params) => of(user).contact[method]?.(params),
  send: async (user, fields) => of(user).send(of(user).Message.create(fields)),
  modify: async (user, messageId, fields) => of(user).contact['modifyMessage']?.({ messageId, modifiedMessage: of(user).Message.create(fields) }),
  async stored(userId, appKey, peer) {
    const chat = await connect({ account: { appKey, userId }, worker, token: () => 'only looks' });
    const timeline = chat.timeline({ conversationId: peer, conversationType: 'singleChat' });
    const unsubscribe = timeline.subscribe(() => undefined);
    // What a call brings comes by another port than its answer.
    do await timeline.loadOlder();
    while (timeline.value?.state.hasOlder !== false);
    const count = timeline.value?.items.filter(({ type }) => type === 'message').length ?? 0;
    unsubscribe();
    chat.close();
    return count;
  },
};
