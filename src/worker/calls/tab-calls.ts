import type { OutgoingMessage } from '../../protocol/model.ts';
import { isName, isOptional, isRecord, isString, isWhole, take, takeRef } from '../../protocol/take.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';

/** The calls that are Moorage's own: messages to send, and the timelines of one tab. */
export type TabCalls = Pick<WorkerApi, 'loadOlder' | 'send' | 'retry' | 'discard'>;

/**
 * @param options.outbox Takes messages; `send` gives their client id.
 * @param options.timeline Finds a timeline of the tab. Throws when it has none under the number.
 */
export function createTabCalls(options: {
  readonly outbox: {
    send(message: OutgoingMessage): Promise<string>;
    retry(clientId: string): Promise<void>;
    discard(clientId: string): Promise<void>;
  };
  readonly timeline: (subscription: number) => { loadOlder(): ReturnType<WorkerApi['loadOlder']> };
}): TabCalls {
  const { outbox, timeline } = options;
  return {
    loadOlder: async (given) => timeline(take(given, 'subscription', isWhole(0))).loadOlder(),
    async send(given) {
      const conversation = takeRef(take(given, 'conversation', isRecord));
      const type = take(given, 'type', isName);
      take<unknown>(given, 'msg', type === 'txt' ? isName : isOptional(isString));
      take(given, 'ext', isOptional(isRecord));
      return { clientId: await outbox.send({ ...given, conversation }) };
    },
    retry: async (given) => outbox.retry(take(given, 'clientId', isName)),
    discard: async (given) => outbox.discard(take(given, 'clientId', isName)),
  };
}
