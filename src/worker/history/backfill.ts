import { comparePositions, conversationKey, isAfter, parseConversationKey, toPosition, type ConversationKey, type Position } from '../../protocol/ids.ts';
import { SyncError, type SyncErrorData } from '../../protocol/errors.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/model.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';
import type { Environment } from '../environment.ts';
import { createSharing } from '../sharing.ts';
import { doubtBatch } from '../ledger/batches.ts';
import { fromHistory } from '../ledger/from-history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { withInsertedMessages } from '../ledger/row-changes.ts';
import { withRecount } from '../ledger/unread-tail.ts';
import { sentAmong } from '../ledger/sent-among.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { ConversationRow, Span, WriteBatch } from '../storage/storage.ts';
import { countsAfter } from '../unread/unread-count.ts';
import type { Continuity } from '../continuity.ts';
import type { HistoryActivity, Mark } from './history-activity.ts';
import { createReadAhead } from './read-ahead.ts';
import type { RequestGate } from './request-gate.ts';
import { withPage } from './span.ts';

/** Fetches history and stores it. */
export interface Backfill {
  /**
   * Fetches one page as asked, and stores it.
   *
   * - Equal requests at the same time are one request.
   * - While a page of a run is being stored, the next one is asked for.
   * - Page, span and cursor are one transaction (HB2). Nothing is stored when the span asked from was given another
   *   cursor in the meantime, or when the request was filtered: a filtered page proves nothing of its neighbours.
   *
   * @returns The page as the service gave it.
   * @throws {SyncError} what the service rejects with; `bad-response` when the cursor did not move (HB3)
   */
  fetch(request: HistoryRequest): Promise<HistoryPage>;
  /**
   * Fetches the {@link HISTORY_BATCH_SIZE} messages below a cursor; `''` for the newest ones.
   *
   * @param since An answer to what was asked before this time will not do; local clock, ms. Left out: any will.
   */
  fetchBelow(key: ConversationKey, cursor: string, since?: number): Promise<HistoryPage>;
}

/** A page, what was known when it was asked for, and whether it was asked for below a stored cursor. */
type Answer = { readonly page: HistoryPage; readonly mark: Mark; readonly wasStored: boolean };

