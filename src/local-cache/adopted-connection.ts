import { SyncError } from '../protocol/errors.ts';
import type { SdkConnection, SdkContact, SdkSilent } from '../worker/service/easemob/sdk-types.ts';

/** The application's own connection of the SDK. */
export type AppConnection = Omit<SdkConnection, 'contact' | 'silent' | 'open' | 'close'> & {
  readonly appKey: string;
  /** True from a log-out or a kick to the next login; false while the SDK reconnects, and when it has given that up. */
  readonly logOut: boolean;
  readonly contact?: SdkContact;
  readonly silent?: SdkSilent;
};

/**
 * The application's connection as the adapter wants one: it is watched and asked, but not opened, closed, quietened or
 * reconnected. That is the application's business.
 */
export function adoptConnection(app: AppConnection): SdkConnection {
  return {
    get contact() {
      if (app.contact === undefined) throw new SyncError('unsupported', "the SDK's contact plugin is missing");
      return app.contact;
    },
    get silent() {
      if (app.silent === undefined) throw new SyncError('unsupported', "the SDK's silent plugin is missing");
      return app.silent;
    },
    get Message() {
      return app.Message;
    },
    get _load_msg_cache() {
      return app._load_msg_cache;
    },
    // Emptied on each login: a frame that was lost would hold up the next message by a minute.
    set _queues(queues: unknown[]) {
      app._queues = queues;
    },
    get _queues() {
      return app._queues;
    },
    // Replaced for one tick when a combined message is sent.
    set root(root: SdkConnection['root']) {
      app.root = root;
    },
    get root() {
      return app.root;
    },
    get mSync() {
      return app.mSync;
    },
    logger: { setLevel: () => undefined },
    dataReport: { setIsCollectDt: () => undefined, setIsReportDt: () => undefined },
    times: 0,
    token: '',
    context: { accessToken: '' },
    open: async () => undefined,
    close: () => undefined,
    onShow: () => undefined,
    reconnect: () => undefined,
    connectMSync: async () => undefined,
    clearTokenTimeout: () => undefined,
    renewToken: async () => undefined,
    isOpened: () => app.isOpened(),
    getChatFilesUrl: () => app.getChatFilesUrl(),
    send: (message) => app.send(message),
    addEventHandler: (id, handlers) => app.addEventHandler(id, handlers),
    removeEventHandler: (id) => app.removeEventHandler(id),
  };
}
