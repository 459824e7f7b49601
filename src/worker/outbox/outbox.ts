import { conversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { Message, OutgoingMessage } from '../../protocol/model.ts';
import type { HistoryPage } from '../../protocol/worker-api.ts';
import { clientIdOf } from '../client-id.ts';
import type { Environment } from '../environment.ts';
import { applyMessages } from '../ledger/apply-messages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createPauses } from '../pauses.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { OutboxEntry } from '../storage/storage.ts';

type Send = Extract<OutboxEntry, { readonly type: 'send' }>;

/** Sends what was written here, when it can be sent. */
export interface Outbox {
  /** Stores a message to be sent. Resolves once that is durable (OB1). @returns Its client id. */
  send(message: OutgoingMessage): Promise<string>;
  /** @throws {SyncError} `not-found` when no failed message has this client id */
  retry(clientId: string): Promise<void>;
  /** @throws {SyncError} `not-found` when no message waits under this client id, or it is being sent now */
  discard(clientId: string): Promise<void>;
  /** What is being told now. */
  sending(): ReadonlyMap<string, number | undefined>;
  /** There is a connection: what waits is told. `stop`: there is none. */
  start(): void;
  stop(): void;
  /** New entries may wait. */
  poke(): void;
}

/**
 * Makes the outbox of an account.
 *
 * - In order within a conversation; a failure there stops only that message (OB2).
 * - After a timeout it is not known whether the service took the message, so it is not sent again by itself.
 * - What an earlier engine left behind, or a failure left in doubt, is looked up in the newest page of history before it is sent
 *   again (OB3).
 *
 * @param options.fetchBelow Fetches and stores a page of history; `''` asks for the newest.
 * @param options.delivered Resolves when what the service has told so far is stored.
 * @param options.onSending {@link Outbox.sending} changed for this conversation.
 */
export function createOutbox(options: {
  readonly service: Pick<ChatService, 'send'>;
  readonly ledger: Ledger;
  readonly self: string;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly fetchBelow: (key: ConversationKey, cursor: string) => Promise<HistoryPage>;
  readonly newClientId: () => string;
  readonly retryDelayMs: (attempt: number) => number;
  readonly continuity: {
    session(): number;
    isCurrent(key: ConversationKey, session: number): boolean;
    confirm(key: ConversationKey, session: number): void;
  };
  readonly delivered: () => Promise<void>;
  readonly onSending: (key: ConversationKey) => void;
}): Outbox {
  const { service, ledger, self, environment, continuity } = options;
  const sending = new Map<string, number | undefined>();
  /** Client ids that the service has surely not seen. */
  const unsent = new Set<string>();
  const busy = new Set<ConversationKey>();
  const pauses = createPauses(environment);
  let isOnline = false;

  const queued = (): readonly Send[] => ledger.outbox().filter((entry): entry is Send => entry.type === 'send' && entry.state.type === 'queued');

  const poke = (): void => {
    if (!isOnline) return;
    for (const { conversation } of queued()) if (!busy.has(conversation)) void drain(conversation);
  };

  const drain = async (key: ConversationKey): Promise<void> => {
    busy.add(key);
    try {
      for (let attempt = 1; isOnline; ) {
        const entry = queued().find(({ conversation }) => conversation === key);
        if (entry === undefined) return;
        const done = await sendOne(entry);
        if (done) attempt = 1;
        else if (isOnline) {
          await pauses.take(options.retryDelayMs(attempt));
          attempt += 1;
        }
      }
    } finally {
      busy.delete(key);
    }
  };

  /** @returns The message as the service took it before, when its answer was not heard. */
  const lookUp = async ({ conversation, clientId }: Send): Promise<Message | undefined> => {
    if (unsent.has(clientId)) return undefined;
    const { messages } = await options.fetchBelow(conversation, '');
    const found = messages.find((message) => clientIdOf(message, self) === clientId);
    if (found === undefined) unsent.add(clientId);
    return found;
  };

  const deliver = ({ message, clientId }: Send): Promise<Message> => {
    unsent.delete(clientId);
    return service.send(message, { clientId });
  };

  /** @returns False when the same entry should be tried again later. */
  const sendOne = async (entry: Send): Promise<boolean> => {
    mark(entry, true);
    // Of the connection it was asked on: what a later one missed before it was made is not known.
    const session = continuity.session();
    const { conversation: key } = entry;
    const wipes = ledger.wipes(key);
    let found: Message | undefined;
    try {
      found = await lookUp(entry);
    } catch (cause) {
      mark(entry, false);
      const error = SyncError.from(cause);
      return error.retryable ? false : afterFailure(entry, error);
    }
    try {
      const message = found ?? (await deliver(entry));
      // What was delivered before it and is not stored yet would be missing below it if the engine died now (HB5).
      await options.delivered();
      // Stored, at the head of its conversation, and waiting no more; writing to a deleted conversation brings it back.
      await ledger.write(async () => {
        if (ledger.wipes(key) > wipes) return { outboxRemoves: [entry.seq] };
        // It may have come back before its answer, and have been read by the other side since.
        const [unstored] = await ledger.storage.selectUnstored(key, [message]);
        const taken = unstored ?? (await ledger.storage.findMessage(key, message.id)) ?? message;
        return {
          ...(await applyMessages({ ledger, key, self }, { messages: [taken], isContinuous: continuity.isCurrent(key, session) })),
          outboxRemoves: [entry.seq],
        };
      });
      // What lies before it is not known; from here on nothing is missed.
      if (ledger.wipes(key) === wipes) continuity.confirm(key, session);
      return true;
    } catch (cause) {
      return await afterFailure(entry, SyncError.from(cause));
    } finally {
      mark(entry, false);
    }
  };

  const afterFailure = async (entry: Send, error: SyncError): Promise<boolean> => {
    // It did not leave, or may leave again: it stays queued.
    if (error.code === 'offline' || error.code === 'rate-limited') {
      unsent.add(entry.clientId);
      return false;
    }
    try {
      await update(entry, { type: 'failed', reason: error.toData() });
      return true;
    } catch {
      return false;
    }
  };

  const update = (entry: Send, state: Send['state']): Promise<unknown> =>
    ledger.write(() => {
      const isThere = ledger.outbox().some(({ seq }) => seq === entry.seq);
      return isThere ? { outboxUpdates: [{ ...entry, state }] } : {};
    }, 'strict');

  const mark = (entry: Send, isSending: boolean): void => {
    if (isSending) sending.set(entry.clientId, undefined);
    else sending.delete(entry.clientId);
    options.onSending(entry.conversation);
  };

  const find = (clientId: string): Send => {
    const entry = ledger.outbox().find((other): other is Send => other.type === 'send' && other.clientId === clientId);
    if (entry === undefined) throw new SyncError('not-found', 'no such message', { details: { clientId } });
    return entry;
  };

  return {
    async send(message) {
      const clientId = options.newClientId();
      const entry = {
        type: 'send' as const,
        conversation: conversationKey(message.conversation),
        clientId,
        message,
        createdAt: environment.now(),
        state: { type: 'queued' as const },
      };
      await ledger.write(() => ({ outboxAdds: [entry] }), 'strict');
      unsent.add(clientId);
      poke();
      return clientId;
    },
    async retry(clientId) {
      const entry = find(clientId);
      if (entry.state.type !== 'failed') throw new SyncError('not-found', 'the message has not failed', { details: { clientId } });
      await update(entry, { type: 'queued' });
      poke();
    },
    async discard(clientId) {
      const { seq } = find(clientId);
      await ledger.write(() => {
        if (sending.has(clientId)) throw new SyncError('not-found', 'the message is being sent', { details: { clientId } });
        return { outboxRemoves: [seq] };
      }, 'strict');
    },
    sending: () => sending,
    start() {
      isOnline = true;
      poke();
    },
    stop() {
      isOnline = false;
      pauses.end();
    },
    poke,
  };
}
