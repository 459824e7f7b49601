import { SyncError } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/model.ts';
import type { HistoryPage } from '../../protocol/worker-api.ts';
import type { ServiceConversationPage, ServiceEvent } from './chat-service.ts';

/** @throws {SyncError} `bad-response` naming the field, never its content (ER4) */
function refuse(what: string, field: string): never {
  throw new SyncError('bad-response', `the service's answer cannot be used: ${what}`, { details: { field } });
}

/** @throws {SyncError} `bad-response` (ER3) */
export function checkConversationPage(page: ServiceConversationPage): ServiceConversationPage {
  const what = 'conversation list';
  const answer: unknown = page;
  if (!isRecord(answer) || !Array.isArray(answer['conversations'])) return refuse(what, 'conversations');
  if (typeof answer['cursor'] !== 'string') return refuse(what, 'cursor');
  for (const row of answer['conversations'] as readonly unknown[]) checkRow(row, what);
  return page;
}

function checkRow(row: unknown, what: string): void {
  if (!isRecord(row) || !isRef(row)) return refuse(what, 'conversationId');
  if (!isCount(row['unReadCount'])) return refuse(what, 'unReadCount');
  if (typeof row['isPinned'] !== 'boolean' || !isTime(row['pinnedTime'])) return refuse(what, 'isPinned');
  const marks: unknown = row['marks'];
  if (!Array.isArray(marks) || !marks.every(isCount)) return refuse(what, 'marks');
  if (row['lastMessage'] !== null && !isMessage(row['lastMessage'])) return refuse(what, 'lastMessage');
}

/** @throws {SyncError} `bad-response` (ER3) */
export function checkHistoryPage(page: HistoryPage): HistoryPage {
  const what = 'history';
  if (!isRecord(page) || !Array.isArray(page.messages)) return refuse(what, 'messages');
  if (page.cursor !== undefined && typeof page.cursor !== 'string') return refuse(what, 'cursor');
  if (typeof page.isLast !== 'boolean') return refuse(what, 'isLast');
  if (!page.messages.every(isMessage)) return refuse(what, 'messages');
  return page;
}

/** @throws {SyncError} `bad-response` (ER3) */
export function checkMessage(message: Message, what: string): Message {
  return isMessage(message) ? message : refuse(what, 'message');
}

/** @returns Whether an event has what its type promises. */
export function isUsableEvent(event: ServiceEvent): boolean {
  if (!isRecord(event)) return false;
  switch (event.type) {
    case 'messages':
      return Array.isArray(event.messages);
    case 'edited':
      return isMessage(event.message);
    case 'recalled':
    case 'delivered':
    case 'read':
      return isRef(event.conversation) && isName(event.messageId);
    case 'pinned':
      return isRef(event.conversation) && typeof event.isPinned === 'boolean' && isTime(event.time);
    case 'marked':
      return isRef(event.conversation) && isCount(event.mark) && typeof event.isMarked === 'boolean';
    case 'read-by-peer':
    case 'read-elsewhere':
    case 'conversation-deleted':
    case 'history-removed':
      return isRef(event.conversation);
    case 'connected':
    case 'disconnected':
    case 'ended':
    case 'token-expiring':
    case 'token-expired':
      return true;
    default:
      return false;
  }
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isType(value: unknown): boolean {
  return value === 'singleChat' || value === 'groupChat';
}

function isRef(value: unknown): boolean {
  return isRecord(value) && isName(value['conversationId']) && isType(value['conversationType']);
}

/** @returns Whether a message has all that is needed of it. */
export function isMessage(value: unknown): boolean {
  return isRecord(value) && isName(value['id']) && isTime(value['time']) && isName(value['from']) && isName(value['to']) && isType(value['chatType']) && typeof value['type'] === 'string';
}
