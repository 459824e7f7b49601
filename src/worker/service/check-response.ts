import { SyncError } from '../../protocol/errors.ts';
import type { ConversationRef } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { isConversationType, isFlag, isName, isRecord, isString, isWhole } from '../../protocol/take.ts';
import type { HistoryPage } from '../../protocol/worker-api.ts';
import type { ServiceConversationPage, ServiceEvent } from './chat-service.ts';

type Test = (value: unknown) => boolean;
type Shape = { readonly [field: string]: Test };

const isTime: Test = (value) => Number.isFinite(value) && (value as number) >= 0;
const isCount: Test = isWhole(0);
const isListOf = (test: Test): Test => (value) => Array.isArray(value) && value.every(test);

/** @returns The first field that is not as it should be; `''` when the value has no fields at all. */
function badField(value: unknown, shape: Shape): string | undefined {
  return isRecord(value) ? Object.keys(shape).find((field) => shape[field]?.(value[field]) !== true) : '';
}

const has = (shape: Shape): Test => (value) => badField(value, shape) === undefined;

const refShape: Shape = { conversationId: isName, conversationType: isConversationType };
const isRef = has(refShape);

/** @returns Whether a message has all that is needed of it. */
export const isMessage: Test = has({ id: isName, time: isTime, from: isName, to: isName, chatType: isConversationType, type: isString });

const isRow = has({
  ...refShape,
  unReadCount: isCount,
  lastMessage: (value) => value === null || isMessage(value),
  isPinned: isFlag,
  pinnedTime: isTime,
  marks: isListOf(isCount),
});

const ofConversation: Shape = { conversation: isRef };
const ofMessage: Shape = { ...ofConversation, messageId: isName };
const anything: Shape = {};
const reactionShape: Shape = { reaction: isName, count: isCount, userList: isListOf(isString) };
const isReaction = has({ ...reactionShape, isAddedBySelf: isFlag });
const isPosition = has({ id: isName, time: isTime });
const isPin = has({ by: isName, time: isTime });

/** What each event must have. */
const eventShapes: { readonly [Type in ServiceEvent['type']]: Shape } = {
  connected: anything,
  disconnected: anything,
  ended: anything,
  'token-expiring': anything,
  'token-expired': anything,
  messages: { messages: Array.isArray },
  recalled: ofMessage,
  edited: { message: isMessage },
  delivered: ofMessage,
  read: ofMessage,
  'read-by-peer': ofConversation,
  'read-elsewhere': { ...ofConversation, through: (value) => value === undefined || isPosition(value) },
  'conversation-deleted': ofConversation,
  'history-removed': ofConversation,
  reactions: { ...ofMessage, reactions: isListOf(isReaction) },
  'reactions-changed': { ...ofMessage, changes: isListOf(has(reactionShape)) },
  'message-pinned': { ...ofMessage, pin: (value) => value === null || isPin(value) },
  muted: { ...ofConversation, isMuted: isFlag },
  notice: { notice: has({ name: isName }) },
  pinned: { ...ofConversation, isPinned: isFlag, time: isTime },
  marked: { ...ofConversation, mark: isCount, isMarked: isFlag },
};

/** @returns Whether an event has what its type promises. */
export function isUsableEvent(event: ServiceEvent): boolean {
  const shape: Shape | undefined = isRecord(event) ? eventShapes[event.type] : undefined;
  return shape !== undefined && has(shape)(event);
}

/** @throws {SyncError} `bad-response` naming the field, never its content (ER3, ER4) */
function checked<T>(answer: T, shape: Shape): T {
  const field = badField(answer, shape);
  if (field === undefined) return answer;
  throw new SyncError('bad-response', 'unusable answer', { details: { field } });
}

/** @throws {SyncError} `bad-response` */
export function checkConversationPage(page: ServiceConversationPage): ServiceConversationPage {
  return checked(page, { conversations: isListOf(isRow), cursor: isString });
}

/** @throws {SyncError} `bad-response` */
export function checkMutedPage<Page extends { readonly conversations: readonly ConversationRef[]; readonly cursor: string }>(page: Page): Page {
  return checked(page, { conversations: isListOf(isRef), cursor: isString });
}

/** @throws {SyncError} `bad-response` */
export function checkAcknowledgement<Answer extends { readonly through?: string }>(answer: Answer): Answer {
  return checked(answer, { through: (value) => value === undefined || isName(value) });
}

/** @throws {SyncError} `bad-response` */
export function checkHistoryPage(page: HistoryPage): HistoryPage {
  return checked(page, { messages: isListOf(isMessage), cursor: (value) => value === undefined || isString(value), isLast: isFlag });
}

/** @throws {SyncError} `bad-response` */
export function checkMessage(message: Message): Message {
  return checked({ message }, { message: isMessage }).message;
}
