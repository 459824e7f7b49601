import { withDeadline } from '../deadline.ts';
import type { Environment } from '../environment.ts';
import type { ChatService, ServiceEvent } from './chat-service.ts';
import { guardUpload } from './guard-upload.ts';
import { answerShapes, asServiceError, checked, isMessage, isUsableEvent, type ServiceRequest } from './check-response.ts';

/** Requests with one argument. */
type Asked = Exclude<ServiceRequest, 'send'>;

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
  const requests = service as unknown as { readonly [Name in Asked]: (request: unknown) => Promise<unknown> };
  const call = async <T>(what: string, make: () => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(make(), { environment, timeoutMs, what });
    } catch (cause) {
      throw asServiceError(cause, what);
    }
  };

  /** A call that needs the connection. */
  const ask = async <T>(what: string, make: () => Promise<T>): Promise<T> => {
    await withDeadline(options.attempted(), { environment, timeoutMs: timeoutMs / 2, what: 'connect' });
    return call(what, make);
  };

  /** A request that needs nothing but to settle, with an answer that can be used. */
  const asked = (name: Asked) => async (request: unknown): Promise<unknown> => checked(await ask(name, () => requests[name](request)), answerShapes[name]);

  return {
    ...(Object.fromEntries((Object.keys(answerShapes) as Asked[]).map((name) => [name, asked(name)])) as unknown as Pick<ChatService, Asked>),
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
    ...(service.call && { call: (method, args) => ask(method, async () => service.call?.(method, args)) }),
    ...(service.uploadFile && { uploadFile: guardUpload(service.uploadFile.bind(service), options) }),
    send: async (message, sending) => checked(await call('send', () => service.send(message, sending)), answerShapes.send),
  };
}
