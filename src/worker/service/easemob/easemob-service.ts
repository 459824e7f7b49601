import { SyncError } from '../../../protocol/errors.ts';
import { SERVICE_TIMEOUT_MS } from '../../../protocol/limits.ts';
import type { Account } from '../../../protocol/model.ts';
import { invalid } from '../../../protocol/take.ts';
import type { HistoryRequest } from '../../../protocol/worker-api.ts';
import type { ChatService, ServiceEvent } from '../chat-service.ts';
import { sendCombined, toCombinedFile } from './combine.ts';
import { orAlreadySo, toEditedMessage, toReadReceipt, toSdkEdit } from './commands.ts';
import { toConversationPage, toMutedPage, toOldListRows, toPinnedTime } from './map-conversation.ts';
import { mapError, offlineError, openError } from './map-error.ts';
import { toHistoryPage } from './map-message.ts';
import { callMethod, eventOfMethod } from './sdk-methods.ts';
import { createSdkSession, type SdkSession } from './sdk-session.ts';
import type { CreateSdk, SdkConnection, SdkOptions } from './sdk-types.ts';
import { toAcknowledged, toChannelAcknowledgement, toSdkMessage, toSentMessage } from './send.ts';
import { unheard } from './unheard.ts';
import { toUploaded, upload } from './upload.ts';

/** Ids per `removeHistoryMessages` of the SDK, which refuses more although its documentation says 50. */
const REMOVE_CHUNK = 20;

/** Conversations per mark call, documented by the service. */
const MARK_CHUNK = 20;

/** Conversations per page of the muted ones. The SDK says 10 where nothing is asked for; the lists' maximum is 50. */
const MUTED_PAGE_SIZE = 50;

/** How long an upload may take. Unit: ms. One of which nothing is heard is ended long before; this only ends what trickles for ever. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

/**
 * Reconnects before the SDK gives up. Its default of 5 is spent after 8 s. Beyond the twentieth it waits 5 to 10 s
 * between attempts; this many are years. When it does give up, the engine logs in anew.
 */
const ENDLESS_RECONNECTS = 1_000_000_000;

export type EasemobOptions = {
  /** REST address of a service of your own, `https://host`. Left out: found by the SDK. */
  readonly apiUrl?: string;
  /** Socket address of a service of your own, `wss://host/websocket`. */
  readonly socketUrl?: string;
  /** Whether the SDK asks for the service's addresses. Default: true, unless `apiUrl` or `socketUrl` is given. */
  readonly isHttpDNS?: boolean;
  /** More options for the SDK's constructor, e.g. `delivery`, `useOwnUploadFun`, `customOSPlatform`. */
  readonly configure?: { readonly [option: string]: unknown };
  /**
   * The SDK's plugins whose methods tabs may call, by the names they are called under: `{ group: groupPlugin }` for
   * `chat.sdk.call('group.getGroupInfo', …)`. `contact` and `silent` are there.
   */
  readonly plugins?: { readonly [name: string]: object };
  /** Deadlines of single calls. Unit: ms. Each is SERVICE_TIMEOUT_MS (20 s) when left out. */
  readonly deadlines?: { readonly connectMs?: number; readonly callMs?: number; readonly sendMs?: number };
};

export type EasemobServiceOptions = {
  readonly account: Account;
  readonly options: EasemobOptions;
  readonly createSdk: CreateSdk;
};

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function sdkOptionsOf(account: Account, options: EasemobOptions, deviceId: string): SdkOptions {
  return {
    ...options.configure,
    appKey: account.appKey,
    deviceId,
    // The id above is stable by itself; "fixed" would prefer one that another copy of the SDK left in localStorage.
    isFixedDeviceId: false,
    isHttpDNS: options.isHttpDNS ?? (options.apiUrl === undefined && options.socketUrl === undefined),
    autoReconnectNumMax: ENDLESS_RECONNECTS,
    ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }),
    ...(options.socketUrl === undefined ? {} : { url: options.socketUrl }),
  };
}

