import { SyncError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import type { EngineOptions } from '../options.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService, ServiceConversationPage } from '../service/chat-service.ts';
import type { ListSync } from '../storage/storage.ts';
import { storeListPage } from './list-page.ts';

/** Reads the conversation list, once. */
export interface Round {
  /**
   * Reads what has to be read: the whole list the first time, the rest of it where an earlier engine was stopped, and
   * otherwise its head until a page brings nothing new (SY7, SY9).
   *
   * @param options.isWhole Reads the whole list whatever was read before.
   * @param options.isWanted Asked before every step; false ends the round where it stands, to be gone on with later.
   * @throws {SyncError} what the service or the storage rejects with; what was stored until then stays
   */
  read(options: { readonly isWanted: () => boolean; readonly isWhole: boolean }): Promise<void>;
  /** Conversations read so far. */
  done(): number;
}

type Step = { readonly cursor: string; readonly startedAt: number; readonly done: number };

/** @param options.onChange Called after each stored page. */
export function createRound(options: {
  readonly service: Pick<ChatService, 'getConversations' | 'getPinnedConversations'>;
  readonly ledger: Ledger;
  readonly environment: Pick<Environment, 'now'>;
  readonly self: string;
  readonly settings: Pick<EngineOptions, 'listPageSize' | 'cursorMaxAgeMs' | 'headReads'>;
  readonly onChange: () => void;
}): Round {
  const { service, ledger, environment, self, onChange } = options;
  const { listPageSize: pageSize, cursorMaxAgeMs, headReads } = options.settings;
  let done = 0;

  const fetch = (cursor: string): Promise<ServiceConversationPage> => {
    const page = service.getConversations({ cursor, pageSize, includeEmptyConversations: false });
    // Storing may fail, or the round be stopped, before anybody awaits it; the failure is then nobody's.
    page.catch(() => undefined);
    return page;
  };

  /** The whole list from a step on. The next page is asked for while the last one is being stored. */
  const readAll = async (from: Step, isWanted: () => boolean): Promise<void> => {
    const seen = new Set([from.cursor]);
    let step = from;
    let coming = fetch(step.cursor);
    while (isWanted()) {
      const page = await coming;
      const next = nextCursor(page, seen);
      if (next !== null) coming = fetch(next);
      done = step.done + page.conversations.length;
      const { startedAt } = step;
      const listSync: ListSync = { cursor: next, startedAt, completedAt: null, done };
      await storeListPage({ ledger, self, conversations: page.conversations, listSync: () => listSync });
      onChange();
      if (next === null) return;
      step = { cursor: next, startedAt, done };
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
    const startedAt = environment.now();
    let hasChanged = false;
    for (let cursor = ''; isWanted(); ) {
      const page = await fetch(cursor);
      const next = nextCursor(page, seen);
      const before = ledger.listSync();
      const changed = await storeListPage({
        ledger,
        self,
        conversations: page.conversations,
        listSync: (isChanged) =>
          isChanged || hasChanged ? { cursor: isChanged ? next : null, startedAt, completedAt: before?.completedAt ?? null, done: before?.done ?? 0 } : undefined,
      });
      onChange();
      hasChanged ||= changed;
      if (!changed || next === null) return hasChanged;
      cursor = next;
    }
    return hasChanged;
  };

  const readPinned = async (isWanted: () => boolean): Promise<void> => {
    const seen = new Set(['']);
    for (let cursor: string | null = ''; cursor !== null && isWanted(); ) {
      const page: ServiceConversationPage = await service.getPinnedConversations({ cursor, pageSize, includeEmptyConversations: false });
      await storeListPage({ ledger, self, conversations: page.conversations });
      cursor = nextCursor(page, seen);
    }
  };

  /** What completes a whole reading: the pinned list, and the head again, for the list moved while it was paged (SY4). */
  const complete = async (isWanted: () => boolean): Promise<void> => {
    await readPinned(isWanted).catch((error: unknown) => {
      if (SyncError.from(error).code !== 'unsupported') throw error;
    });
    for (let read = 0; read < headReads && isWanted(); read += 1) {
      if (!(await readHead(isWanted))) break;
    }
    if (!isWanted()) return;
    await ledger.write(() => {
      const now = environment.now();
      const listSync = ledger.listSync() ?? { cursor: null, startedAt: now, completedAt: null, done };
      return { listSync: { ...listSync, cursor: null, completedAt: now } };
    });
  };

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

  const firstStep = (): Step => ({ cursor: '', startedAt: environment.now(), done: 0 });

  return {
    done: () => done,
    async read({ isWanted, isWhole }) {
      await ledger.loaded;
      const stored = isWhole ? undefined : ledger.listSync();
      if (stored === undefined || stored.cursor !== null) {
        await readRest(resumable(stored, environment.now(), cursorMaxAgeMs) ?? firstStep(), isWanted);
        if (isWanted()) await complete(isWanted);
      } else if (stored.completedAt === null) {
        await complete(isWanted);
      } else {
        await readHead(isWanted);
      }
    },
  };
}

/** @returns The step to go on with; undefined when there is none, or its cursor is too old (SY7). */
function resumable(stored: ListSync | undefined, now: number, maxAgeMs: number): Step | undefined {
  if (stored === undefined || stored.cursor === null) return undefined;
  const ageMs = now - stored.startedAt;
  return ageMs < 0 || ageMs > maxAgeMs ? undefined : { cursor: stored.cursor, startedAt: stored.startedAt, done: stored.done };
}

/**
 * @returns The cursor of the next page; null after the last one (SY2).
 * @throws {SyncError} `bad-response` when the service sends the round in a circle
 */
function nextCursor({ cursor }: ServiceConversationPage, seen: Set<string>): string | null {
  if (cursor === '') return null;
  if (seen.has(cursor)) throw new SyncError('bad-response', 'the cursor did not move');
  seen.add(cursor);
  return cursor;
}
