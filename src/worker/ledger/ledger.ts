import type { ConversationKey } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { ConversationEffects, Durability, HistoryUse, ListSync, MessageChange, OutboxEntry, Span, Storage, Tombstone, WriteBatch } from '../storage/storage.ts';
import { createDirectory, type Directory, type DirectoryChange } from './directory.ts';
import { createWriteQueue } from './write-queue.ts';

/** What a completed transaction changed. */
export type Commit = {
  readonly conversations: DirectoryChange;
  readonly messages: readonly MessageChange[];
  readonly spans: NonNullable<WriteBatch['spans']>;
  /** Conversations whose waiting entries changed. */
  readonly outbox: ReadonlySet<ConversationKey>;
};

/**
 * The truth of an account, in memory and stored: whoever changes anything does it here.
 *
 * - One change at a time: read, decide, store, take over into memory, announce (SY1, UR2).
 * - Memory holds committed state only: when storing fails it is as it was, and the caller learns why.
 */
export interface Ledger {
  /** Holds the head of the list once `headLoaded`, and all of it once `loaded`. */
  readonly directory: Directory;
  readonly headLoaded: Promise<void>;
  /** Everything stored is in memory. Decisions wait for it by themselves. */
  readonly loaded: Promise<void>;
  /** Reads may run at any time; inside a decision they see the state the decision is about. */
  readonly storage: Storage;
  /** Local clock, ms: to tell how long ago something was changed here. It orders nothing (HB8). */
  now(): number;
  /** In order of `seq`. */
  outbox(): readonly OutboxEntry[];
  tombstone(key: ConversationKey): Tombstone | undefined;
  tombstones(): Iterable<Tombstone>;
  /** What is kept of the conversation's messages that may come later, or again (HB7). */
  effects(key: ConversationKey): ConversationEffects['effects'];
  listSync(): ListSync | undefined;
  historyUse(): HistoryUse;
  /** How often all messages of the conversation were removed: an answer to what was asked before that brings none back (HB7). */
  wipes(key: ConversationKey): number;
  /** Oldest first. */
  spans(key: ConversationKey): Promise<readonly Span[]>;
  /**
   * Runs a decision when all earlier ones are stored, and stores what it decides in one transaction.
   *
   * - A decision that throws, or decides nothing, stores and announces nothing.
   *
   * @param durability `strict` where the user was promised that it is kept (OB1).
   * @returns What was decided, after the transaction has completed and was announced.
   * @throws {SyncError} what `decide` throws, or `storage-full`, `storage-failed`, `storage-unavailable`, `fenced`
   */
  write(decide: () => WriteBatch | Promise<WriteBatch>, durability?: Durability): Promise<WriteBatch>;
}

/** Conversations whose spans are kept in memory. Unit: conversations. More only costs memory; fewer costs reads. */
const SPANS_KEPT = 1_000;

/**
 * Opens the ledger of a storage, and reads the account's state into memory: the first `headSize` conversations before
 * all others, because what a first screen shows need not wait for the whole list.
 *
 * @param options.complete What a batch becomes before it is stored.
 * @param options.alongside What is stored with whatever is stored next.
 * @param options.makeRoom What to let go when the disk is full, so that a batch can be stored after all; undefined: nothing. Asked
 *   once, until something could be stored again (ST2).
 * @param options.announce Called after each commit, in order. Must not throw.
 * @param options.onFailure Called when storing failed, with the error that the writer gets too; with null when it works
 *   again.
 */
