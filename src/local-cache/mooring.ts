import type { Chat } from '../client/chat.ts';
import { connect } from '../client/connect.ts';
import type { MessageEndpoint, WorkerFactory } from '../client/connection/worker-host.ts';
import { isRecord } from '../protocol/take.ts';
import type { Offer } from '../protocol/offer.ts';
import type { Hello } from '../protocol/wire.ts';
import { createEasemobService } from '../worker/service/easemob/easemob-service.ts';
import { isStoredMessage, toMessage } from '../worker/service/easemob/map-message.ts';
import { adoptConnection, type AppConnection } from './adopted-connection.ts';
import { isOfThread } from '../worker/service/easemob/is-of-thread.ts';
import { offerService, type OfferedService } from './offer-service.ts';
import { watchOwnActions } from './own-actions.ts';

/** How long after a store could not be had it is tried again: tabs of another release may have gone. Unit: ms. */
const RETRY_MS = 5_000;

/** One login of the application's connection, moored to the account's engine. */
export interface Mooring {
  /** The latest attempt to get an engine: after one that failed comes another. */
  chat(): Promise<Chat>;
  /** Hands a message on. Resolves when the engine has it, so that the application's own handlers find it stored. */
  push(message: unknown): Promise<void>;
  close(): void;
}

/** Moors a connection: its service is offered to every engine the tab says hello to. */
export function moor(options: { readonly app: AppConnection; readonly userId: string; readonly worker: WorkerFactory }): Mooring {
  const { app, userId } = options;
  const account = { appKey: app.appKey, userId };
  const service = createEasemobService({ account, options: {}, createSdk: () => adoptConnection(app) });
  let offered: OfferedService | undefined;

  const offer = ({ tabLock }: Hello, endpoint: MessageEndpoint): void => {
    offered?.close();
    const { port1, port2 } = new MessageChannel();
    offered = offerService(service, port1);
    const message: Offer = { moorage: 'offer', account, tabLock, service: port2 };
    endpoint.postMessage(message, [port2]);
    // A worker that comes later learns that the connection is there already.
    if (app.isOpened()) void offered.tell({ type: 'connected' }, { isOwn: false });
  };

  const worker: WorkerFactory = async (name) => {
    const host = await options.worker(name);
    const endpoint = ('port' in host ? host.port : host) as MessageEndpoint;
    const post = endpoint.postMessage.bind(endpoint);
    endpoint.postMessage = (message, transfer) => {
      if (isRecord(message) && message['moorage'] === 'hello') offer(message as Hello, { ...endpoint, postMessage: post });
      post(message, transfer);
    };
    return host;
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const attempt = (): Promise<Chat> => {
    const made = connect({ account, worker, token: () => 'the tab has its own' });
    made.catch(() => {
      if (!isClosed) timer = setTimeout(() => (chat = attempt()), RETRY_MS);
    });
    return made;
  };
  let chat = attempt();
  const unwatch = watchOwnActions(app, async (event) => offered?.tell(event, { isOwn: true }));
  // Opens nothing: the adapter begins to listen.
  void service.connect({ token: 'the tab has its own', deviceId: '' });

  return {
    chat: () => chat,
    async push(message) {
      if (isStoredMessage(message) && !isOfThread(message)) await offered?.tell({ type: 'messages', messages: [toMessage(message)] }, { isOwn: false });
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      unwatch();
      offered?.close();
      void service.disconnect();
      chat.then((open) => open.close()).catch(() => undefined);
    },
  };
}