/** Makes the backfill of an account. It decides nothing about what to fetch. */
export function createBackfill(options: {
  readonly service: Pick<ChatService, 'getHistory'>;
  readonly ledger: Ledger;
  readonly continuity: Continuity;
  readonly self: string;
  readonly gate: RequestGate;
  readonly activity: HistoryActivity;
  readonly environment: Pick<Environment, 'now'>;
}): Backfill {
  const { service, ledger, continuity, self, gate, activity } = options;
  const share = createSharing();
  const ahead = createReadAhead({ ...options, request: (request) => service.getHistory(request) });

  const fetchAndStore = async (request: HistoryRequest, since = 0): Promise<HistoryPage> => {
    const key = conversationKey(request.conversation);
    const taken = ahead.take(key, request);
    const early = taken && taken.askedAt >= since ? taken : undefined;
    const ask = async (): Promise<Answer> => {
      const wasStored = isStoredCursor(await ledger.spans(key), request);
      const mark = activity.mark(key);
      return { mark, wasStored, page: await service.getHistory(request) };
    };
    // A page read ahead was asked for below a cursor that was about to be stored.
    const found = early && (await early.page.then((page): Answer => ({ page, mark: early.mark, wasStored: true })).catch(() => undefined));
    const { page, mark, wasStored } = found ?? (await gate.run(ask));
    if (!page.isLast && request.cursor !== '' && page.cursor === request.cursor) {
      throw new SyncError('bad-response', 'the cursor did not move', { details: { conversationId: request.conversation.conversationId } });
    }
    if (request.filter !== undefined) return page;
    ahead.follow({ key, request, page, spans: await ledger.spans(key) });
    let isOutdated = false;
    await ledger.write(async () => {
      const spans = await ledger.spans(key);
      isOutdated = activity.isWiped(key, mark) || (wasStored && !isStoredCursor(spans, request));
      return isOutdated ? {} : batchOf(key, request, page, spans);
    });
    if (request.cursor === '' && request.direction === 'up' && !isOutdated) {
      const isOld = isLagging(ledger.directory.row(key)?.lastMessage ?? null, page.messages, options.environment.now());
      activity.noteNewest(key, mark, isOld);
      if (page.messages.length > 0 && !isOld) continuity.confirm(key, mark.session);
    }
    return page;
  };

  const batchOf = async (key: ConversationKey, request: HistoryRequest, page: HistoryPage, spans: readonly Span[]): Promise<WriteBatch> => {
    const distinct = new Map(page.messages.map((message) => [message.id, message]));
    const told = [...distinct.values()].sort(comparePositions);
    const after = withPage(spans, {
      direction: request.direction,
      cursor: request.cursor,
      // A stored cursor names its span; any other cursor's message may stand within one.
      from: isStoredCursor(spans, request) ? null : await positionOf(key, request.cursor),
      messages: told,
      nextCursor: page.cursor,
      isLast: page.isLast,
    });
    const spansChange = after === spans ? {} : { spans: [{ conversation: key, spans: after }] };
    if (told.length === 0) return spansChange;
    const { row, messages, unstored, effects } = await fromHistory({ ledger, key, self }, told);
    const rowAfter = row && reachesRow(row, messages) ? withInsertedMessages(row, unstored, { self, fromHistory: true }) : row;
    // Of a conversation that was never listed nobody knows which of these are read: once the list is read, it alone tells.
    const isUncounted = row !== undefined && countsAfter(row.unread) === null && unstored.some((message) => message.from !== self && !isAfter(message, row.lastMessage));
    const counted = rowAfter && (await withRecount({ ledger, key, self }, rowAfter, { messages, spans: after }));
    return {
      ...spansChange,
      ...(isUncounted && (ledger.listSync()?.completedAt ?? null) !== null && doubtBatch(ledger)),
      effects,
      messages: [{ conversation: key, puts: messages }],
      ...sentAmong(told, { ledger, self }),
      conversations: counted === undefined || counted === ledger.directory.row(key) ? [] : [counted],
    };
  };

  const positionOf = async (key: ConversationKey, cursor: string): Promise<Position | null> => {
    const message = cursor === '' ? undefined : await ledger.storage.findMessage(key, cursor);
    return message === undefined ? null : toPosition(message);
  };

  const fetch = (request: HistoryRequest): Promise<HistoryPage> => {
    const { conversation, cursor, pageSize, direction, filter } = request;
    const key = conversationKey(conversation);
    return share([key, cursor, pageSize, direction, filter], () => (filter === undefined ? noted(key, request) : fetchAndStore(request)));
  };

  const noted = async (key: ConversationKey, request: HistoryRequest, since?: number): Promise<HistoryPage> => {
    let error: SyncErrorData | null = null;
    activity.begin(key, request.cursor);
    try {
      return await fetchAndStore(request, since);
    } catch (cause) {
      error = SyncError.from(cause).toData();
      throw cause;
    } finally {
      activity.end(key, request.cursor, error);
    }
  };

  return {
    fetch,
    fetchBelow(key, cursor, since) {
      const request = { conversation: parseConversationKey(key), cursor, pageSize: HISTORY_BATCH_SIZE, direction: 'up' } as const;
      return since === undefined ? fetch(request) : noted(key, request, since);
    },
  };
}

/**
 * Where history does not have the last message known after this time, it never will: it was removed, or is kept no more. Unit: ms.
 * By the local clock: one that is wrong costs requests, or a message that is shown with the next one.
 */
const HISTORY_LAG_MS = 60_000;

/** Whether a newest page may have been made before the last message came. */
function isLagging(last: Message | null, page: readonly Message[], now: number): boolean {
  return last !== null && last.time > now - HISTORY_LAG_MS && page.every((message) => isAfter(last, message));
}

/** Whether any of the messages can change the row: what lies behind its last message and its count changes neither. */
function reachesRow({ lastMessage, unread }: ConversationRow, messages: readonly Message[]): boolean {
  const counted = countsAfter(unread);
  return messages.some((message) => isAfter(message, lastMessage) || isAfter(message, counted));
}

function isStoredCursor(spans: readonly Span[], { cursor, direction }: HistoryRequest): boolean {
  return direction === 'up' && cursor !== '' && spans.some((span) => span.olderCursor === cursor);
}
