import { SyncError } from '../../../protocol/errors.ts';
import type { Account } from '../../../protocol/model.ts';
import type { Offer } from '../../../protocol/offer.ts';
import { isName, isRecord } from '../../../protocol/take.ts';
import type { Environment } from '../../environment.ts';
import type { ChatService, ChatServiceFactory, ServiceEvent } from '../chat-service.ts';
import { openOfferedConnection, type OfferedConnection } from './offered-connection.ts';

/** A chat service without a connection of its own: it uses those that tabs have and offer. */
export interface TabsService {
  readonly factory: ChatServiceFactory;
  /** Takes whatever a page posted; anything but an offer is left alone. */
  receive(message: unknown): void;
}

/** What tabs offer for one account. */
type Shared = {
  /** Oldest first. */
  readonly connections: Set<OfferedConnection>;
  readonly listeners: Set<(event: ServiceEvent) => unknown>;
  leader: OfferedConnection | undefined;
};

/** The requests of a service; each goes to the leader as it is. */
const REQUESTS = [
  'getConversations',
  'getPinnedConversations',
  'getOldConversationList',
  'getHistory',
  'removeHistory',
  'deleteConversation',
  'pinConversation',
  'markConversations',
  'acknowledgeConversation',
  'getMutedConversations',
  'send',
] as const satisfies readonly (keyof ChatService)[];

/** What changes messages is the application's own, through its own connection. */
const UNSUPPORTED = ['recallMessage', 'editMessage', 'reactToMessage', 'pinMessage', 'acknowledgeMessage'] as const satisfies readonly (keyof ChatService)[];

/** What tells how one tab's connection stands; how the account's stands follows from all of them. */
const CONNECTION_EVENTS: ReadonlySet<ServiceEvent['type']> = new Set(['connected', 'disconnected', 'ended', 'token-expiring', 'token-expired']);

const offline = (): SyncError => new SyncError('offline', 'no tab is connected');

/**
 * Makes the service.
 *
 * - It is connected while any tab is. Requests go to the leader: of the connected tabs the one that came first.
 * - Messages are taken from every tab: the engine knows them by their ids. Everything else that all tabs are told alike is
 *   taken from the leader alone. When it goes the next one leads; what was missed in between is asked anew.
 */
export function createTabsService(options: { readonly environment: Pick<Environment, 'locks'> }): TabsService {
  const accounts = new Map<string, Shared>();

  const sharedOf = ({ appKey, userId }: Account): Shared => {
    const name = JSON.stringify([appKey, userId]);
    const shared: Shared = accounts.get(name) ?? { connections: new Set(), listeners: new Set(), leader: undefined };
    accounts.set(name, shared);
    return shared;
  };

  const tell = ({ listeners }: Shared, event: ServiceEvent): Promise<unknown> => Promise.all([...listeners].map((listener) => listener(event)));

  const elect = (shared: Shared): void => {
    const { leader } = shared;
    shared.leader = [...shared.connections].find((each) => each.isConnected());
    if (shared.leader === leader) return;
    if (leader !== undefined) void tell(shared, { type: 'disconnected', willRetry: true, error: offline() });
    if (shared.leader !== undefined) void tell(shared, { type: 'connected' });
  };

  const join = ({ account, service: port, tabLock }: Offer): void => {
    const shared = sharedOf(account);
    const connection = openOfferedConnection({
      port,
      async onEvent(event, isOwn) {
        if (CONNECTION_EVENTS.has(event.type)) elect(shared);
        else if (event.type === 'messages' || isOwn || connection === shared.leader) await tell(shared, event);
      },
    });
    shared.connections.add(connection);
    const leave = (): void => {
      connection.close();
      shared.connections.delete(connection);
      elect(shared);
    };
    // Whoever gets the tab's lock knows that the tab is gone.
    options.environment.locks.request(tabLock, {}, async () => leave()).catch(leave);
  };

  const factory: ChatServiceFactory = (account) => {
    const shared = sharedOf(account);
    const ask = async (name: string, args: readonly unknown[]): Promise<unknown> => {
      if (shared.leader === undefined) throw offline();
      return shared.leader.call(name, args);
    };
    const requests = Object.fromEntries(REQUESTS.map((name) => [name, (...args: readonly unknown[]) => ask(name, args)]));
    const refuse = async (): Promise<never> => {
      throw new SyncError('unsupported', 'use the connection itself');
    };
    return {
      ...(Object.fromEntries(UNSUPPORTED.map((name) => [name, refuse])) as unknown as Pick<ChatService, (typeof UNSUPPORTED)[number]>),
      ...(requests as unknown as Pick<ChatService, (typeof REQUESTS)[number]>),
      async connect() {
        if (shared.leader === undefined) throw offline();
      },
      disconnect: async () => undefined,
      renewToken: async () => undefined,
      // Tabs watch over their own connections.
      wake: () => undefined,
      subscribe(listener) {
        shared.listeners.add(listener);
        return () => void shared.listeners.delete(listener);
      },
    };
  };

  return {
    factory,
    receive(message) {
      if (isOffer(message)) join(message);
    },
  };
}

function isOffer(message: unknown): message is Offer {
  if (!isRecord(message) || message['moorage'] !== 'offer') return false;
  const { account, tabLock, service } = message;
  return isRecord(account) && isName(account['appKey']) && isName(account['userId']) && isName(tabLock) && isRecord(service) && 'postMessage' in service;
}
