import { parseConversationKey, type ConversationKey, type Position } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';
import type { Environment } from '../environment.ts';
import { distrustBatch, removalBatch, removalBeforeBatch, type BatchContext } from '../ledger/batches.ts';
import { retold } from '../ledger/effects.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ToAcknowledge } from '../ledger/reading.ts';
import { knownThrough } from '../ledger/row-changes.ts';
import { isRevivedBy } from '../sync/apply-page.ts';
import { isSameData } from '../same-data.ts';
import type { Command, NewOutboxEntry, WriteBatch } from '../storage/storage.ts';
import { answerBatch, goneBatch } from './command-answer.ts';
import { callCommand, isBack, KEPT, type CommandService } from './command-calls.ts';
import { applied, changeBatch, find, undone, type CommandEntry } from './command-effects.ts';
import { doneAhead, isAhead, named } from './command-target.ts';
import type { LaneHandler } from './lane-handler.ts';
import type { Lanes } from './lanes.ts';
import { unreadCount } from '../unread/unread-count.ts';
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
  /** Client ids of what was asked for on this connection: the service knows nothing of it. */
  const fresh = new Set<string>();
  /** Client ids of what this engine was asked for, and has not begun to tell. */
  const untold = new Set<string>();
  /** Client ids of what the service may have, though it has not said so. */
  const doubted = new Set<string>();
  /** How much was done here, or told, so far. */
  let done = 0;
  let isOnline = false;

  const contextOf = (key: ConversationKey): BatchContext => ({ ledger, key, self });
  /** Nobody can be asked now, and whoever can be asked later does not know what: history is read anew. Call inside a decision. */
  const distrusted = (key: ConversationKey): WriteBatch => {
    options.onDistrusted(key);
    return distrustBatch(contextOf(key));
  };
  const nowOf = ({ seq }: CommandEntry): CommandEntry | undefined => ledger.outbox().find((entry): entry is CommandEntry => entry.seq === seq && entry.type === 'command');
  const isRevived = (key: ConversationKey): boolean => {
    const tombstone = ledger.tombstone(key);
    const last = ledger.directory.row(key)?.lastMessage ?? null;
    return last !== null && (tombstone === undefined || isRevivedBy(last, tombstone));
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

  const tell = async (asked: CommandEntry): Promise<void> => {
    const entry = await apply(asked);
    const { clientId, command, conversation: key, seq } = entry;
    const wasRevived = isRevived(key);
    const tombstone = ledger.tombstone(key);
    const isFresh = fresh.has(clientId);
    if (!untold.delete(clientId)) doubted.add(clientId);
    let answer: unknown;
    let refusal: SyncError | undefined;
    try {
      answer = await callCommand(service, entry, { ledger, isFresh });
    } catch (cause) {
      const error = SyncError.from(cause);
      if (error.details['reason'] !== 'already-so') throw error;
      if (isFresh) refusal = error;
    }
    await options.delivered();
    // What came while it was told came before the deletion, or after: the service knows.
    const isOpen = command.kind === 'delete-conversation' && (!isFresh || !wasRevived) && isRevived(key);
    const row = entry.before?.row;
    const after = isOpen ? (row === undefined ? (tombstone?.after ?? null) : knownThrough(row)) : null;
    const isGone = isOpen && (isFresh || after !== null) && !(await isBack(service, { key, after, isListedEnough: !isFresh }));
    // It may have been done, now or when it was told before, after some of what has come here had landed there: that went with the history.
    const isPartial = after !== null && !isGone && (answer !== KEPT || doubted.has(clientId)) && command.kind === 'delete-conversation' && command.deleteRoam;
    const [left] = isPartial ? (await options.fetchHistory({ conversation: parseConversationKey(key), cursor: '', pageSize: 1, direction: 'down', filter: { startTime: after.time + 1 } })).messages : [];
    await ledger.write(async () => {
      const context = contextOf(key);
      const batch = isGone ? goneBatch((await applied(context, command)).batch, after) : await answerBatch(context, entry, { answer, toAcknowledge: options.toAcknowledge });
      const before = left === undefined ? {} : await removalBeforeBatch(context, left.time);
      return { ...batch, ...before, outboxRemoves: [...(batch.outboxRemoves ?? []), seq] };
    });
    done += 1;
    fresh.delete(clientId);
    doubted.delete(clientId);
    waiters.settle(clientId, refusal ?? { answer });
  };

  /** Asks history how things stand with a message, again when something was done to any meanwhile. `asked`: of what it was asked for history alone knows. */
  const recheck = (key: ConversationKey, { id, time }: Position, asked: Command['kind']): void => {
    const field = asked === 'message-pin' ? 'pin' : asked === 'reaction' ? 'reactions' : '';
    const at = done;
    const around = { startTime: time - 1, endTime: time + 1 };
    options
      .fetchHistory({ conversation: parseConversationKey(key), cursor: '', pageSize: HISTORY_BATCH_SIZE, direction: 'up', filter: around })
      .then(({ messages }) =>
        ledger.write(() => {
          const told = messages.find((message) => message.id === id);
          const context = contextOf(key);
          if (at !== done) return (recheck(key, { id, time }, asked), {});
          if (told === undefined) return removalBatch(context, [id]);
          return changeBatch(context, id, ({ [field]: _unknown, ...known }) => retold(known, told, { isLagging: false }));
        }),
      )
      .catch(() => ledger.write(() => distrusted(key)))
      .catch(() => undefined);
  };

  /** Takes back what an entry did here. What may have been done all the same is asked of history. Call inside a decision. */
  const takeBack = async (entry: CommandEntry, isSure: boolean): Promise<WriteBatch> => {
    const { conversation: key, command, before } = entry;
    const context = contextOf(key);
    const row = ledger.directory.row(key);
    // What came back by itself counts nothing from before; the service does.
    const isRead = command.kind === 'delete-conversation' && row !== undefined && unreadCount(row.unread) === 0;
    const batch = { ...(await undone(context, entry, isSure)), ...(isRead && { outboxAdds: options.toAcknowledge(key) }) };
    const isWhole = command.kind === 'remove-history' || (command.kind === 'delete-conversation' && command.deleteRoam);
    if (before !== undefined && isWhole) options.onDistrusted(key);
    if (before === undefined || !('messageId' in command) || command.kind === 'read-receipt' || (isSure && before.message)) return batch;
    // What has come since came with the command done to it.
    const message = before.message ?? (await find(context, command.messageId));
    if (message === undefined) return batch;
    if (isOnline) return (recheck(key, message, command.kind), batch);
    return { ...batch, ...distrusted(key) };
  };

  return {
    isHeld: ({ command }) => isAhead(ledger, command),
    async ask(key, asked) {
      const clientId = options.newClientId();
      if (await doneAhead(ledger, options.lanes(), asked)) return { clientId, answer: undefined };
      const told = waiters.wait(clientId);
      done += 1;
      untold.add(clientId);
      if (isOnline) fresh.add(clientId);
      try {
        await options.lanes().add(async () => {
          const context = contextOf(key);
          const command = await named(context, asked);
          const last = ledger.outbox().findLast((entry): entry is CommandEntry => entry.type === 'command' && entry.conversation === key);
          // A tab asks again when its worker died: once is enough.
          if (last && last.state.type !== 'failed' && isSameData(last.command, command)) {
            waiters.follow(clientId, last.clientId);
            return {};
          }
          const entry: NewOutboxEntry = { type: 'command', conversation: key, clientId, command, createdAt: environment.now(), state: { type: 'queued' } };
          if (isAhead(ledger, command)) return { outboxAdds: [entry] };
          const { batch, before } = await applied(context, command);
          return { ...batch, outboxAdds: [...(batch.outboxAdds ?? []), { ...entry, before }] };
        });
      } catch (cause) {
        waiters.settle(clientId, SyncError.from(cause));
      }
      if (!isOnline) waiters.settle(clientId, {});
      return { clientId, answer: await told };
    },
    async tell(entry, { isDoubtful }) {
      if (isDoubtful) fresh.delete(entry.clientId);
      try {
        await tell(entry);
      } catch (cause) {
        const error = SyncError.from(cause);
        if (error.retryable || WILL_BE_TOLD.test(error.code)) {
          // Nobody waits for that.
          waiters.settle(entry.clientId, {});
          fresh.delete(entry.clientId);
          doubted.add(entry.clientId);
        }
        throw error;
      }
    },
    async refused(asked, error) {
      const isHeard = waiters.isWaiting(asked.clientId);
      await ledger.write(async () => {
        const now = nowOf(asked);
        if (now === undefined) return {};
        const batch = await takeBack(now, !doubted.has(now.clientId));
        if (isHeard) return { ...batch, outboxRemoves: [now.seq] };
        const { before: _applied, ...entry } = now;
        return { ...batch, outboxUpdates: [...(batch.outboxUpdates ?? []), { ...entry, state: { type: 'failed', reason: error.toData() } }] };
      });
      fresh.delete(asked.clientId);
      doubted.delete(asked.clientId);
      waiters.settle(asked.clientId, error);
    },
    async discarded(entry) {
      waiters.settle(entry.clientId, new SyncError('not-found', 'it was discarded'));
      fresh.delete(entry.clientId);
      return takeBack(entry, untold.delete(entry.clientId));
    },
    async retried(entry) {
      done += 1;
      if (isAhead(ledger, entry.command)) return { batch: {}, entry };
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
