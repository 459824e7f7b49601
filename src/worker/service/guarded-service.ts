import { SyncError } from '../../protocol/errors.ts';
import { withDeadline } from '../deadline.ts';
import type { Environment } from '../environment.ts';
import type { ChatService, ServiceEvent } from './chat-service.ts';
import { checkConversationPage, checkHistoryPage, checkMessage, isUsableEvent } from './check-response.ts';

/**
 * Wraps a service so that its obligations hold whoever wrote it.
 *
 * - Every call settles, within the deadline (TB3), and rejects with a SyncError.
 * - Lists, history and accepted messages that cannot be used reject with `bad-response`; nothing of them gets further (ER3).
 * - Events that cannot be used are left out. A call that throws at once rejects instead.
 */
export function guardService(
  service: ChatService,
  options: { readonly environment: Pick<Environment, 'setTimer'>; readonly timeoutMs: number },
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

  return {
    connect: (login) => call('connect', () => service.connect(login)),
    disconnect: () => call('disconnect', () => service.disconnect()),
    renewToken: (token) => call('renewToken', () => service.renewToken(token)),
    wake: () => service.wake(),
    subscribe: (listener) =>
      service.subscribe((event: ServiceEvent) => {
        if (event.type === 'messages') {
          const messages = event.messages.filter((message) => isUsableEvent({ type: 'edited', message }));
          if (messages.length > 0) listener({ ...event, messages });
        } else if (isUsableEvent(event)) listener(event);
      }),
    getConversations: async (request) => checkConversationPage(await call('getConversations', () => service.getConversations(request))),
    getPinnedConversations: async (request) =>
      checkConversationPage(await call('getPinnedConversations', () => service.getPinnedConversations(request))),
    getOldConversationList: (request) => call('getOldConversationList', () => service.getOldConversationList(request)),
    getHistory: async (request) => checkHistoryPage(await call('getHistory', () => service.getHistory(request))),
    removeHistory: (request) => call('removeHistory', () => service.removeHistory(request)),
    deleteConversation: (request) => call('deleteConversation', () => service.deleteConversation(request)),
    pinConversation: (request) => call('pinConversation', () => service.pinConversation(request)),
    markConversations: (request) => call('markConversations', () => service.markConversations(request)),
    acknowledgeConversation: (ref) => call('acknowledgeConversation', () => service.acknowledgeConversation(ref)),
    send: async (message, sending) => checkMessage(await call('send', () => service.send(message, sending)), 'send'),
  };
}
