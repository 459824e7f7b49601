import type { Chat } from '../client/chat.ts';
import { connect } from '../client/connect.ts';
import type { MessageEndpoint, WorkerFactory } from '../client/connection/worker-host.ts';
import { isRecord } from '../protocol/take.ts';
import type { Offer } from '../protocol/offer.ts';
import type { Hello } from '../protocol/wire.ts';
import { createEasemobService } from '../worker/service/easemob/easemob-service.ts';
import { isStoredMessage, toMessage } from '../worker/service/easemob/map-message.ts';
import { adoptConnection, type AppConnection } from './adopted-connection.ts';
import { isOfThread } from './is-of-thread.ts';
import { offerService, type OfferedService } from './offer-service.ts';
import { watchOwnActions } from './own-actions.ts';

/** One login of the application's connection, moored to the account's engine. */
export interface Mooring {
  /** Rejects when there is no engine to be had, and stays so: the next login is a mooring of its own. */
  readonly chat: Promise<Chat>;
  hasFailed(): boolean;
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

  const chat = connect({ account, worker, token: () => 'the tab has its own' });
  const unwatch = watchOwnActions(app, async (event) => offered?.tell(event, { isOwn: true }));
  // Opens nothing: the adapter begins to listen.
  void service.connect({ token: 'the tab has its own', deviceId: '' });

  let hasFailed = false;
  chat.catch(() => (hasFailed = true));

  return {
    chat,
    hasFailed: () => hasFailed,
    async push(message) {
      if (isStoredMessage(message) && !isOfThread(message)) await offered?.tell({ type: 'messages', messages: [toMessage(message)] }, { isOwn: false });
    },
    close() {
      unwatch();
      offered?.close();
      void service.disconnect();
      chat.then((open) => open.close()).catch(() => undefined);
    },
  };
}
