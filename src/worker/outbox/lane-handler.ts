import type { SyncError } from '../../protocol/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OutboxEntry, OutboxState, WriteBatch } from '../storage/storage.ts';

/** An entry that a person asked for, and can retry or discard. */
export type Waiting = Exclude<OutboxEntry, { readonly type: 'acknowledge' }>;

/** What an entry is told with. */
export type TellOptions = {
  /** The service may have it already: an earlier attempt, or an earlier engine, left that open. */
  readonly isDoubtful: boolean;
  /** Aborted when the entry is discarded meanwhile: what has not left by then need not. */
  readonly signal: AbortSignal;
  /** How much of its file is uploaded, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** The service has it, and only the storing is left: the next message may leave. Never called: the next waits for the end. */
  readonly onTaken: () => void;
};

/** What one type of entry is told by. The lanes decide when. */
export interface LaneHandler<Entry extends Waiting> {
  /**
   * Finds out what became of a doubtful entry. Left out: telling it twice is right.
   *
   * @param options.doubtedAt Since when it is open what became of it; local clock, ms.
   * @param options.pause Waits; cut short when the connection is lost, or the user wants it tried now.
   * @returns Whether the service has it: then it is out of the outbox. False: it surely has not.
   */
  lookUp?(entry: Entry, options: { readonly doubtedAt: number; readonly pause: (delayMs: number) => Promise<void> }): Promise<boolean>;
  /**
   * Tells the service, and stores what it answers in one transaction with the entry's removal.
   *
   * @throws {SyncError} `offline`, `rate-limited`, `unauthorized` or `kicked`: it did not leave, and is told again. Retryable or of
   *   the storage: nobody knows. Else it was refused.
   */
  tell(entry: Entry, options: TellOptions): Promise<void>;
  /** Stores that it was refused; {@link failedBatch} is what a handler adds its own to. It may have been discarded meanwhile. */
  refused(entry: Entry, error: SyncError): Promise<unknown>;
  /** What else is stored when it is discarded. Called inside the decision; left out: nothing. */
  discarded?(entry: Entry): WriteBatch | Promise<WriteBatch>;
  /** What else is stored when a failed one is to be told again, and the entry as it waits then. Called inside the decision; left out: nothing. */
  retried?(entry: Entry): Promise<{ readonly batch: WriteBatch; readonly entry: Entry }>;
  /** Whether the service can have it already, whatever failed. Left out: it can. */
  hasLeft?(entry: Entry): boolean;
  /** Whether it must wait, and lets others pass. {@link Lanes.poke} has that asked again. */
  isHeld?(entry: Entry): boolean;
}

/** The handler of every type. */
export type LaneHandlers = { readonly [Type in Waiting['type']]: LaneHandler<Extract<Waiting, { readonly type: Type }>> };

/** @returns The batch that stores why an entry has failed. Call inside a decision. */
export function failedBatch(ledger: Ledger, entry: Waiting, error: SyncError): WriteBatch {
  return stateBatch(ledger, entry, { type: 'failed', reason: error.toData() });
}

/** @returns The batch that stores how it stands with an entry; empty when that is gone. Call inside a decision. */
export function stateBatch(ledger: Ledger, { seq }: Waiting, state: OutboxState): WriteBatch {
  const now = ledger.outbox().find((entry) => entry.seq === seq);
  return now === undefined || now.type === 'acknowledge' ? {} : { outboxUpdates: [{ ...now, state }] };
}
