import { SyncError } from '../../protocol/errors.ts';
import { standing as standingOf } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EngineOptions } from '../options.ts';
import type { ChatService, ServiceConversationPage } from '../service/chat-service.ts';
import type { ListSync } from '../storage/storage.ts';
import { unnamedBatch } from './distrusted-rows.ts';
import type { StoreListPage } from './list-page.ts';
import { planRound } from './plan-round.ts';

/** Conversations read in this round so far, and how many there should be; null while nothing tells. */
export type RoundProgress = { readonly done: number; readonly total: number | null };

/** Reads the conversation list, once. */
export interface Round {
  /**
   * Reads what has to be read; see {@link planRound}.
   *
   * @param options.isDistrusted Reads the whole list whatever was read before.
   * @param options.isWanted Asked before every step; false ends the round where it stands, to be gone on with later.
   * @throws {SyncError} what the service or the storage rejects with; what was stored until then stays
   */
  read(options: { readonly isWanted: () => boolean; readonly isDistrusted: boolean }): Promise<void>;
  /** The total is an estimate: as many as were known when a list began that had been read whole before. */
  progress(): RoundProgress;
}

type Step = { readonly cursor: string; readonly startedAt: number; readonly done: number };
type Asked = { readonly at: number; readonly page: Promise<ServiceConversationPage> };

