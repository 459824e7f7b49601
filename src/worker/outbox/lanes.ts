import type { ConversationKey } from '../../protocol/ids.ts';
import { SyncError, type SyncErrorCode } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createPauses, type Pauses } from '../pauses.ts';
import type { WriteBatch } from '../storage/storage.ts';
import { stateBatch, type LaneHandler, type LaneHandlers, type Waiting } from './lane-handler.ts';

/**
 * One queue for each conversation, over everything that waits to be told of it.
 *
 * - In the order of `seq`, one at a time; conversations do not wait for each other (OB2).
 * - Failed entries are passed over. One in doubt is waited for while it is looked up; where that cannot be done it is passed over as well.
 * - What did not leave is told again, later each time. What failed otherwise {@link MOST_TRIES} times, and is surely not there, has failed.
 */
export interface Lanes {
  /** Stores new entries as part of a batch, durably (`strict`), and has them told. */
  add(decide: () => WriteBatch | Promise<WriteBatch>): Promise<void>;
  /** The entry under a client id. */
  find(clientId: string): Waiting | undefined;
  /**
   * Keeps an entry from being told until it is released.
   *
   * @returns The release; undefined when the entry is being told, or the service may have it.
   */
  withhold(clientId: string): (() => void) | undefined;
  /** Has a failed entry, or one in doubt, told now. @throws {SyncError} `not-found` when none waits under this client id */
  retry(clientId: string): Promise<void>;
  /**
   * Takes an entry out. One that is being told is waited for.
   *
   * @throws {SyncError} `not-found` when none waits under this client id, and none was discarded: the service has it
   */
  discard(clientId: string): Promise<void>;
  /** What is being told now. */
  sending(): ReadonlyMap<string, number | undefined>;
  start(): void;
  stop(): void;
  poke(): void;
}

/** Failures after which something that the service surely does not have is not tried again by itself. Unit: attempts; half a minute. */
const MOST_TRIES = 5;

/** After these it is known that nothing left; what is wrong is the connection. */
const NOT_LEFT: ReadonlySet<SyncErrorCode> = new Set(['offline', 'rate-limited', 'unauthorized', 'kicked']);

type Lane = { readonly pauses: Pauses; /** What the lane pauses for may be passed over. */ isPassable: boolean };
type Trouble = { readonly count: number; readonly error: SyncError };

