import type { ConversationKey } from '../../protocol/ids.ts';
import type { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import { wipeBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HistoryUse, WriteBatch } from '../storage/storage.ts';
import { NOTHING_UNREAD, unreadCount } from '../unread/unread-count.ts';
import { planEviction } from './plan-eviction.ts';

/** Lets history go when the disk is full, and tries whether it still is (ST2). */
export interface Eviction {
  /** A tab has opened the conversation: its history is worth more than that of others, and may be read again. */
  opened(key: ConversationKey): void;
  /** Whether its history was let go, and nobody has opened it since: it is not read by itself. */
  isEvicted(key: ConversationKey): boolean;
  /** What is stored with the next batch: which conversations were opened since. */
  readonly alongside: () => Pick<WriteBatch, 'historyUse'>;
  /**
   * What to let go so that a batch can be stored. Call inside a write.
   *
   * - Only whole conversations with nothing unread, nothing that waits to be told, that no tab shows and the batch does not
   *   touch: so no count and no decision rests on what goes. Rows, effects and the outbox stay.
   * - It only deletes: a full disk takes that.
   *
   * @returns Undefined: nothing can go.
   */
  readonly makeRoom: (batch: WriteBatch) => Promise<WriteBatch | undefined>;
  /** How storing went last; null: well. While the disk is full a small write is tried now and then. */
  noted(error: SyncError | null): void;
  close(): void;
}

/** Conversations that are remembered as opened, and as let go. Unit: conversations. More makes the record larger that a full disk must take. */
const REMEMBERED = 500;

/** @param options.shown Conversations that a tab shows. */
export function createEviction(options: {
  readonly ledger: Ledger;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly retryDelayMs: (attempt: number) => number;
  readonly shown: () => readonly ConversationKey[];
}): Eviction {
  const { ledger } = options;
  /** What is to be stored with the next batch; what is stored, from then on. */
  let next: HistoryUse | undefined;
  let attempts = 0;
  let cancel: CancelTimer = () => undefined;

  const use = (): HistoryUse => next ?? ledger.historyUse();

  const noteOpened = (key: ConversationKey): void => {
    const { opened, evicted } = use();
    if (opened.at(-1) === key && !evicted.includes(key)) return;
    const others = (keys: readonly ConversationKey[]): readonly ConversationKey[] => keys.filter((one) => one !== key);
    next = { opened: [...others(opened), key].slice(-REMEMBERED), evicted: others(evicted) };
  };

  const probe = (): void => {
    ledger.write(() => ({ historyUse: { ...use() } })).catch(() => undefined);
  };

  return {
    // What is stored is known by then, and not taken for nothing.
    opened: (key) => void ledger.loaded.then(() => noteOpened(key)).catch(() => undefined),
    isEvicted: (key) => use().evicted.includes(key),
    alongside: () => (next === undefined || next === ledger.historyUse() ? {} : { historyUse: next }),
    async makeRoom({ messages = [], spans = [], conversations = [] }) {
      const kept = new Set([...options.shown(), ...[...messages, ...spans, ...ledger.outbox()].map(({ conversation }) => conversation)]);
      for (const { key, unread } of conversations) if (unreadCount(unread) > 0) kept.add(key);
      const { opened, evicted } = use();
      const row = ledger.directory.row;
      const gone = planEviction({
        sizes: await ledger.storage.countMessageBlocks(),
        opened,
        quietSince: (key) => row(key)?.lastMessage?.time ?? 0,
        isKept: (key) => kept.has(key) || unreadCount(row(key)?.unread ?? NOTHING_UNREAD) > 0,
      });
      if (gone.length === 0) return undefined;
      next = { opened, evicted: [...new Set([...evicted, ...gone])].slice(-REMEMBERED) };
      return { isRoom: true, ...wipeBatch(gone) };
    },
    noted(error) {
      cancel();
      if (error?.code !== 'storage-full') attempts = 0;
      else cancel = options.environment.setTimer(probe, options.retryDelayMs((attempts += 1)));
    },
    close: () => cancel(),
  };
}
