import { SyncError, type SyncErrorCode } from '../../protocol/errors.ts';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { Environment } from '../environment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { stateBatch, type LaneHandler, type LaneHandlers, type Waiting } from './lane-handler.ts';
import type { SendingBook } from './sending-book.ts';
import type { WaitingEntries } from './waiting-entries.ts';

/** What this engine knows of an entry. */
export type Memory = {
  /** The service surely has not seen it. */
  isUntold: boolean;
  /** Since when it is open whether the service has it; local clock, ms. */
  doubtedAt: number;
  /** Failures to tell it after which nobody knows, and the last of them. */
  tries: number;
  error?: SyncError;
  /** Failures to look it up. From {@link MOST_TRIES} on it lets others pass. */
  lookUps: number;
  isWithheld: boolean;
  /** While it is told, and its answer stored. `ended` never rejects. */
  telling?: { readonly abort: AbortController; readonly ended: Promise<unknown> };
};

/** Tells entries, one at a time and each when asked to, and remembers how that went. */
export interface Teller {
  handlerOf(entry: Waiting): LaneHandler<Waiting>;
  memoryOf(clientId: string): Memory;
  forget(clientId: string): void;
  /**
   * Looks an entry up where it is in doubt, and tells it unless the service has it.
   *
   * @param pause Waits; may be cut short.
   * @returns Why it has to be tried again; undefined when the service has it, or it has failed, or must not be told now. Its answer
   *   may be stored later.
   */
  tell(entry: Waiting, pause: (delayMs: number) => Promise<void>): Promise<SyncError | undefined>;
}

/** Failures after which something that the service surely does not have is not tried again by itself: half a minute. Unit: attempts. */
export const MOST_TRIES = 5;

/** After these it is known that nothing left; what is wrong is the connection. */
const NOT_LEFT: ReadonlySet<SyncErrorCode> = new Set(['offline', 'rate-limited', 'unauthorized', 'kicked']);

/** @param options.onEnded What the service had taken is stored by now, or in doubt. */
export function createTeller(options: {
  readonly ledger: Ledger;
  readonly environment: Pick<Environment, 'now'>;
  readonly handlers: LaneHandlers;
  readonly waiting: WaitingEntries;
  readonly sending: SendingBook;
  readonly onEnded: (key: ConversationKey) => void;
}): Teller {
  const { ledger, environment, sending } = options;
  const { find } = options.waiting;
  const memories = new Map<string, Memory>();
  /** An earlier engine may have told what it left until this one began. */
  const began = environment.now();

  const memoryOf = (clientId: string): Memory => {
    const known = memories.get(clientId);
    if (known !== undefined) return known;
    const memory: Memory = { isUntold: false, doubtedAt: began, tries: 0, lookUps: 0, isWithheld: false };
    memories.set(clientId, memory);
    return memory;
  };
  const handlerOf = (entry: Waiting): LaneHandler<Waiting> => options.handlers[entry.type];

  const hasLeft = (entry: Waiting): boolean => handlerOf(entry).hasLeft?.(entry) !== false;

  const refuse = async (entry: Waiting, memory: Memory, error: SyncError): Promise<void> => {
    await handlerOf(entry).refused(entry, error);
    // The service said no, or it was looked up in vain: nothing is open when it is to be told again. A defect of ours says nothing.
    memory.isUntold ||= error.code !== 'internal';
    memory.tries = 0;
  };

  /** Tells it. Up to the first turn of the handler nothing is awaited: nobody takes it out in between. */
  const begin = async (entry: Waiting, memory: Memory, onTaken: () => void): Promise<void> => {
    const { clientId, conversation } = entry;
    const abort = new AbortController();
    const isDoubtful = !memory.isUntold;
    memory.isUntold = false;
    const told = handlerOf(entry).tell(entry, { isDoubtful, signal: abort.signal, onTaken, onProgress: (share) => sending.progress(clientId, share) });
    memory.telling = { abort, ended: told.catch(() => undefined) };
    sending.begin(clientId, conversation);
    let isStored = false;
    try {
      await told;
      isStored = true;
      memories.delete(clientId);
    } catch (cause) {
      const error = SyncError.from(cause);
      memory.doubtedAt = environment.now();
      memory.isUntold = !hasLeft(find(clientId) ?? entry) || (NOT_LEFT.has(error.code) && !isDoubtful);
      // Whoever discards it waits for this.
      if (memory.isUntold && abort.signal.aborted) return;
      if (!NOT_LEFT.has(error.code)) {
        if (!error.retryable && !error.code.startsWith('storage-') && error.code !== 'fenced') return await refuse(entry, memory, error);
        memory.tries += 1;
        memory.error = error;
        if (!memory.isUntold) await ledger.write(() => stateBatch(ledger, entry, { type: 'unknown' }));
      }
      throw error;
    } finally {
      delete memory.telling;
      sending.end(clientId, !isStored);
    }
  };

  const lookUp = async (entry: Waiting, memory: Memory, pause: (delayMs: number) => Promise<void>): Promise<void> => {
    const handler = handlerOf(entry);
    if (handler.lookUp === undefined || memory.isUntold || !hasLeft(entry)) return;
    try {
      memory.isUntold = !(await handler.lookUp(entry, { doubtedAt: memory.doubtedAt, pause }));
      memory.lookUps = 0;
    } catch (cause) {
      const error = SyncError.from(cause);
      if (!NOT_LEFT.has(error.code)) memory.lookUps = error.retryable ? memory.lookUps + 1 : MOST_TRIES;
      throw error;
    }
    if (memory.isUntold && entry.state.type === 'unknown') await ledger.write(() => stateBatch(ledger, entry, { type: 'queued' }));
  };

  const attempt = async (entry: Waiting, pause: (delayMs: number) => Promise<void>, onTaken: () => void): Promise<void> => {
    const { clientId } = entry;
    const memory = memoryOf(clientId);
    await lookUp(entry, memory, pause);
    // It may have been found, discarded or edited meanwhile.
    const now = find(clientId);
    if (now === undefined) memories.delete(clientId);
    else if (!memory.isWithheld) await (memory.error !== undefined && memory.tries >= MOST_TRIES ? refuse(now, memory, memory.error) : begin(now, memory, onTaken));
  };

  return {
    handlerOf,
    memoryOf,
    forget: (clientId) => void memories.delete(clientId),
    tell: (entry, pause) =>
      new Promise((resolve) => {
        let isTaken = false;
        const taken = (): void => {
          isTaken = true;
          resolve(undefined);
        };
        attempt(entry, pause, taken)
          .then(() => resolve(undefined), (cause: unknown) => resolve(SyncError.from(cause)))
          .finally(() => isTaken && options.onEnded(entry.conversation));
      }),
  };
}
