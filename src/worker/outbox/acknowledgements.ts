import { parseConversationKey, type ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ToAcknowledge } from '../ledger/reading.ts';
import { knownThrough } from '../ledger/row-changes.ts';
import { withAcknowledged } from '../ledger/unread-tail.ts';
import { createPauses } from '../pauses.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { OutboxEntry, WriteBatch } from '../storage/storage.ts';

/** Tells the service what was read here, once for all tabs (UR4, UR6). */
export interface Acknowledgements {
  /**
   * Asks for an acknowledgement; call it inside the decision that reads the conversation.
   *
   * @returns What to add to the outbox. Empty when one waits there that has not been sent: it will speak for this as well.
   */
  readonly request: ToAcknowledge;
  /** There is a connection: what an earlier engine or a lost connection left is told at once. `stop`: there is none. */
  start(): void;
  stop(): void;
}

/** How many delays a conversation in which something is read all the time is kept waiting at most. */
const LONGEST_WAIT = 10;

/**
 * @param options.settings.acknowledgeDelayMs How long nothing more must be read in a conversation before it is told.
 * @param options.delivered Resolves when what the service has told so far is stored.
 */
export function createAcknowledgements(options: {
  readonly service: Pick<ChatService, 'acknowledgeConversation'>;
  readonly ledger: Ledger;
  readonly self: string;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly settings: { readonly acknowledgeDelayMs: number };
  readonly retryDelayMs: (attempt: number, failure: SyncError) => number;
  readonly delivered: () => Promise<void>;
}): Acknowledgements {
  const { service, ledger, self, environment } = options;
  const { acknowledgeDelayMs } = options.settings;
  const waiting = new Map<ConversationKey, { readonly since: number; readonly cancel: CancelTimer }>();
  const busy = new Set<ConversationKey>();
  /** Entries whose answer is awaited: too early for what is read now. */
  const flying = new Set<number>();
  const pauses = createPauses(environment);
  let isOnline = false;

  const nextOf = (key: ConversationKey): OutboxEntry | undefined =>
    ledger.outbox().find((entry) => entry.type === 'acknowledge' && entry.conversation === key && !flying.has(entry.seq));

  /** Starts the delay again. Whoever is busy with the conversation looks for more by himself. */
  const delay = (key: ConversationKey): void => {
    if (!isOnline || busy.has(key)) return;
    const now = environment.now();
    const before = waiting.get(key);
    before?.cancel();
    const since = before?.since ?? now;
    const delayMs = Math.max(0, Math.min(acknowledgeDelayMs, since + LONGEST_WAIT * acknowledgeDelayMs - now));
    const cancel = environment.setTimer(() => {
      waiting.delete(key);
      void drain(key);
    }, delayMs);
    waiting.set(key, { since, cancel });
  };

  const drain = async (key: ConversationKey): Promise<void> => {
    if (busy.has(key)) return;
    busy.add(key);
    try {
      for (let attempt = 1; isOnline; ) {
        // What asked for it may still be on its way to the disk.
        await ledger.write(() => ({}));
        const entry = nextOf(key);
        if (entry === undefined) return;
        const failure = await tell(entry);
        if (failure === undefined) attempt = 1;
        else if (isOnline) {
          await pauses.take(options.retryDelayMs(attempt, failure));
          attempt += 1;
        }
      }
    } catch {
      // The storage cannot be written to any more: the next engine finds the entry.
    } finally {
      busy.delete(key);
    }
  };

  /** @returns Why it has to be tried again. */
  const tell = async (entry: OutboxEntry): Promise<SyncError | undefined> => {
    const { conversation: key, seq } = entry;
    const sent = ledger.directory.row(key)?.unread.correction ?? 0;
    flying.add(seq);
    try {
      const answer = await service.acknowledgeConversation(parseConversationKey(key)).catch((cause: unknown) => {
        if (SyncError.from(cause).retryable) throw cause;
        return undefined;
      });
      // What had landed there before may not have come here yet; where the service does not say, what has come is all we know.
      if (answer !== undefined && answer.through === undefined) await options.delivered();
      await ledger.write(async () => ({ outboxRemoves: [seq], ...(answer && (await answered(key, answer.through, sent))) }));
      return undefined;
    } catch (cause) {
      return SyncError.from(cause);
    } finally {
      flying.delete(seq);
    }
  };

  const answered = async (key: ConversationKey, told: string | undefined, sent: number): Promise<WriteBatch> => {
    const row = ledger.directory.row(key);
    const through = told ?? (row && knownThrough(row)?.id);
    if (row === undefined || through === undefined) return {};
    const after = await withAcknowledged({ ledger, key, self }, row, { through, sent });
    return { conversations: after === row ? [] : [after] };
  };

  return {
    request(key) {
      delay(key);
      return nextOf(key) === undefined ? [{ type: 'acknowledge', conversation: key }] : [];
    },
    start() {
      isOnline = true;
      // What was read just before is on its way to the disk, and nobody waits for it.
      const stored = ledger.write(() => ({}));
      stored.then(() => ledger.outbox().forEach((entry) => void (entry.type === 'acknowledge' && drain(entry.conversation)))).catch(() => undefined);
    },
    stop() {
      isOnline = false;
      for (const { cancel } of waiting.values()) cancel();
      waiting.clear();
      pauses.end();
    },
  };
}
