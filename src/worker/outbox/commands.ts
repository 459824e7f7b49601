import { parseConversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import { SyncError, type SyncErrorCode } from '../../protocol/errors.ts';
import type { Message, OutgoingMessage } from '../../protocol/model.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';
import type { Environment } from '../environment.ts';
import { clientIdOf } from '../client-id.ts';
import { pinBatch, removalBatch, type BatchContext } from '../ledger/batches.ts';
import { retold } from '../ledger/effects.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { patchBatch } from '../ledger/patch-batch.ts';
import type { ToAcknowledge } from '../ledger/reading.ts';
import { knownThrough } from '../ledger/row-changes.ts';
import { isRevivedBy } from '../sync/apply-page.ts';
import type { Command, NewOutboxEntry, WriteBatch } from '../storage/storage.ts';
import { callCommand, isBack, KEPT, type CommandService } from './command-calls.ts';
import { applied, changeBatch, toldBatch, undone, type CommandEntry } from './command-effects.ts';
import { editedFields } from '../ledger/command-message.ts';
import type { LaneHandler } from './lane-handler.ts';
import type { Lanes } from './lanes.ts';
import { createWaiters } from './waiters.ts';

/** What is asked for besides messages: done here at once, and told to the service when it can be (OB5). */
export interface Commands extends LaneHandler<CommandEntry> {
  /**
   * Stores a command with what it does here, in one strict transaction.
   *
   * - With a connection it resolves when the service has answered. Without one, or when that goes, or when the service cannot
   *   take it now, it resolves as soon as it is durable.
   * - A recall of a message that has not left yet takes it out of the outbox; an edit changes it there.
   *
   * @returns What the service answered; without an answer undefined.
   * @throws {SyncError} what the service refused it with: then it is undone, and waits no more
   */
  ask(key: ConversationKey, command: Command): Promise<{ readonly clientId: string; readonly answer: unknown }>;
  start(): void;
  stop(): void;
}

/** Not the service's word on the command: it stays where it is. */
const WILL_BE_TOLD = /^(storage-|fenced|unauthorized|kicked)/;

/** After these the service has surely done nothing. */
const NOT_LEFT: ReadonlySet<SyncErrorCode> = new Set(['offline', 'rate-limited']);

/** How many of the newest messages are searched for one that was just sent. A tab may still name it by its client id. */
const JUST_SENT = 50;

/**
 * @param options.lanes Where entries wait. Asked for when there is one.
 * @param options.delivered Resolves when what the service has told so far is stored.
 * @param options.fetchHistory Fetches and stores a page of history.
 * @param options.onDistrusted History of the conversation is to be read again.
 */
export function createCommands(options: {
  readonly service: CommandService;
  readonly ledger: Ledger;
  readonly self: string;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly settings: { readonly serviceTimeoutMs: number };
  readonly newClientId: () => string;
  readonly lanes: () => Pick<Lanes, 'add' | 'find' | 'withhold' | 'discard'>;
  readonly delivered: () => Promise<void>;
  readonly toAcknowledge: ToAcknowledge;
  readonly fetchHistory: (request: HistoryRequest) => Promise<HistoryPage>;
  readonly onDistrusted: (key: ConversationKey) => void;
}): Commands {
  const { service, ledger, self, environment } = options;
  const waiters = createWaiters({ environment, patienceMs: options.settings.serviceTimeoutMs });
  /** Client ids of what was asked for on this connection. */
  const fresh = new Set<string>();
  /** Client ids of what the service has surely not done. */
  const untold = new Set<string>();
  let isOnline = false;

  const contextOf = (key: ConversationKey): BatchContext => ({ ledger, key, self });
  const nowOf = ({ seq }: CommandEntry): CommandEntry | undefined => ledger.outbox().find((entry): entry is CommandEntry => entry.seq === seq && entry.type === 'command');
  const isSend = (clientId: string): boolean => ledger.outbox().some((entry) => entry.type === 'send' && entry.clientId === clientId);
  /** Whether it is about a message that waits in the outbox itself. */
  const isAhead = (command: Command): boolean => 'messageId' in command && isSend(command.messageId);
  const isRevived = (key: ConversationKey): boolean => {
    const tombstone = ledger.tombstone(key);
    const last = ledger.directory.row(key)?.lastMessage ?? null;
    return last !== null && (tombstone === undefined || isRevivedBy(last, tombstone));
  };

  /** @returns The command with the id of a message that was sent just now, where it is named by its client id. */
  const named = async (key: ConversationKey, command: Command): Promise<Command> => {
    if (!('messageId' in command) || isAhead(command) || (await ledger.storage.findMessage(key, command.messageId)) !== undefined) return command;
    const newest = await ledger.storage.readMessages({ conversation: key, before: null, limit: JUST_SENT });
    const sent = newest.find((message) => clientIdOf(message, self) === command.messageId);
    return sent === undefined ? command : { ...command, messageId: sent.id };
  };

  /** Does here what could not be done when it was asked for: its message had no id yet, or it was undone. */
  const apply = async (entry: CommandEntry): Promise<CommandEntry> => {
    if (entry.before !== undefined) return entry;
    await ledger.write(async () => {
      const now = nowOf(entry);
      if (now === undefined) return {};
      const { batch, before } = await applied(contextOf(now.conversation), now.command);
      return { ...batch, outboxUpdates: [{ ...now, before }] };
    });
    return nowOf(entry) ?? entry;
  };

  /** @returns The batch that takes it back here, and what the entry is then. Call inside a decision. */
  const undo = async (entry: CommandEntry): Promise<{ readonly batch: WriteBatch; readonly entry: CommandEntry }> => {
    const { before: _applied, ...rest } = entry;
    return { batch: await undone(contextOf(entry.conversation), entry, { isSure: untold.has(entry.clientId) }), entry: rest };
  };

  /** @returns The batch that stores what the service answered. Call inside a decision. */
  const answered = async ({ seq, conversation, command }: CommandEntry, answer: unknown): Promise<WriteBatch> => {
    const context = contextOf(conversation);
    const noted = toldBatch(context, command);
    if (command.kind === 'edit' && answer !== undefined) {
      const { id: _id, time: _time, ...fields } = answer as Message;
      return patchBatch(context, command.messageId, fields);
    }
    if (answer === KEPT) {
      // What was deleted here is read. It may have come back at the service alone as yet.
      const tombstone = ledger.tombstone(conversation);
      return tombstone === undefined ? { outboxAdds: options.toAcknowledge(conversation) } : { tombstones: [{ ...tombstone, isCounted: true }] };
    }
    // What waits behind it shows already.
    const isLast = !ledger.outbox().some((other) => other.seq > seq && other.conversation === conversation && other.type === 'command' && other.command.kind === 'pin');
    if (command.kind !== 'pin' || answer === undefined || !isLast) return noted;
    return { ...noted, ...pinBatch(context, { isPinned: command.isPinned, time: (answer as { pinnedTime: number }).pinnedTime }) };
  };

  const tell = async (asked: CommandEntry, isDoubtful: boolean): Promise<void> => {
    const entry = await apply(asked);
    const { clientId, command, conversation: key, seq } = entry;
    const wasRevived = isRevived(key);
    let answer: unknown;
    let refusal: SyncError | undefined;
    try {
      answer = await callCommand(service, entry, { ledger, isFresh: fresh.has(clientId) && !isDoubtful });
    } catch (cause) {
      const error = SyncError.from(cause);
      if (error.details['reason'] !== 'already-so') throw error;
      if (!isDoubtful) refusal = error;
    }
    await options.delivered();
    // What came while it was told came before the deletion, or after: the service knows.
    const row = command.kind === 'delete-conversation' && !wasRevived && isRevived(key) ? entry.before?.row : undefined;
    const isGone = row !== undefined && !(await isBack(service, { key, after: knownThrough(row) }));
    await ledger.write(async () => {
      const batch = isGone ? (await applied(contextOf(key), command)).batch : await answered(entry, answer);
      return { ...batch, outboxRemoves: [...(batch.outboxRemoves ?? []), seq] };
    });
    fresh.delete(clientId);
    untold.delete(clientId);
    waiters.settle(clientId, refusal ?? { answer });
  };

  /** Of a message that has not left there is nothing to tell. @returns Whether it was done there. */
  const doneInOutbox = async (command: Command): Promise<boolean> => {
    if (command.kind !== 'recall' && command.kind !== 'edit') return false;
    const { messageId } = command;
    if (!isSend(messageId)) return false;
    const lanes = options.lanes();
    const release = lanes.withhold(messageId);
    if (release === undefined) return false;
    try {
      if (command.kind === 'recall') await lanes.discard(messageId);
      else await ledger.write(() => editBatch(messageId, command.message), 'strict');
      return true;
    } finally {
      release();
    }
  };

  /** Takes note of the end of an entry that was taken back. What may have been done all the same is asked of history. */
  const forsake = ({ clientId, conversation, command, before }: CommandEntry): void => {
    const message = before?.message;
    const isSure = untold.delete(clientId);
    fresh.delete(clientId);
    if (before !== undefined && (command.kind === 'remove-history' || (command.kind === 'delete-conversation' && command.deleteRoam))) options.onDistrusted(conversation);
    if (isSure || message === undefined) return;
    const around = { startTime: message.time - 1, endTime: message.time + 1 };
    options
      .fetchHistory({ conversation: parseConversationKey(conversation), cursor: '', pageSize: HISTORY_BATCH_SIZE, direction: 'up', filter: around })
      .then(({ messages }) => {
        const told = messages.find(({ id }) => id === message.id);
        const context = contextOf(conversation);
        return ledger.write(() =>
          told === undefined ? removalBatch(context, [message.id]) : changeBatch(context, message.id, (known) => retold(known, told, { isLagging: false })),
        );
      })
      .catch(() => undefined);
  };

  const editBatch = (clientId: string, message: OutgoingMessage): WriteBatch => ({
    outboxUpdates: ledger.outbox().flatMap((entry) =>
      entry.type === 'send' && entry.clientId === clientId ? [{ ...entry, message: { ...entry.message, ...editedFields(message) } }] : [],
    ),
  });

  return {
    isHeld: ({ command }) => isAhead(command),
    async ask(key, asked) {
      const clientId = options.newClientId();
      if (await doneInOutbox(asked)) return { clientId, answer: undefined };
      const told = waiters.wait(clientId);
      untold.add(clientId);
      if (isOnline) fresh.add(clientId);
      try {
        await options.lanes().add(async () => {
          const command = await named(key, asked);
          const entry: NewOutboxEntry = { type: 'command', conversation: key, clientId, command, createdAt: environment.now(), state: { type: 'queued' } };
          if (isAhead(command)) return { outboxAdds: [entry] };
          const { batch, before } = await applied(contextOf(key), command);
          return { ...batch, outboxAdds: [...(batch.outboxAdds ?? []), { ...entry, before }] };
        });
      } catch (cause) {
        waiters.settle(clientId, SyncError.from(cause));
      }
      if (!isOnline) waiters.settle(clientId, {});
      return { clientId, answer: await told };
    },
    async tell(entry, { isDoubtful }) {
      if (isDoubtful) untold.delete(entry.clientId);
      else untold.add(entry.clientId);
      try {
        await tell(entry, isDoubtful);
      } catch (cause) {
        const error = SyncError.from(cause);
        // It will be told again: nobody waits for that.
        if (error.retryable || WILL_BE_TOLD.test(error.code)) waiters.settle(entry.clientId, {});
        if (error.retryable && !NOT_LEFT.has(error.code)) untold.delete(entry.clientId);
        throw error;
      }
    },
    async refused(asked, error) {
      const isHeard = waiters.isWaiting(asked.clientId);
      await ledger.write(async () => {
        const now = nowOf(asked);
        if (now === undefined) return {};
        const { batch, entry } = await undo(now);
        if (isHeard) return { ...batch, outboxRemoves: [now.seq] };
        return { ...batch, outboxUpdates: [...(batch.outboxUpdates ?? []), { ...entry, state: { type: 'failed', reason: error.toData() } }] };
      });
      forsake(asked);
      waiters.settle(asked.clientId, error);
    },
    async discarded(entry) {
      waiters.settle(entry.clientId, new SyncError('not-found', 'it was discarded'));
      const { batch } = await undo(entry);
      forsake(entry);
      return batch;
    },
    async retried(entry) {
      if (isAhead(entry.command)) return { batch: {}, entry };
      const { batch, before } = await applied(contextOf(entry.conversation), entry.command);
      return { batch, entry: { ...entry, before } };
    },
    start() {
      isOnline = true;
    },
    stop() {
      isOnline = false;
      fresh.clear();
      waiters.settleAll({});
    },
  };
}
