import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { Message, ServiceNotice } from '../../protocol/model.ts';
import type { Continuity } from '../continuity.ts';
import type { Environment } from '../environment.ts';
import { joinedBatches } from '../joined-batches.ts';
import { admitted, applyMessages, type ConversationChange } from '../ledger/apply-messages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { conversationOf } from '../ledger/row-changes.ts';
import { sentAmong } from '../ledger/sent-among.ts';
import { createPauses } from '../pauses.ts';
import type { ServiceEvent } from '../service/chat-service.ts';
import { eventBatch, type ToldEvent } from './event-batch.ts';

/** What the service tells of conversations and messages, and what it only wants passed on. */
export type DataEvent = ToldEvent | Extract<ServiceEvent, { readonly type: 'messages' | 'notice' }>;

/**
 * Takes what the service tells, in order, and stores it.
 *
 * - Everything that waits is stored in one transaction, many conversations at once.
 * - What cannot be stored now waits and is tried again; the order stays. What can never be stored is told, and dropped.
 * - Notices are passed on when all that came before them is stored.
 */
export interface Intake {
  push(event: DataEvent): void;
  /** Resolves when everything pushed so far is stored or given up. */
  settled(): Promise<void>;
  close(): void;
}

/** Messages per transaction. A flood is stored in parts, so that tabs see it coming and memory is freed. */
const MESSAGES_PER_BATCH = 500;

/**
 * Failures after which one event is at fault, when the storage takes other things. Unit: attempts. The storage has tried
 * each of them several times; fewer might drop what a passing trouble of the disk kept out.
 */
const ATTEMPTS = 5;

type Waiting = { readonly event: DataEvent; readonly session: number };

/**
 * @param options.retryDelayMs How long to wait before what could not be stored is tried again; by attempt, from 1 on.
 * @param options.onDropped What the service told could not be used; the rest goes on.
 * @param options.onDistrusted History of the conversation was removed elsewhere: list and history should be read again.
 */
export function createIntake(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly continuity: Pick<Continuity, 'session' | 'isCurrent' | 'isListed' | 'confirm'>;
  readonly retryDelayMs: (attempt: number) => number;
  readonly onDropped: (error: SyncError) => void;
  readonly onDistrusted: (key: ConversationKey) => void;
  readonly onNotice: (notice: ServiceNotice) => void;
}): Intake {
  const { ledger, self, continuity } = options;
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  let isClosed = false;
  const pauses = createPauses(options.environment);

  /** The run of messages at the head of the queue, and of notices that came with them; or the one other event there. */
  const nextRun = (): number => {
    let count = 0;
    let messages = 0;
    for (const { event } of waiting) {
      if (event.type === 'messages' && messages < MESSAGES_PER_BATCH) messages += event.messages.length;
      else if (event.type !== 'notice') break;
      count += 1;
    }
    return Math.max(count, 1);
  };

  const storeMessages = async (run: readonly Waiting[]): Promise<void> => {
    const confirmed: (readonly [ConversationKey, number])[] = [];
    await ledger.write(async () => {
      const changes = await Promise.all(
        byConversation(run, self).map(async ({ key, session, messages }) => {
          const change = await changeOf(key, session, messages);
          // A late message, below the newest span or below what the list told of, says nothing about the newest end.
          if (change !== undefined && change.spans.length > 0 && continuity.isListed(session) && isLed(change, messages)) confirmed.push([key, session]);
          return change;
        }),
      );
      // Own messages may come back before their answer does.
      return joinedBatches([...changes.filter((change) => change !== undefined), sentAmong(run.flatMap(messagesOf), { ledger, self })]);
    });
    for (const [key, session] of confirmed) continuity.confirm(key, session);
  };

  const changeOf = async (key: ConversationKey, session: number, messages: readonly Message[]): Promise<ConversationChange | undefined> => {
    const unstored = await ledger.storage.selectUnstored(key, admitted(messages, ledger.tombstone(key)));
    if (unstored.length === 0) return undefined;
    return applyMessages({ ledger, key, self }, { messages: unstored, isContinuous: continuity.isCurrent(key, session) });
  };

  const storeOther = async (event: ToldEvent): Promise<void> => {
    await ledger.write(() => eventBatch(event, ledger, self));
    if (event.type === 'history-removed') options.onDistrusted(conversationKey(event.conversation));
  };

  const take = async (run: readonly Waiting[], { event }: Waiting): Promise<void> => {
    if (event.type !== 'messages' && event.type !== 'notice') await storeOther(event);
    else if (run.some(isMessages)) await storeMessages(run);
    for (const { event: told } of run) if (told.type === 'notice') options.onNotice(told.notice);
  };

  /** Whether waiting for the storage makes sense. It does not when it takes everything but this, as a write that removes nothing shows. */
  const isWorthWaiting = async (code: SyncError['code'], attempt: number): Promise<boolean> => {
    if (code !== 'storage-failed' || attempt < ATTEMPTS) return code.startsWith('storage-');
    return ledger.write(() => ({ outboxRemoves: [0] })).then(
      () => false,
      () => true,
    );
  };

  const drain = async (): Promise<void> => {
    /** Events of a run that failed, to be taken one by one: only the one at fault is dropped. */
    let suspects = 0;
    for (let attempt = 1; waiting.length > 0 && !isClosed; ) {
      const run = waiting.slice(0, suspects > 0 ? 1 : nextRun());
      const [first] = run;
      try {
        if (first !== undefined) await take(run, first);
      } catch (cause) {
        const error = SyncError.from(cause);
        if (await isWorthWaiting(error.code, attempt)) {
          await pauses.take(options.retryDelayMs(attempt));
          attempt += 1;
          continue;
        }
        attempt = 1;
        if (run.length > 1) {
          suspects = run.length;
          continue;
        }
        options.onDropped(error);
      }
      attempt = 1;
      suspects -= 1;
      waiting.splice(0, run.length);
    }
  };

  return {
    push(event) {
      if (isClosed) return;
      waiting.push({ event, session: continuity.session() });
      draining ??= drain().finally(() => {
        draining = undefined;
      });
    },
    settled: async () => draining,
    close() {
      isClosed = true;
      waiting.length = 0;
      pauses.end();
    },
  };
}

const isMessages = ({ event }: Waiting): boolean => event.type === 'messages';

/** Whether one of the messages is the last that is known of the conversation. */
function isLed({ conversations: [row] }: ConversationChange, messages: readonly Message[]): boolean {
  return messages.some(({ id }) => id === row?.lastMessage?.id);
}

/** Distinct messages by conversation. A group counts as brought by the earliest connection that brought some of it. */
function byConversation(run: readonly Waiting[], self: string): { key: ConversationKey; session: number; messages: readonly Message[] }[] {
  const groups = new Map<ConversationKey, { session: number; messages: Map<string, Message> }>();
  for (const { event, session } of run) {
    if (event.type !== 'messages') continue;
    for (const message of event.messages) {
      const key = conversationKey(conversationOf(message, self));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { session, messages: new Map([[message.id, message]]) });
      else group.messages.set(message.id, message);
    }
  }
  return [...groups].map(([key, { session, messages }]) => ({ key, session, messages: [...messages.values()] }));
}

function messagesOf({ event }: Waiting): readonly Message[] {
  return event.type === 'messages' ? event.messages : [];
}
