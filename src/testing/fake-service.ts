import { compareIds } from '../protocol/ids.ts';
import { SyncError } from '../protocol/errors.ts';
import type { Account, Message } from '../protocol/model.ts';
import type { HistoryPage, HistoryRequest } from '../protocol/worker-api.ts';
import type { ChatService, ServiceEvent } from '../worker/service/chat-service.ts';
import { nextTurn } from './fake-clock.ts';
import type { ServiceCall } from './fake-faults.ts';
import { commandsOf } from './fake-commands.ts';
import { createFakeServer, type FakeConnection, type FakeServer } from './fake-server.ts';

/** A fake service, and its hands: what the world around it does. */
export interface FakeService {
  readonly server: FakeServer;
  /** Makes the service of one account; give it to `createEngine` or `serve`. */
  readonly factory: (account: Account) => ChatService;
  /** A token that works for the user until {@link FakeService.expireTokens}. */
  token(userId: string): string;
  expireTokens(): void;
  /** Whether the service can be reached. Going away drops every connection; they come back by themselves. */
  setReachable(isReachable: boolean): void;
  /** Drops every connection; they come back by themselves after a turn of the event loop. */
  dropConnections(): void;
  /** Ends every login of a user. */
  kick(userId: string): void;
  /** Cuts an account's service off without a word: the worker that used it was killed. */
  abandon(): void;
}

/** One made service, as the world around it handles it. */
type Made = {
  readonly connection: FakeConnection;
  lose(willRetry: boolean): void;
  end(error: SyncError): void;
  retry(): void;
  /** Calls never settle from now on, and nothing is told. */
  die(): void;
};

/** Conversations per page of the muted ones; the caller does not choose. */
const MUTED_PAGE_SIZE = 20;

const offline = (): SyncError => new SyncError('offline', 'the fake service is not connected');

