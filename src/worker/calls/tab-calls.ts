import { conversationKey, type ConversationRef } from '../../protocol/ids.ts';
import type { JumpTarget, OutgoingMessage } from '../../protocol/model.ts';
import { isJumpTarget, isName, isOptional, isRecord, isString, isWhole, take, takeRef } from '../../protocol/take.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { AskCommand } from './ask-command.ts';
import { takeMessage } from './take-message.ts';

type TimelineCalls = Pick<WorkerApi, 'loadOlder' | 'loadNewer' | 'fill' | 'jumpTo'>;

/** The calls that are Moorage's own: messages to send, the timelines of one tab, and the background reading. */
export type TabCalls = TimelineCalls & Pick<WorkerApi, 'pauseBackfill' | 'resumeBackfill' | 'send' | 'retry' | 'discard'>;

/**
 * @param options.outbox Takes messages; `send` gives their client id.
 * @param options.sendNow Sends a message that nobody keeps, and gives its client id. Rejects as the service does.
 * @param options.timeline Finds a timeline of the tab. Throws when it has none under the number.
 */
export function createTabCalls(options: {
  readonly outbox: {
    send(message: OutgoingMessage): Promise<string>;
    retry(clientId: string): Promise<void>;
    discard(clientId: string): Promise<void>;
  };
  readonly service: Pick<ChatService, 'sendable' | 'uploadFile'>;
  readonly sendNow: (message: OutgoingMessage) => Promise<string>;
  readonly timeline: (subscription: number) => {
    loadOlder(): ReturnType<WorkerApi['loadOlder']>;
    loadNewer(): ReturnType<WorkerApi['loadNewer']>;
    fill(hole: string): ReturnType<WorkerApi['fill']>;
    jumpTo(target: JumpTarget): Promise<void>;
  };
  readonly commands: { readonly ask: AskCommand };
  readonly history: { pause(): Promise<void>; resume(): Promise<void> };
  readonly settings: { readonly maxFileBytes: number };
}): TabCalls {
  const { outbox, commands, history } = options;
  const timelineOf = (given: unknown): ReturnType<typeof options.timeline> => options.timeline(take(given, 'subscription', isWhole(0)));
  /** Checking a file takes a while, in which nothing that is sent after it may be queued (OB2). */
  let turn: Promise<unknown> = Promise.resolve();
  /** As the SDK has it, the receipt of one message is sent: `id` is the message's, and a group's may bring a text. */
  const receipt = async (conversation: ConversationRef, given: OutgoingMessage): Promise<{ readonly clientId: string }> => {
    const text = take(given, 'ackContent', isOptional(isString));
    const command = { kind: 'read-receipt' as const, messageId: take(given, 'id', isName), ...(text !== undefined && { text }) };
    const { clientId } = await commands.ask(conversationKey(conversation), command);
    return { clientId };
  };
  return {
    loadOlder: async (given) => timelineOf(given).loadOlder(),
    loadNewer: async (given) => timelineOf(given).loadNewer(),
    fill: async (given) => timelineOf(given).fill(take(given, 'hole', isName)),
    jumpTo: async (given) => timelineOf(given).jumpTo(take<JumpTarget | undefined>(given, 'target', isOptional(isJumpTarget)) ?? null),
    pauseBackfill: () => history.pause(),
    resumeBackfill: () => history.resume(),
    async send(given) {
      const conversation = takeRef(take(given, 'conversation', isRecord));
      if (given.type === 'read') return receipt(conversation, given);
      const { sendable, uploadFile } = options.service;
      const check = takeMessage(given, { conversation, sendable, maxFileBytes: uploadFile === undefined ? 0 : options.settings.maxFileBytes });
      // A command means something now or never: it is in no history, and waits for nobody.
      if (given.type === 'cmd') return { clientId: await options.sendNow(await check) };
      const queued = turn.then(() => check).then((message) => ({ sent: outbox.send(message) }));
      turn = queued.catch(() => undefined);
      await check;
      return { clientId: await (await queued).sent };
    },
    retry: async (given) => outbox.retry(take(given, 'clientId', isName)),
    discard: async (given) => outbox.discard(take(given, 'clientId', isName)),
  };
}