/** Makes the lanes of an account. @param options.onSending {@link Lanes.sending} changed for this conversation. */
export function createLanes(options: {
  readonly ledger: Ledger;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly retryDelayMs: (attempt: number, failure?: SyncError) => number;
  readonly handlers: LaneHandlers;
  readonly onSending: (key: ConversationKey) => void;
}): Lanes {
  const { ledger } = options;
  const lanes = new Map<ConversationKey, Lane>();
  const telling = new Map<string, { readonly abort: AbortController; readonly ended: Promise<unknown> }>();
  const sending = new Map<string, number | undefined>();
  /** Client ids that the service has surely not seen. */
  const untold = new Set<string>();
  const withheld = new Set<string>();
  const discarded = new Set<string>();
  /** Client ids of entries that could not be looked up for so long that others pass them. */
  const passable = new Set<string>();
  /** What telling failed with, and how often. */
  const troubles = new Map<string, Trouble>();
  /** How often looking up has failed. */
  const lookUps = new Map<string, number>();
  let isOnline = false;

  const handlerOf = (entry: Waiting): LaneHandler<Waiting> => options.handlers[entry.type] as LaneHandler<Waiting>;
  const waiting = (): readonly Waiting[] => ledger.outbox().filter((entry) => entry.type !== 'acknowledge');
  const find = (clientId: string): Waiting | undefined => waiting().find((entry) => entry.clientId === clientId);

  const nextOf = (key: ConversationKey): Waiting | undefined => {
    const mine = waiting().filter(
      (entry) => entry.conversation === key && entry.state.type !== 'failed' && !withheld.has(entry.clientId) && handlerOf(entry).isHeld?.(entry) !== true,
    );
    return mine.find(({ clientId }) => !passable.has(clientId)) ?? mine[0];
  };

  const poke = (): void => {
    if (!isOnline) return;
    for (const key of new Set(waiting().map(({ conversation }) => conversation))) {
      const lane = lanes.get(key);
      if (lane === undefined) void drain(key);
      else if (lane.isPassable && !passable.has(nextOf(key)?.clientId ?? '')) lane.pauses.end();
    }
  };

  const drain = async (key: ConversationKey): Promise<void> => {
    const lane: Lane = { pauses: createPauses(options.environment), isPassable: false };
    lanes.set(key, lane);
    for (let attempt = 1, before = ''; isOnline; ) {
      const entry = nextOf(key);
      if (entry === undefined) break;
      attempt = entry.clientId === before ? attempt + 1 : 1;
      before = entry.clientId;
      const failure = await tellOne(entry, lane);
      if (failure === undefined) before = '';
      else if (isOnline) {
        lane.isPassable = passable.has(entry.clientId);
        await lane.pauses.take(options.retryDelayMs(attempt, failure));
        lane.isPassable = false;
      }
    }
    lanes.delete(key);
  };

  /** @returns Why it has to be tried again. */
  const tellOne = async (entry: Waiting, { pauses }: Lane): Promise<SyncError | undefined> => {
    const { clientId } = entry;
    const handler = handlerOf(entry);
    if (handler.lookUp !== undefined && !untold.has(clientId)) {
      try {
        if (await handler.lookUp(entry, pauses.take)) return forget(clientId);
      } catch (cause) {
        const error = SyncError.from(cause);
        if (NOT_LEFT.has(error.code)) return error;
        const count = (lookUps.get(clientId) ?? 0) + 1;
        lookUps.set(clientId, count);
        if (count >= MOST_TRIES || !error.retryable) passable.add(clientId);
        return error;
      }
      lookUps.delete(clientId);
      passable.delete(clientId);
      untold.add(clientId);
    }
    // It may have been discarded, or edited, meanwhile.
    const now = find(clientId);
    if (now === undefined || withheld.has(clientId)) return undefined;
    const trouble = troubles.get(clientId);
    const isTooMuch = trouble !== undefined && trouble.count >= MOST_TRIES;
    try {
      await (isTooMuch ? Promise.reject(trouble.error) : begin(now));
      return forget(clientId);
    } catch (cause) {
      return await failed(now, { error: SyncError.from(cause), isTooMuch });
    }
  };

  /** Tells it. What happens up to the first turn of the handler is not interrupted: nobody discards it in between. */
  const begin = async (entry: Waiting): Promise<void> => {
    const { clientId, conversation } = entry;
    const abort = new AbortController();
    const isDoubtful = !untold.delete(clientId);
    const onProgress = (share: number): void => {
      if (!telling.has(clientId)) return;
      sending.set(clientId, share);
      options.onSending(conversation);
    };
    sending.set(clientId, undefined);
    const told = handlerOf(entry).tell(entry, { isDoubtful, signal: abort.signal, onProgress });
    telling.set(clientId, { abort, ended: told.catch(() => undefined) });
    options.onSending(conversation);
    try {
      await told;
    } catch (cause) {
      // It is as it was: what is told again at once need not be looked up for it.
      if (!isDoubtful && (abort.signal.aborted || NOT_LEFT.has(SyncError.from(cause).code))) untold.add(clientId);
      throw cause;
    } finally {
      telling.delete(clientId);
      sending.delete(clientId);
      options.onSending(conversation);
    }
  };

  const forget = (clientId: string): undefined => {
    untold.delete(clientId);
    passable.delete(clientId);
    troubles.delete(clientId);
    lookUps.delete(clientId);
    return undefined;
  };

  /** @returns Why it has to be tried again; undefined when it has failed. */
  const failed = async (entry: Waiting, { error, isTooMuch }: { readonly error: SyncError; readonly isTooMuch: boolean }): Promise<SyncError | undefined> => {
    const { clientId } = entry;
    if (NOT_LEFT.has(error.code)) return error;
    const isOpen = error.retryable || error.code.startsWith('storage-') || error.code === 'fenced';
    try {
      if (isOpen && !isTooMuch) {
        troubles.set(clientId, { count: (troubles.get(clientId)?.count ?? 0) + 1, error });
        await ledger.write(() => stateBatch(ledger, entry, { type: 'unknown' }));
        return error;
      }
      await handlerOf(entry).refused(entry, error);
      forget(clientId);
      // The service said no, or does not have it: there is nothing to look up when it is told again.
      if (isTooMuch || error.code === 'refused') untold.add(clientId);
      return undefined;
    } catch {
      // What could not be stored is as it was.
      return error;
    }
  };

  const surely = (clientId: string): Waiting => {
    const entry = find(clientId);
    if (entry === undefined) throw new SyncError('not-found', 'nothing waits under this client id', { details: { clientId } });
    return entry;
  };

  return {
    async add(decide) {
      const { outboxAdds = [] } = await ledger.write(async () => {
        const batch = await decide();
        for (const entry of batch.outboxAdds ?? []) if (entry.type !== 'acknowledge') untold.add(entry.clientId);
        return batch;
      }, 'strict');
      if (outboxAdds.length > 0) poke();
    },
    find,
    withhold(clientId) {
      if (!untold.has(clientId) || telling.has(clientId) || withheld.has(clientId)) return undefined;
      withheld.add(clientId);
      return () => {
        withheld.delete(clientId);
        poke();
      };
    },
    async retry(clientId) {
      const { conversation } = surely(clientId);
      await ledger.write(async () => {
        const entry = find(clientId);
        if (entry?.state.type !== 'failed') return {};
        const more = (await handlerOf(entry).retried?.(entry)) ?? {};
        return { ...more, outboxUpdates: [...(more.outboxUpdates ?? []), { ...entry, state: { type: 'queued' } }] };
      }, 'strict');
      troubles.delete(clientId);
      lookUps.delete(clientId);
      passable.delete(clientId);
      lanes.get(conversation)?.pauses.end();
      poke();
    },
    async discard(clientId) {
      if (discarded.has(clientId)) return;
      withheld.add(clientId);
      try {
        const told = telling.get(clientId);
        told?.abort.abort();
        await told?.ended;
        await ledger.write(async () => {
          const entry = surely(clientId);
          const more = (await handlerOf(entry).discarded?.(entry)) ?? {};
          return { ...more, outboxRemoves: [...(more.outboxRemoves ?? []), entry.seq] };
        }, 'strict');
        discarded.add(clientId);
        forget(clientId);
      } finally {
        withheld.delete(clientId);
        poke();
      }
    },
    sending: () => sending,
    start() {
      isOnline = true;
      passable.clear();
      poke();
    },
    stop() {
      isOnline = false;
      for (const { pauses } of lanes.values()) pauses.end();
    },
    poke,
  };
}
