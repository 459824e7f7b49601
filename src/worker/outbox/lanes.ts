import type { ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createPauses, type Pauses } from '../pauses.ts';
import type { WriteBatch } from '../storage/storage.ts';
import type { LaneHandlers, Waiting } from './lane-handler.ts';
import { createSendingBook, type SendingBook } from './sending-book.ts';
import { createTeller, MOST_TRIES } from './tell-entry.ts';
import { createWaitingEntries } from './waiting-entries.ts';

/**
 * One queue for each conversation, over everything that waits to be told of it.
 *
 * - In the order of `seq`, one at a time; conversations do not wait for each other (OB2). What the service has taken is no longer
 *   waited for, but by commands: they may be about it.
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
  readonly sending: SendingBook['entries'];
  start(): void;
  stop(): void;
  /** What waits changed, in these conversations at least; left out: look at all. Every commit that changes the outbox says so. */
  poke(keys?: Iterable<ConversationKey>): void;
}

type Lane = { readonly pauses: Pauses; /** Client id of what it is busy with. */ current: string };

/** Makes the lanes of an account. @param options.onSending {@link Lanes.sending} changed for these conversations. */
export function createLanes(options: {
  readonly ledger: Ledger;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly retryDelayMs: (attempt: number, failure?: SyncError) => number;
  readonly handlers: LaneHandlers;
  readonly onSending: (keys: ReadonlySet<ConversationKey>) => void;
}): Lanes {
  const { ledger, environment } = options;
  const sending = createSendingBook(options);
  const waiting = createWaitingEntries(ledger.outbox);
  const teller = createTeller({ ...options, waiting, sending, onEnded: (key) => poke([key]) });
  const { handlerOf, memoryOf } = teller;
  const { find } = waiting;
  const lanes = new Map<ConversationKey, Lane>();
  /** Client ids: discarding one again does nothing. */
  const discarded = new Set<string>();
  let isOnline = false;

  const isTold = ({ clientId }: Waiting): boolean => memoryOf(clientId).telling !== undefined;
  const isReady = (entry: Waiting): boolean => {
    const { telling, isWithheld } = memoryOf(entry.clientId);
    return entry.state.type !== 'failed' && telling === undefined && !isWithheld && handlerOf(entry).isHeld?.(entry) !== true;
  };
  const isDue = (entry: Waiting): boolean => isReady(entry) && memoryOf(entry.clientId).lookUps < MOST_TRIES;

  const nextOf = (key: ConversationKey): Waiting | undefined => {
    const mine = waiting.of(key);
    const next = mine.find(isDue) ?? mine.find(isReady);
    return next?.type === 'command' && mine.some(isTold) ? undefined : next;
  };

  const poke = (keys: Iterable<ConversationKey> = waiting.conversations()): void => {
    if (!isOnline) return;
    for (const key of [...keys]) {
      const lane = lanes.get(key);
      if (lane === undefined) void drain(key);
      else if (nextOf(key)?.clientId !== lane.current) lane.pauses.end();
    }
  };

  const drain = async (key: ConversationKey): Promise<void> => {
    const lane: Lane = { pauses: createPauses(environment), current: '' };
    lanes.set(key, lane);
    for (let attempts = 0; isOnline; ) {
      const entry = nextOf(key);
      if (entry === undefined) break;
      attempts = entry.clientId === lane.current ? attempts + 1 : 1;
      lane.current = entry.clientId;
      const failure = await teller.tell(entry, lane.pauses.take);
      // It may be gone, or passed by others, by now.
      if (failure !== undefined && isOnline && nextOf(key)?.clientId === lane.current) await lane.pauses.take(options.retryDelayMs(attempts, failure));
    }
    lanes.delete(key);
  };

  const nothing = (clientId: string): SyncError => new SyncError('not-found', 'nothing waits under this client id', { details: { clientId } });

  return {
    async add(decide) {
      await ledger.write(async () => {
        const batch = await decide();
        for (const entry of batch.outboxAdds ?? []) if (entry.type !== 'acknowledge') memoryOf(entry.clientId).isUntold = true;
        return batch;
      }, 'strict');
    },
    find,
    withhold(clientId) {
      const memory = memoryOf(clientId);
      if (!memory.isUntold || memory.telling !== undefined || memory.isWithheld) return undefined;
      memory.isWithheld = true;
      return () => {
        memory.isWithheld = false;
        poke();
      };
    },
    async retry(clientId) {
      const waits = find(clientId);
      if (waits === undefined) throw nothing(clientId);
      await ledger.write(async () => {
        const entry = find(clientId);
        if (entry?.state.type !== 'failed') return {};
        // As an earlier engine may have been told: the service does not have it.
        if (entry.state.reason.code === 'refused') memoryOf(clientId).isUntold = true;
        const again = (await handlerOf(entry).retried?.(entry)) ?? { batch: {}, entry };
        return { ...again.batch, outboxUpdates: [...(again.batch.outboxUpdates ?? []), { ...again.entry, state: { type: 'queued' } }] };
      }, 'strict');
      memoryOf(clientId).lookUps = 0;
      lanes.get(waits.conversation)?.pauses.end();
      poke();
    },
    async discard(clientId) {
      const memory = memoryOf(clientId);
      memory.isWithheld = true;
      try {
        memory.telling?.abort.abort();
        await memory.telling?.ended;
        await ledger.write(async () => {
          const entry = find(clientId);
          if (entry === undefined && discarded.has(clientId)) return {};
          if (entry === undefined) throw nothing(clientId);
          discarded.add(clientId);
          const more = await handlerOf(entry).discarded?.(entry);
          return { ...more, outboxRemoves: [...(more?.outboxRemoves ?? []), entry.seq] };
        }, 'strict');
      } finally {
        memory.isWithheld = false;
        if (find(clientId) === undefined) teller.forget(clientId);
        poke();
      }
    },
    sending: sending.entries,
    start() {
      isOnline = true;
      // A new connection may be able to look up what the last one was not.
      for (const { clientId } of waiting.all()) memoryOf(clientId).lookUps = 0;
      poke();
    },
    stop() {
      isOnline = false;
      for (const { pauses } of lanes.values()) pauses.end();
    },
    poke,
  };
}