/** Makes a service with its own server, or one more of a server that is there. */
export function createFakeService(options: { readonly server?: FakeServer } = {}): FakeService {
  const server = options.server ?? createFakeServer();
  const services = new Set<Made>();
  let isReachable = true;
  let tokenAge = 1;

  const token = (userId: string): string => `token-${tokenAge}-${userId}`;

  const factory = ({ userId }: Account): ChatService => {
    const listeners = new Set<(event: ServiceEvent) => void>();
    const { faults } = server;
    const emit = (event: ServiceEvent): void => {
      for (const listener of [...listeners]) listener(event);
    };
    const connection: FakeConnection = { userId, emit };
    let logins = 0;
    let phase: 'out' | 'connected' | 'retrying' | 'dead' = 'out';

    const enter = (): void => {
      phase = 'connected';
      server.join(connection);
      emit({ type: 'connected' });
      server.mailbox(userId).takeKeptEvents().forEach(emit);
    };
    const leave = (next: 'out' | 'retrying' | 'dead'): boolean => {
      const wasConnected = phase === 'connected';
      if (phase !== 'dead') phase = next;
      server.leave(connection);
      return wasConnected;
    };
    const made: Made = {
      connection,
      lose(willRetry) {
        // Who has signed out, or has not signed in yet, does not come back by itself.
        if (phase !== 'connected') return;
        leave(willRetry ? 'retrying' : 'out');
        emit({ type: 'disconnected', willRetry, error: offline() });
      },
      end(error) {
        if (leave('out')) emit({ type: 'ended', error });
      },
      retry() {
        if (phase === 'retrying' && isReachable) enter();
      },
      die() {
        leave('dead');
        listeners.clear();
      },
    };
    services.add(made);

    /** A call that needs a connection; its work is done when the call gets through, not when it was made. */
    const call = <T>(name: ServiceCall, request: unknown, work: () => T): Promise<T> => {
      if (phase === 'dead') return new Promise<never>(() => undefined);
      const check = (): T | Promise<never> => {
        if (phase === 'dead') return new Promise<never>(() => undefined);
        if (phase !== 'connected') throw offline();
        return work();
      };
      return phase === 'connected' ? faults.run({ name, userId, request }, check) : Promise.reject(offline());
    };

    return {
      connect: (login) => {
        const mine = (logins += 1);
        return faults.run({ name: 'connect', userId, request: { deviceId: login.deviceId } }, async () => {
          if (phase === 'dead') await new Promise<never>(() => undefined);
          if (!isReachable) throw offline();
          if (login.token !== token(userId)) throw new SyncError('unauthorized', 'the token was refused');
          if (mine !== logins) throw offline();
          if (phase !== 'connected') enter();
        });
      },
      async disconnect() {
        logins += 1;
        leave('out');
      },
      renewToken: (renewed) =>
        call('renewToken', {}, () => {
          if (renewed !== token(userId)) throw new SyncError('unauthorized', 'the token was refused');
        }),
      wake: () => made.retry(),
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      getConversations: (request) =>
        call('getConversations', request, () =>
          pageOf(
            server.list(userId).filter(({ lastMessage }) => request.includeEmptyConversations || lastMessage !== null),
            request,
          ),
        ),
      getPinnedConversations: (request) =>
        call('getPinnedConversations', request, () => pageOf(server.list(userId).filter(({ isPinned }) => isPinned), request)),
      getOldConversationList: (request) =>
        call('getOldConversationList', request, () =>
          server
            .list(userId)
            .slice((request.pageNum - 1) * request.pageSize, request.pageNum * request.pageSize)
            .map((row) => ({ channel_id: row.conversationId, lastMessage: row.lastMessage, unread_num: row.unReadCount })),
        ),
      getHistory: (request) => call('getHistory', request, () => historyPage(server.history(userId, request.conversation), request)),
      removeHistory: (request) =>
        call('removeHistory', request, () => {
          const { conversation, messageIds, beforeTimeStamp } = request;
          if (messageIds !== undefined) server.mailbox(userId).remove(conversation, messageIds);
          if (beforeTimeStamp !== undefined) server.mailbox(userId).removeBefore(conversation, beforeTimeStamp);
          server.tell(userId, { type: 'history-removed', conversation }, connection);
        }),
      deleteConversation: (request) =>
        call('deleteConversation', request, () => {
          server.mailbox(userId).deleteConversation(request.conversation, request);
          server.tell(userId, { type: 'conversation-deleted', conversation: request.conversation }, connection);
        }),
      pinConversation: (request) =>
        call('pinConversation', request, () => {
          const pinnedTime = request.isPinned ? 1_700_000_000_000 + faults.calls.length : 0;
          server.mailbox(userId).pin(request.conversation, pinnedTime);
          server.tell(userId, { type: 'pinned', ...request, time: pinnedTime }, connection);
          return { pinnedTime };
        }),
      markConversations: (request) =>
        call('markConversations', request, () => {
          for (const conversation of request.conversations) {
            server.mailbox(userId).mark(conversation, request.mark, request.isMarked);
            server.tell(userId, { type: 'marked', conversation, mark: request.mark, isMarked: request.isMarked }, connection);
          }
        }),
      acknowledgeConversation: (ref) =>
        call('acknowledgeConversation', ref, () => ({ through: server.read(userId, ref, connection) })),
      ...commandsOf(server, userId, call),
      getMutedConversations: (request) =>
        call('getMutedConversations', request, () => pageOf(server.mailbox(userId).muted(), { ...request, pageSize: MUTED_PAGE_SIZE })),
      uploadFile: (request) =>
        call('uploadFile', request, () => {
          request.onProgress(1);
          return { url: server.keepFile(request.file) };
        }),
      send: (message, { clientId }) =>
        call('send', message, () => {
          const { conversation, msg, ext, file, ...fields } = message;
          if (file !== undefined) throw new SyncError('unsupported', 'the file is not uploaded');
          return server.write(
            {
              from: userId,
              to: conversation.conversationId,
              conversationType: conversation.conversationType,
              text: msg ?? '',
              ext: { ...ext, moorageClientId: clientId },
              fields,
            },
            connection,
          );
        }),
    };
  };

  const loseAll = (): void => {
    for (const { lose } of services) lose(true);
  };
  const retryAll = (): void => {
    for (const { retry } of services) retry();
  };

  return {
    server,
    factory,
    token,
    expireTokens() {
      tokenAge += 1;
      for (const { connection } of services) connection.emit({ type: 'token-expired' });
    },
    setReachable(next) {
      isReachable = next;
      if (isReachable) retryAll();
      else loseAll();
    },
    dropConnections() {
      loseAll();
      void nextTurn().then(nextTurn).then(retryAll);
    },
    kick(userId) {
      for (const { connection, end } of services) {
        if (connection.userId === userId) end(new SyncError('kicked', 'another device signed in'));
      }
    },
    abandon() {
      for (const { die } of services) die();
      services.clear();
    },
  };
}

function pageOf<Row>(
  rows: readonly Row[],
  { cursor, pageSize }: { readonly cursor: string; readonly pageSize: number },
): { readonly conversations: readonly Row[]; readonly cursor: string } {
  const from = cursor === '' ? 0 : Number(cursor.slice('page-'.length));
  const through = from + pageSize;
  return { conversations: rows.slice(from, through), cursor: through < rows.length ? `page-${through}` : '' };
}

/** Pages by message id, exclusive, as the service's history does. */
function historyPage(history: readonly Message[], request: HistoryRequest): HistoryPage {
  const { cursor, pageSize, direction, filter = {} } = request;
  const { from, msgTypes, startTime = 0, endTime = Infinity } = filter;
  const wanted = history.filter(
    (message) =>
      (from === undefined || message.from === from) &&
      (msgTypes === undefined || msgTypes.includes(message.type)) &&
      message.time >= startTime &&
      message.time <= endTime,
  );
  const ordered = direction === 'up' ? [...wanted].reverse() : wanted;
  const sign = direction === 'up' ? -1 : 1;
  const rest = cursor === '' ? ordered : ordered.filter(({ id }) => sign * compareIds(id, cursor) > 0);
  const messages = rest.slice(0, pageSize);
  const isLast = rest.length <= pageSize;
  return { messages, cursor: isLast ? undefined : messages.at(-1)?.id, isLast };
}