export function openLedger(options: {
  readonly storage: Storage;
  readonly now: () => number;
  readonly headSize: number;
  readonly complete: (batch: WriteBatch) => WriteBatch;
  readonly alongside: () => WriteBatch;
  readonly makeRoom: (batch: WriteBatch) => Promise<WriteBatch | undefined>;
  readonly announce: (commit: Commit) => void;
  readonly onFailure: (error: SyncError | null) => void;
}): Ledger {
  const { storage, announce, onFailure } = options;
  const directory = createDirectory();
  const queue = createWriteQueue();
  const tombstones = new Map<ConversationKey, Tombstone>();
  const effects = new Map<ConversationKey, ConversationEffects['effects']>();
  const wipes = new Map<ConversationKey, number>();
  const spansOf = new Map<ConversationKey, readonly Span[]>();
  let outbox: readonly OutboxEntry[] = [];
  let listSync: ListSync | undefined;
  let historyUse: HistoryUse = { opened: [], evicted: [] };
  let failure: SyncError | null = null;

  const loadHead = async (): Promise<void> => {
    directory.apply(await storage.loadConversationHead(options.headSize), []);
  };

  const loadRest = async (): Promise<void> => {
    const [rows, storedTombstones, storedOutbox, storedEffects, storedSync, storedUse] = await Promise.all([
      storage.loadConversations(),
      storage.loadTombstones(),
      storage.loadOutbox(),
      storage.loadEffects(),
      storage.loadListSync(),
      storage.loadHistoryUse(),
    ]);
    // Rows of the head are there already, and tabs hold their views: these stay the objects they are.
    directory.apply(rows.filter(({ key }) => directory.row(key) === undefined), []);
    for (const tombstone of storedTombstones) tombstones.set(tombstone.key, tombstone);
    for (const { conversation, effects: kept } of storedEffects) effects.set(conversation, kept);
    outbox = storedOutbox;
    listSync = storedSync;
    historyUse = storedUse ?? historyUse;
  };

  const headLoaded = loadHead();
  const loaded = queue.run(() => headLoaded.then(loadRest));
  // Whoever needs it awaits it; a failure that nobody awaits is still told to every writer.
  loaded.catch(() => undefined);

  const keepSpans = (key: ConversationKey, spans: readonly Span[]): void => {
    spansOf.delete(key);
    spansOf.set(key, spans);
    const eldest = spansOf.size > SPANS_KEPT ? spansOf.keys().next() : undefined;
    if (eldest?.done === false) spansOf.delete(eldest.value);
  };

  /** Stores a batch in one transaction, takes it over into memory and announces it. */
  const commit = async (batch: WriteBatch, durability: Durability): Promise<void> => {
    const { outboxSeqs } = await storage.write(batch, { durability });
    if (failure !== null) onFailure((failure = null));
    announce(takeOver(batch, outboxSeqs));
  };

  const store = async (batch: WriteBatch, durability: Durability): Promise<void> => {
    const attempt = (): Promise<void> => commit({ ...batch, ...options.alongside() }, durability);
    try {
      await attempt().catch(async (cause: unknown) => {
        const isNews = SyncError.from(cause).code === 'storage-full' && failure?.code !== 'storage-full';
        const room = isNews ? await options.makeRoom(batch) : undefined;
        if (room === undefined) throw cause;
        await commit(room, 'relaxed');
        await attempt();
      });
    } catch (cause) {
      onFailure((failure = SyncError.from(cause)));
      throw failure;
    }
  };

  /** @returns The conversations whose entries changed. */
  const takeOverOutbox = (batch: WriteBatch, seqs: readonly number[]): ReadonlySet<ConversationKey> => {
    const { outboxAdds = [], outboxUpdates = [], outboxRemoves = [] } = batch;
    const touched = new Set<ConversationKey>();
    if (outboxAdds.length + outboxUpdates.length + outboxRemoves.length === 0) return touched;
    const updates = new Map(outboxUpdates.map((entry) => [entry.seq, entry]));
    const removes = new Set(outboxRemoves);
    for (const entry of outbox) if (updates.has(entry.seq) || removes.has(entry.seq)) touched.add(entry.conversation);
    const added = outboxAdds.map((entry, index): OutboxEntry => ({ ...entry, seq: seqs[index] ?? 0 }));
    for (const entry of added) touched.add(entry.conversation);
    outbox = [...outbox.filter(({ seq }) => !removes.has(seq)).map((entry) => updates.get(entry.seq) ?? entry), ...added];
    return touched;
  };

  const takeOver = (batch: WriteBatch, seqs: readonly number[]): Commit => {
    for (const tombstone of batch.tombstones ?? []) tombstones.set(tombstone.key, tombstone);
    for (const key of batch.removedTombstones ?? []) tombstones.delete(key);
    for (const { conversation, spans } of batch.spans ?? []) keepSpans(conversation, spans);
    for (const { conversation, effects: kept } of batch.effects ?? []) effects.set(conversation, kept);
    for (const { conversation, removeAll } of batch.messages ?? []) if (removeAll) wipes.set(conversation, (wipes.get(conversation) ?? 0) + 1);
    if (batch.listSync !== undefined) listSync = batch.listSync;
    if (batch.historyUse !== undefined) historyUse = batch.historyUse;
    return {
      conversations: directory.apply(batch.conversations ?? [], batch.removedConversations ?? []),
      messages: batch.messages ?? [],
      spans: batch.spans ?? [],
      outbox: takeOverOutbox(batch, seqs),
    };
  };

  return {
    directory,
    headLoaded,
    loaded,
    storage,
    now: options.now,
    outbox: () => outbox,
    tombstone: (key) => tombstones.get(key),
    tombstones: () => tombstones.values(),
    effects: (key) => effects.get(key) ?? [],
    wipes: (key) => wipes.get(key) ?? 0,
    listSync: () => listSync,
    historyUse: () => historyUse,
    async spans(key) {
      const kept = spansOf.get(key);
      if (kept !== undefined) return kept;
      const spans = await storage.loadSpans(key);
      // A commit may have brought newer ones while these were read.
      return spansOf.get(key) ?? (keepSpans(key, spans), spans);
    },
    write: (decide, durability = 'relaxed') =>
      queue.run(async () => {
        await loaded;
        const batch = options.complete(await decide());
        if (!isEmpty(batch)) await store(batch, durability);
        return batch;
      }),
  };
}

function isEmpty(batch: WriteBatch): boolean {
  return Object.values(batch).every((part: unknown) => part === undefined || (Array.isArray(part) && part.length === 0));
}