function toSdkHistoryOptions({ conversation, cursor, pageSize, direction, filter }: HistoryRequest) {
  return {
    targetId: conversation.conversationId,
    chatType: conversation.conversationType,
    cursor: cursor === '' ? -1 : cursor,
    pageSize,
    searchDirection: direction,
    ...(filter === undefined ? {} : { searchOptions: { ...filter, msgTypes: [...(filter.msgTypes ?? [])] } }),
  };
}

/**
 * {@link ChatService} over the SDK: each `connect` is a new session with an instance of its own.
 *
 * - Calls without a session reject with `offline`, and so do messages and acknowledgements while the socket is down:
 *   the SDK would keep them and send them later, after we had reported them as failed.
 */
export function createEasemobService({ account, options, createSdk }: EasemobServiceOptions): ChatService {
  const listeners = new Set<(event: ServiceEvent) => void>();
  const { connectMs = SERVICE_TIMEOUT_MS, callMs = SERVICE_TIMEOUT_MS, sendMs = SERVICE_TIMEOUT_MS } = options.deadlines ?? {};
  let session: SdkSession | undefined;

  const emit = (event: ServiceEvent): void => [...listeners].forEach((listener) => listener(event));

  function call<T>(start: (sdk: SdkConnection) => Promise<unknown>, read: (answer: unknown) => T, timeoutMs = callMs): Promise<T> {
    return session === undefined ? Promise.reject(offlineError()) : session.run(start, read, timeoutMs);
  }

  function callOnSocket<T>(start: (sdk: SdkConnection) => Promise<unknown>, read: (answer: unknown) => T): Promise<T> {
    return session?.isConnected() === true ? session.run(start, read, sendMs) : Promise.reject(offlineError());
  }

  const done = (): void => undefined;

  /** @throws {SyncError} `invalid-argument` naming what the SDK's constructor did not like, `configure` where it does not say */
  const begin = (deviceId: string): SdkSession => {
    try {
      return createSdkSession({ createSdk, sdkOptions: sdkOptionsOf(account, options, deviceId), userId: account.userId, emit });
    } catch (cause) {
      throw cause instanceof SyncError ? cause : invalid(/^Invalid (\w+)/.exec(cause instanceof Error ? cause.message : '')?.[1] ?? 'configure');
    }
  };

  return {
    connect: async ({ token, deviceId }) => {
      session?.close();
      if (token === '') throw mapError({ type: 28, message: 'no token' });
      const opened = begin(deviceId);
      session = opened;
      await opened.open(token, connectMs);
    },
    disconnect: async () => {
      session?.close();
      session = undefined;
    },
    renewToken: async (token) => {
      if (session === undefined) throw offlineError();
      await session.renewToken(token, callMs);
    },
    wake: () => session?.wake(),
    subscribe: (listener) => {
      const own = (event: ServiceEvent): void => void listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },

    getConversations: (request) => call((sdk) => sdk.contact.getServerConversations(request), toConversationPage),
    getPinnedConversations: (request) => call((sdk) => sdk.contact.getServerPinnedConversations(request), toConversationPage),
    getOldConversationList: (request) => call((sdk) => sdk.contact.getConversationlist(request), toOldListRows),
    getHistory: (request) => call((sdk) => unheard(sdk, () => sdk.contact.getHistoryMessages(toSdkHistoryOptions(request))), toHistoryPage),
    removeHistory: async ({ conversation, messageIds, beforeTimeStamp }) => {
      const target = { targetId: conversation.conversationId, chatType: conversation.conversationType };
      const parts = [
        ...chunksOf(messageIds ?? [], REMOVE_CHUNK).map((ids) => ({ ...target, messageIds: ids })),
        ...(beforeTimeStamp === undefined ? [] : [{ ...target, beforeTimeStamp }]),
      ];
      await Promise.all(parts.map((part) => call((sdk) => sdk.contact.removeHistoryMessages(part), done)));
    },
    deleteConversation: ({ conversation, deleteRoam }) =>
      call(
        (sdk) => sdk.contact.deleteConversation({ channel: conversation.conversationId, chatType: conversation.conversationType, deleteRoam }),
        done,
      ),
    pinConversation: async ({ conversation, isPinned }) => ({
      pinnedTime: await call(
        (sdk) =>
          sdk.contact.pinConversation({
            conversationId: conversation.conversationId,
            conversationType: conversation.conversationType,
            isPinned,
          }),
        toPinnedTime,
      ),
    }),
    markConversations: async ({ conversations, mark, isMarked }) => {
      const refs = conversations.map(({ conversationId, conversationType }) => ({ conversationId, conversationType }));
      const method = isMarked ? 'addConversationMark' : 'removeConversationMark';
      await Promise.all(chunksOf(refs, MARK_CHUNK).map((part) => call((sdk) => sdk.contact[method]({ conversations: part, mark }), done)));
    },
    acknowledgeConversation: (conversation) =>
      callOnSocket((sdk) => sdk.send(toChannelAcknowledgement(sdk, conversation)), toAcknowledged),
    recallMessage: ({ conversation, messageId: mid }) =>
      orAlreadySo(
        'recall',
        callOnSocket((sdk) => sdk.contact.recallMessage({ mid, to: conversation.conversationId, chatType: conversation.conversationType }), done),
      ),
    editMessage: ({ messageId, message }) =>
      callOnSocket(
        (sdk) => sdk.contact.modifyMessage({ messageId, modifiedMessage: toSdkEdit(sdk, message) }),
        (answer) => toEditedMessage(answer, messageId),
      ),
    reactToMessage: ({ messageId, reaction, isAdded }) =>
      orAlreadySo(
        isAdded ? 'react' : 'unreact',
        // The SDK puts what is taken back into the address as it is: of "+1" the service would read " 1".
        call((sdk) => (isAdded ? sdk.contact.addReaction({ messageId, reaction }) : sdk.contact.deleteReaction({ messageId, reaction: encodeURIComponent(reaction) })), done),
      ),
    pinMessage: ({ conversation: { conversationId, conversationType }, messageId, isPinned }) =>
      orAlreadySo(
        isPinned ? 'pin' : 'unpin',
        call((sdk) => sdk.contact[isPinned ? 'pinMessage' : 'unpinMessage']({ conversationId, conversationType, messageId }), done),
      ),
    acknowledgeMessage: (receipt) => callOnSocket((sdk) => sdk.send(toReadReceipt(sdk, receipt)), done),
    getMutedConversations: ({ cursor }) =>
      call((sdk) => sdk.silent.getSilentModeRemindTypeConversations({ cursor, pageSize: MUTED_PAGE_SIZE }), toMutedPage),
    uploadFile: (request) => {
      // Whatever ends the call ends the request.
      const over = new AbortController();
      request.signal.addEventListener('abort', () => over.abort());
      let [filesUrl, { file }] = ['', request];
      const start = async (sdk: SdkConnection): Promise<unknown> => {
        filesUrl = sdk.getChatFilesUrl();
        if (request.message.type === 'combine') file = { ...file, data: await toCombinedFile(sdk, file.data) };
        over.signal.throwIfAborted();
        return upload(sdk, { ...request, file, signal: over.signal });
      };
      return call(start, (answer) => ({ ...toUploaded(answer, filesUrl), file_length: file.data.size }), UPLOAD_TIMEOUT_MS).finally(() => over.abort());
    },
    call: async (method, args) => {
      const plugins = Object.keys(options.plugins ?? {});
      const answer = await call(async (sdk) => callMethod(sdk, { method, args, plugins }), (given) => given);
      const event = eventOfMethod(method, args);
      if (event !== undefined) emit(event);
      return answer;
    },
    async send(message, { clientId }) {
      let hasLeft = false;
      const start = (sdk: SdkConnection): Promise<unknown> => {
        const outgoing = toSdkMessage(sdk, message, clientId);
        hasLeft = true;
        return message.type === 'combine' ? sendCombined(sdk, outgoing) : sdk.send(outgoing);
      };
      try {
        return await callOnSocket(start, toSentMessage);
      } catch (cause) {
        // A login that ends while the answer is awaited says nothing about the message: it may have arrived.
        throw hasLeft ? openError(SyncError.from(cause)) : cause;
      }
    },
  };
}
