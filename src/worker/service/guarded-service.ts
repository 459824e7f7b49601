import { SyncError } from '../../protocol/errors.ts';
import { withDeadline } from '../deadline.ts';
import type { Environment } from '../environment.ts';
import type { ChatService, ServiceEvent } from './chat-service.ts';
import { guardUpload } from './guard-upload.ts';
import { checkAcknowledgement, checkConversationPage, checkHistoryPage, checkMessage, checkMutedPage, isMessage, isUsableEvent } from './check-response.ts';

/** Requests with one argument. */
type Asked = Exclude<keyof ChatService, 'connect' | 'disconnect' | 'renewToken' | 'wake' | 'subscribe' | 'send' | 'sendable' | 'uploadFile' | 'call'>;

/**
 * Wraps a service so that its obligations hold whoever wrote it.
 *
 * - Every call settles, within the deadline (TB3), and rejects with a SyncError.
 * - Lists, history and accepted messages that cannot be used reject with `bad-response`; nothing of them gets further (ER3).
 * - Events that cannot be used are left out. A call that throws at once rejects instead.
 * - Requests wait for an attempt to connect that is under way, instead of being `offline` a moment too early.
 *
 * @param options.attempted Resolves when no attempt to connect is under way.
 * @param options.timeoutMs How long one call, and before it the attempt, is waited for.
 */
export function guardService(
  service: ChatService,
  options: {
    readonly environment: Pick<Environment, 'setTimer'>;
    readonly timeoutMs: number;
    readonly attempted: () => Promise<void>;
  },
): ChatService {
  const { environment, timeoutMs } = options;
  const call = async <T>(what: string, make: () => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(make(), { environment, timeoutMs, what });
    } catch (cause) {
      if (cause instanceof SyncError) throw cause;
      throw new SyncError('service-failed', `the service failed: ${what}`, { cause });
    }
  };

  /** A call that needs the connection. */
  const ask = async <T>(what: string, make: () => Promise<T>): Promise<T> => {
    await withDeadline(options.attempted(), { environment, timeoutMs: timeoutMs / 2, what: 'connect' });
    return call(what, make);
  };

  /** The rest needs nothing but to settle. */
  const asked = <Name extends Asked>(name: Name): ChatService[Name] =>
    ((request: never) => ask(name, () => (service[name] as (request: never) => Promise<unknown>).call(service, request))) as ChatService[Name];

  return {
    ...(service.sendable && { sendable: service.sendable }),
    connect: (login) => call('connect', () => service.connect(login)),
    disconnect: () => call('disconnect', () => service.disconnect()),
    renewToken: (token) => call('renewToken', () => service.renewToken(token)),
    wake: () => service.wake(),
    subscribe: (listener) =>
      service.subscribe((event: ServiceEvent) => {
        if (!isUsableEvent(event)) return undefined;
        if (event.type !== 'messages') return listener(event);
        const messages = event.messages.filter(isMessage);
        return messages.length > 0 ? listener({ ...event, messages }) : undefined;
      }),
    getConversations: async (request) => checkConversationPage(await asked('getConversations')(request)),
    getPinnedConversations: async (request) => checkConversationPage(await asked('getPinnedConversations')(request)),
    getHistory: async (request) => checkHistoryPage(await asked('getHistory')(request)),
    getOldConversationList: asked('getOldConversationList'),
    removeHistory: asked('removeHistory'),
    deleteConversation: asked('deleteConversation'),
    pinConversation: asked('pinConversation'),
    markConversations: asked('markConversations'),
    acknowledgeConversation: async (ref) => checkAcknowledgement(await asked('acknowledgeConversation')(ref)),
    recallMessage: asked('recallMessage'),
    editMessage: async (request) => checkMessage(await asked('editMessage')(request)),
    reactToMessage: asked('reactToMessage'),
    pinMessage: asked('pinMessage'),
    acknowledgeMessage: asked('acknowledgeMessage'),
    getMutedConversations: async (request) => checkMutedPage(await asked('getMutedConversations')(request)),
    ...(service.call && { call: (method, args) => ask(method, async () => service.call?.(method, args)) }),
    ...(service.uploadFile && { uploadFile: guardUpload(service.uploadFile.bind(service), options) }),
    send: async (message, sending) => checkMessage(await call('send', () => service.send(message, sending))),
  };
}