/** @param options.onChange Called after each stored page. */
export function createRound(options: {
  readonly service: Pick<ChatService, 'getConversations' | 'getPinnedConversations'>;
  readonly ledger: Ledger;
  readonly storePage: StoreListPage;
  readonly settings: Pick<EngineOptions, 'listPageSize' | 'cursorMaxAgeMs' | 'fullRoundAfterMs' | 'headReads' | 'includeEmptyConversations' | 'listLagMs'>;
  readonly onChange: () => void;
}): Round {
  const { service, ledger, storePage, settings, onChange } = options;
  const { listPageSize: pageSize, includeEmptyConversations } = settings;
  let progress: RoundProgress = { done: 0, total: null };

  const ask = (cursor: string, list: keyof typeof service = 'getConversations'): Asked => {
    const asked = { at: ledger.now(), page: service[list]({ cursor, pageSize, includeEmptyConversations }) };
    // Storing may fail, or the round be stopped, before anybody awaits it; the failure is then nobody's.
    asked.page.catch(() => undefined);
    return asked;
  };

  const read = (conversations: number): void => {
    progress = { ...progress, done: progress.done + conversations };
    onChange();
  };

  /** Where the round stands, after what has been noted until now. */
  const standing = (changes: Partial<ListSync>): ListSync => standingOf(ledger, changes);

  /** The whole list from a step on. The next page is asked for while the last one is being stored. */
  const readAll = async (from: Step, isWanted: () => boolean): Promise<void> => {
    const seen = new Set([from.cursor]);
    const { startedAt } = from;
    let { cursor, done } = from;
    progress = { ...progress, done };
    // What is doubted now is about to be read; what comes to be doubted later is not.
    const wasDoubted = ledger.listSync()?.isDoubted === true;
    for (let asked = ask(cursor); isWanted(); ) {
      const { at: askedAt, page } = asked;
      const { conversations, ...after } = await page;
      const next = nextCursor(after, seen);
      if (next !== null) asked = ask(next);
      done += conversations.length;
      const reset = cursor === '' && wasDoubted ? { isDoubted: false } : {};
      await storePage({ conversations, askedAt, listSync: () => standing({ cursor: next, startedAt, completedAt: null, done, ...reset }) });
      read(conversations.length);
      if (next === null) return;
      cursor = next;
    }
  };

  /**
   * The head, page by page until one brings nothing new. While pages bring something, the cursor is stored with them:
   * an engine stopped here goes on there, and does not take the now known head for the end of the news.
   *
   * @returns Whether anything new came.
   */
  const readHead = async (isWanted: () => boolean): Promise<boolean> => {
    const seen = new Set(['']);
    const startedAt = ledger.now();
    let hasChanged = false;
    for (let cursor = ''; isWanted(); ) {
      const { at: askedAt, page } = ask(cursor);
      const { conversations, ...after } = await page;
      const next = nextCursor(after, seen);
      const listSync = (isChanged: boolean): ListSync | undefined =>
        isChanged || hasChanged ? standing({ cursor: isChanged ? next : null, startedAt }) : undefined;
      const isChanged = await storePage({ conversations, askedAt, listSync });
      read(conversations.length);
      hasChanged ||= isChanged;
      if (!isChanged || next === null) break;
      cursor = next;
    }
    return hasChanged;
  };

  const readPinned = async (isWanted: () => boolean): Promise<void> => {
    const seen = new Set(['']);
    for (let cursor: string | null = ''; cursor !== null && isWanted(); ) {
      const { at: askedAt, page }: Asked = ask(cursor, 'getPinnedConversations');
      const { conversations, ...after }: ServiceConversationPage = await page;
      await storePage({ conversations, askedAt });
      cursor = nextCursor(after, seen);
    }
  };

  /** What completes a whole reading: the pinned list, and the head again, for the list moved while it was paged (SY4). */
  const complete = async (isWanted: () => boolean): Promise<void> => {
    await readPinned(isWanted).catch((error: unknown) => {
      if (SyncError.from(error).code !== 'unsupported') throw error;
    });
    for (let reads = 0; reads < settings.headReads && isWanted(); reads += 1) {
      if (!(await readHead(isWanted))) break;
    }
    if (!isWanted()) return;
    await ledger.write(async () => {
      const now = ledger.now();
      const isForgotten = ({ at = 0 }: { readonly at?: number }): boolean => now - at > settings.fullRoundAfterMs;
      const { startedAt: at, done } = standing({});
      const { isTooEarly, removedTombstones = [], ...batch } = await unnamedBatch(ledger, { at, now, done, listLagMs: settings.listLagMs });
      return {
        ...batch,
        listSync: standing({ cursor: null, completedAt: now, ...(isTooEarly && { isDoubted: true }) }),
        removedTombstones: [...removedTombstones, ...[...ledger.tombstones()].filter(isForgotten).map(({ key }) => key)],
      };
    });
  };

  const firstStep = (): Step => ({ cursor: '', startedAt: ledger.now(), done: 0 });

  /** Goes on from a stored cursor; a service that no longer knows it is asked from the start. */
  const readRest = async (step: Step, isWanted: () => boolean): Promise<void> => {
    try {
      await readAll(step, isWanted);
    } catch (error) {
      const { code, retryable } = SyncError.from(error);
      const isCursorAtFault = step.cursor !== '' && (code === 'bad-response' || !retryable) && ledger.listSync()?.cursor === step.cursor;
      if (!isCursorAtFault || !isWanted()) throw error;
      await readAll(firstStep(), isWanted);
    }
  };

  return {
    progress: () => progress,
    async read({ isWanted, isDistrusted }) {
      await ledger.loaded;
      const stored = ledger.listSync();
      const plan = planRound({ stored, isDistrusted, now: ledger.now(), settings });
      const isKnown = plan.type === 'whole' && typeof stored?.completedAt === 'number';
      progress = { done: 0, total: isKnown ? ledger.directory.total() : null };
      onChange();
      if (plan.type === 'head') return void (await readHead(isWanted));
      if (plan.type === 'whole') await readRest(plan.from ?? firstStep(), isWanted);
      if (isWanted()) await complete(isWanted);
    },
  };
}

/**
 * @returns The cursor of the next page; null after the last one (SY2).
 * @throws {SyncError} `bad-response` when the service sends the round in a circle
 */
function nextCursor({ cursor }: Pick<ServiceConversationPage, 'cursor'>, seen: Set<string>): string | null {
  if (cursor === '') return null;
  if (seen.has(cursor)) throw new SyncError('bad-response', 'the cursor did not move');
  seen.add(cursor);
  return cursor;
}
