import { SyncError } from '../../protocol/errors.ts';
import { isConversationType, isFlag, isName, isRecord, isString, isWhole } from '../../protocol/take.ts';
import type { ChatService, ServiceEvent } from './chat-service.ts';

/** What the service is asked for, and answers. */
export type ServiceRequest = Exclude<keyof ChatService, 'connect' | 'disconnect' | 'renewToken' | 'wake' | 'subscribe' | 'sendable' | 'uploadFile' | 'call'>;

type Test = (value: unknown) => boolean;
type Shape = { readonly [field: string]: Test };

const isTime: Test = (value) => Number.isFinite(value) && (value as number) >= 0;
const isCount: Test = isWhole(0);
const isListOf = (test: Test): Test => (value) => Array.isArray(value) && value.every(test);
const isOneOr =
  (none: null | undefined, test: Test): Test =>
  (value) =>
    value === none || test(value);

/** @returns The first field that is not as it should be; `''` when the value has no fields at all. */
function badField(value: unknown, shape: Shape): string | undefined {
  return isRecord(value) ? Object.keys(shape).find((field) => shape[field]?.(value[field]) !== true) : '';
}

const has = (shape: Shape): Test => (value) => badField(value, shape) === undefined;

const refShape: Shape = { conversationId: isName, conversationType: isConversationType };
const isRef = has(refShape);

const messageShape: Shape = { id: isName, time: isTime, from: isName, to: isName, chatType: isConversationType, type: isString };

/** @returns Whether a message has all that is needed of it. */
export const isMessage: Test = has(messageShape);

const isRow = has({
  ...refShape,
  unReadCount: isCount,
  lastMessage: isOneOr(null, isMessage),
  isPinned: isFlag,
  pinnedTime: isTime,
  marks: isListOf(isCount),
});
const listShape: Shape = { conversations: isListOf(isRow), cursor: isString };

const ofConversation: Shape = { conversation: isRef };
const ofMessage: Shape = { ...ofConversation, messageId: isName };
const anything: Shape = {};
const reactionShape: Shape = { reaction: isName, count: isCount, userList: isListOf(isString) };

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
  'read-elsewhere': { ...ofConversation, through: isOneOr(undefined, has({ id: isName, time: isTime })) },
  'conversation-deleted': ofConversation,
  'history-removed': ofConversation,
  reactions: { ...ofMessage, reactions: isListOf(has({ ...reactionShape, isAddedBySelf: isFlag })) },
  'reactions-changed': { ...ofMessage, changes: isListOf(has(reactionShape)) },
  'message-pinned': { ...ofMessage, pin: isOneOr(null, has({ by: isName, time: isTime })) },
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

/** What the answer to each request must have; undefined: nothing that is used here. */
export const answerShapes: { readonly [Name in ServiceRequest]: Shape | undefined } = {
  getConversations: listShape,
  getPinnedConversations: listShape,
  getOldConversationList: undefined,
  getMutedConversations: { conversations: isListOf(isRef), cursor: isString },
  getHistory: { messages: isListOf(isMessage), cursor: isOneOr(undefined, isString), isLast: isFlag },
  removeHistory: undefined,
  deleteConversation: undefined,
  pinConversation: undefined,
  markConversations: undefined,
  acknowledgeConversation: { through: isOneOr(undefined, isName) },
  recallMessage: undefined,
  editMessage: messageShape,
  reactToMessage: undefined,
  pinMessage: undefined,
  acknowledgeMessage: undefined,
  send: messageShape,
};

/**
 * @returns The answer, as it came.
 * @throws {SyncError} `bad-response` naming the field, never its content (ER3, ER4)
 */
export function checked<T>(answer: T, shape: Shape | undefined): T {
  const field = shape && badField(answer, shape);
  if (field === undefined) return answer;
  throw new SyncError('bad-response', 'unusable answer', { details: { field } });
}

/** @returns What a service rejected with, in our own words: `service-failed` where it has none. */
export function asServiceError(cause: unknown, request: string): SyncError {
  return cause instanceof SyncError ? cause : new SyncError('service-failed', `the service failed: ${request}`, { cause });
}
