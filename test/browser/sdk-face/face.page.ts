import MiniCore from 'easemob-websdk/miniCore/miniCore.js';
import contactPlugin from 'easemob-websdk/contact/contact.js';
import groupPlugin from 'easemob-websdk/group/group.js';
import localCachePlugin from 'easemob-websdk/localCache/localCache.js';
import presencePlugin from 'easemob-websdk/presence/presence.js';
import silentPlugin from 'easemob-websdk/silent/silent.js';
import { connect, SyncError, type Chat } from 'moorage';
import type { Ended, Face } from './contract.ts';

type Method = (...args: readonly unknown[]) => unknown;
type Methods = { readonly [name: string]: Method | undefined };

const userId = new URLSearchParams(location.search).get('user') ?? '';
const { appKey, apiUrl, socketUrl } = faceConfig;
const PLUGINS = { contact: contactPlugin, silent: silentPlugin, group: groupPlugin, presence: presencePlugin, localCache: localCachePlugin };

const fetchToken = async (): Promise<string> => (await fetch(`/token?${new URLSearchParams({ user: userId }).toString()}`)).text();

const core = new MiniCore({ appKey, apiUrl, url: socketUrl, isHttpDNS: false });
for (const [name, plugin] of Object.entries(PLUGINS)) core.usePlugin(plugin, name);
core['logger'].setConsoleLogVisibility(false);

let chat: Chat | undefined;
const heard: { moorage: [string, unknown][]; sdk: [string, unknown][] } = { moorage: [], sdk: [] };

/** Only what can be shown to the test. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown));

async function ended(call: () => unknown): Promise<Ended> {
  const timer = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('never settles')), 30_000));
  try {
    return { ok: true, value: plain(await Promise.race([call(), timer])) };
  } catch (error) {
    if (error instanceof SyncError) return { ok: false, error: { name: error.name, code: error.code, details: error.details } };
    const { name = 'Error', type, message } = error as { name?: string; type?: unknown; message?: string };
    return { ok: false, error: { name, type, details: { message } } };
  }
}

/** A method of an object, or of one of its members: `contact.getBlocklist`. */
function find(from: object, path: string): Method {
  const names = path.split('.');
  const name = names.pop() ?? '';
  const owner = names.reduce<Methods>((object, each) => object[each] as unknown as Methods, from as Methods);
  const method = owner[name];
  if (typeof method !== 'function') throw new Error(`no ${path}`);
  return method.bind(owner);
}

/** An argument as the test means it: a file it could not hand over. */
const given = (arg: unknown): unknown => (typeof arg === 'object' && arg !== null && 'asFile' in arg ? new File([String(arg.asFile)], 'file') : arg);

const handlers = (side: 'moorage' | 'sdk', names: readonly string[]): { [name: string]: (data: unknown) => void } =>
  Object.fromEntries(names.map((name) => [name, (data: unknown) => void heard[side].push([name, plain(data)])]));

const connectedChat = (): Chat => {
  if (chat === undefined) throw new Error('not connected');
  return chat;
};

const face: Face = {
  async connect() {
    chat = await connect({ account: { appKey, userId }, token: fetchToken, worker: (name) => new SharedWorker('/worker.js', { name }) });
    await new Promise<void>((resolve) => connectedChat().status.subscribe(({ type }) => type === 'live' && resolve()));
  },
  chat: connectedChat,
  async openSdk() {
    const connected = new Promise<void>((resolve) => core.addEventHandler('opened', { onConnected: resolve }));
    await core.open({ username: userId, accessToken: await fetchToken() });
    await connected;
    core.removeEventHandler('opened');
  },
  askMoorage: (method, args) =>
    ended(() => (/^(contact|localCache)\./.test(method) ? find(connectedChat(), method)(...args.map(given)) : connectedChat().sdk.call(method, ...args.map(given)))),
  askSdk: (method, args) => ended(() => find(core, method)(...args.map(given))),
  async sendBySdk(fields) {
    const outcome = await ended(() => core.send(core.Message.create(fields as never) as never));
    return outcome.ok ? 'sent' : JSON.stringify(outcome.error);
  },
  async sendByMoorage(message) {
    const { outbox, send } = connectedChat();
    const shown: (readonly { readonly clientId: string; readonly state: { readonly type: string } }[])[] = [];
    let look = (): void => undefined;
    // From before it is there: what the outbox shows comes by another port than the answer, and what has not come yet looks like what has gone.
    await new Promise<void>((resolve) => outbox.subscribe(({ items }) => (shown.push(items), look(), resolve())));
    const { clientId } = await send(message);
    // A command waits in no outbox: it was sent when the call is answered.
    if (message.type === 'cmd') return [clientId, 'sent'];
    return new Promise((resolve) => {
      look = () => {
        const states = shown.map((items) => items.find((item) => item.clientId === clientId)?.state);
        const last = states.at(-1);
        if (last?.type === 'failed') resolve([clientId, JSON.stringify(last)]);
        if (last === undefined && states.some((state) => state !== undefined)) resolve([clientId, 'sent']);
      };
      look();
    });
  },
  sdkMethods: () => ({
    core: [...Object.keys(core), ...Object.getOwnPropertyNames(Object.getPrototypeOf(core))].filter((name) => typeof core[name] === 'function' && name !== 'constructor'),
    ...Object.fromEntries(Object.keys(PLUGINS).map((name) => [name, Object.keys(core[name] as object)])),
  }),
  heard: (side) => heard[side].splice(0),
  async listen(names) {
    core.addEventHandler('face', handlers('sdk', names));
    connectedChat().addEventHandler('face', handlers('moorage', names));
    // What comes before the worker knows that somebody listens is nobody's. That there is a connection it says to whoever asks.
    await new Promise<void>((resolve) => connectedChat().addEventHandler('known', { onConnected: resolve }));
    connectedChat().removeEventHandler('known');
  },
};
window.face = face;
