import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/model.ts';
import { clientIdOf } from '../client-id.ts';
import type { Environment } from '../environment.ts';
import { admitted, applyMessages, type ConversationChange } from '../ledger/apply-messages.ts';
import { deletionBatch, distrustBatch, editBatch, markBatch, pinBatch, removalBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { asRead, conversationOf } from '../ledger/row-changes.ts';
import { createPauses } from '../pauses.ts';
import type { ServiceEvent } from '../service/chat-service.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** What the service tells of conversations and messages. */
export type DataEvent = Exclude<ServiceEvent, { readonly type: 'connected' | 'disconnected' | 'ended' | 'token-expiring' | 'token-expired' }>;

/** What is known of the completeness of the newest messages since the connection was made. */
export interface Continuity {
  /** Names the present connection. */
  session(): number;
  /** Whether nothing can be missing at the newest end of the conversation. */
  isCurrent(key: ConversationKey, session: number): boolean;
  /** A proof from an earlier connection is no proof. */
  confirm(key: ConversationKey, session: number): void;
}

/**
 * Takes what the service tells, in order, and stores it.
 *
 * - Everything that waits is stored in one transaction, many conversations at once.
 * - What cannot be stored now waits and is tried again; the order stays. What can never be stored is told, and dropped.
 */
export interface Intake {
  push(event: DataEvent): void;
  /** Resolves when everything pushed so far is stored or given up. */
  settled(): Promise<void>;
  close(): void;
}

/** Messages per transaction. A flood is stored in parts, so that tabs see it coming and memory is freed. */
const MESSAGES_PER_BATCH = 500;

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
  readonly continuity: Continuity;
  readonly retryDelayMs: (attempt: number) => number;
  readonly onDropped: (error: SyncError) => void;
  readonly onDistrusted: (key: ConversationKey) => void;
}): Intake {
  const { ledger, self, continuity } = options;
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  let isClosed = false;
  const pauses = createPauses(options.environment);

  /** The run of message events at the head of the queue, or the one other event there. */
  const nextRun = (): number => {
    let count = 0;
    let messages = 0;
    for (const { event } of waiting) {
      if (event.type !== 'messages' || messages >= MESSAGES_PER_BATCH) break;
      messages += event.messages.length;
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
          if (change !== undefined && change.spans.length > 0 && isLed(change, messages)) confirmed.push([key, session]);
          return change;
        }),
      );
      return joined(changes.filter((change) => change !== undefined), matchedSends(run));
    });
    for (const [key, session] of confirmed) continuity.confirm(key, session);
  };

  const changeOf = async (key: ConversationKey, session: number, messages: readonly Message[]): Promise<ConversationChange | undefined> => {
    const unstored = await ledger.storage.selectUnstored(key, admitted(messages, ledger.tombstone(key)));
    if (unstored.length === 0) return undefined;
    return applyMessages({ ledger, key, self }, { messages: unstored, isContinuous: continuity.isCurrent(key, session) });
  };

  /** Sends whose own message came back before their answer did: they are done. */
  const matchedSends = (run: readonly Waiting[]): readonly number[] => {
    const sends = new Map(ledger.outbox().flatMap((entry) => (entry.type === 'send' ? [[entry.clientId, entry.seq] as const] : [])));
    if (sends.size === 0) return [];
    return run.flatMap(({ event }) => (event.type === 'messages' ? event.messages : [])).flatMap((message) => {
      const seq = sends.get(clientIdOf(message, self) ?? '');
      return seq === undefined ? [] : [seq];
    });
  };

  const storeOther = async (event: DataEvent): Promise<void> => {
    const batch = await ledger.write(() => batchOf(event, ledger, self));
    if (event.type === 'history-removed' && Object.keys(batch).length > 0) options.onDistrusted(conversationKey(event.conversation));
  };

  const drain = async (): Promise<void> => {
    /** Events of a run that failed, to be taken one by one: only the one at fault is dropped. */
    let suspects = 0;
    for (let attempt = 1; waiting.length > 0 && !isClosed; ) {
      const run = waiting.slice(0, suspects > 0 ? 1 : nextRun());
      const [first] = run;
      try {
        if (first?.event.type === 'messages') await storeMessages(run);
        else if (first !== undefined) await storeOther(first.event);
        attempt = 1;
      } catch (error) {
        if (isStorageTrouble(error)) {
          await pauses.take(options.retryDelayMs(attempt));
          attempt += 1;
          continue;
        }
        if (run.length > 1) {
          suspects = run.length;
          continue;
        }
        options.onDropped(SyncError.from(error));
      }
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

/** Whether one of the messages is the last that is known of the conversation. */
function isLed({ conversations: [row] }: ConversationChange, messages: readonly Message[]): boolean {
  return messages.some(({ id }) => id === row?.lastMessage?.id);
}

function isStorageTrouble(error: unknown): boolean {
  const { code } = SyncError.from(error);
  return code === 'storage-failed' || code === 'storage-full' || code === 'storage-unavailable';
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

function joined(changes: readonly ConversationChange[], outboxRemoves: readonly number[]): WriteBatch {
  return {
    conversations: changes.flatMap((change) => change.conversations),
    messages: changes.flatMap((change) => change.messages),
    spans: changes.flatMap((change) => change.spans),
    removedTombstones: changes.flatMap((change) => change.removedTombstones),
    outboxRemoves,
  };
}

async function batchOf(event: DataEvent, ledger: Ledger, self: string): Promise<WriteBatch> {
  const ref = event.type === 'edited' ? conversationOf(event.message, self) : event.type === 'messages' || event.type === 'notice' ? undefined : event.conversation;
  if (ref === undefined) return {};
  const key = conversationKey(ref);
  const context = { ledger, key, self };
  switch (event.type) {
    case 'recalled':
      return removalBatch(context, [event.messageId]);
    case 'edited':
      return editBatch(context, event.message);
    case 'read-elsewhere': {
      const row = ledger.directory.row(key);
      const read = row && asRead(row, self);
      return read === undefined || read === row ? {} : { conversations: [read] };
    }
    case 'conversation-deleted':
      return deletionBatch(context, { removeMessages: false });
    case 'history-removed':
      return distrustBatch(context);
    case 'pinned':
      return pinBatch(context, event);
    case 'marked':
      return markBatch(context, event);
    default:
      return {};
  }
}
