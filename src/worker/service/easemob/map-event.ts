import type { ConversationRef } from '../../../protocol/ids.ts';
import type { ReactionChange, ServiceEvent } from '../chat-service.ts';
import { isFields, textOf, type Fields } from './checked.ts';
import { conversationOf } from './map-message.ts';

/** @returns The conversation that an event names, or undefined: chat rooms are not stored. */
function refOf(conversationId: string, conversationType: unknown): ConversationRef | undefined {
  const isKnown = conversationId !== '' && (conversationType === 'singleChat' || conversationType === 'groupChat');
  return isKnown ? { conversationId, conversationType } : undefined;
}

/** @returns What the user did on another device of the same account; undefined where that is nothing we keep. */
export function toDeviceEvent(payload: unknown): ServiceEvent | undefined {
  if (!isFields(payload)) return undefined;
  const conversation = refOf(textOf(payload, 'conversationId'), payload['conversationType'] ?? payload['chatType'] ?? payload['type']);
  if (conversation === undefined) return undefined;
  const time = Number(payload['timestamp'] ?? 0) || 0;
  const mark = payload['conversationMark'];
  switch (payload['operation']) {
    case 'deleteConversation':
      return { type: 'conversation-deleted', conversation };
    case 'deleteRoaming':
      return { type: 'history-removed', conversation };
    case 'pinnedConversation':
      return { type: 'pinned', conversation, isPinned: true, time };
    case 'unpinnedConversation':
      return { type: 'pinned', conversation, isPinned: false, time };
    case 'markConversation':
    case 'unMarkConversation': {
      const isMarked = payload['operation'] === 'markConversation';
      return typeof mark === 'number' ? { type: 'marked', conversation, mark, isMarked } : undefined;
    }
    case 'setSilentModeForConversation':
      return { type: 'muted', conversation, isMuted: isMute(payload['data']) };
    case 'removeSilentModeForConversation':
      return { type: 'muted', conversation, isMuted: false };
    default:
      return undefined;
  }
}

/** @returns Whether not every message is announced: by its type, or for a time that was set just now. Nobody tells when that is over. */
function isMute(setting: unknown): boolean {
  if (!isFields(setting)) return false;
  const { type, ignoreDuration } = setting;
  return isMutingType(type) || Number(ignoreDuration) > 0;
}

/** @returns Whether with this setting not every message is announced. */
export function isMutingType(type: unknown): boolean {
  return type === 'NONE' || type === 'AT';
}

/**
 * The service names the reactions that changed, each with what was done (`op`); where one comes without, they are all of them.
 * Whether the user gives one is told by that, by the list of users where it is whole, and else not.
 */
export function toReactionEvent(payload: unknown, userId: string): ServiceEvent | undefined {
  if (!isFields(payload) || !Array.isArray(payload['reactions'])) return undefined;
  const sent = { from: textOf(payload, 'from'), to: textOf(payload, 'to'), isGroup: payload['chatType'] === 'groupChat' };
  const told = (payload['reactions'] as readonly unknown[]).filter(isFields);
  const changes = told.map((one) => toChange(one, userId));
  const event = { conversation: conversationOf(sent, userId), messageId: textOf(payload, 'messageId') };
  if (told.every(({ op }) => Array.isArray(op))) return { type: 'reactions-changed', ...event, changes };
  const reactions = changes.filter(({ count }) => count > 0).map((change) => ({ ...change, isAddedBySelf: change.isAddedBySelf ?? false }));
  return { type: 'reactions', ...event, reactions };
}

function toChange(told: Fields, userId: string): ReactionChange {
  const { op, userList, isAddedBySelf } = told;
  const users = Array.isArray(userList) ? userList.filter((user) => typeof user === 'string') : [];
  const count = Number(told['count']) || 0;
  const own = Array.isArray(op) ? op.filter(isFields).findLast(({ operator }) => operator === userId) : undefined;
  const isOwn = own === undefined ? isAddedBySelf : own['reactionType'] === 'create';
  const isKnown = typeof isOwn === 'boolean' || users.includes(userId) || users.length >= count;
  return {
    reaction: textOf(told, 'reaction'),
    count,
    userList: users,
    ...(isKnown && { isAddedBySelf: typeof isOwn === 'boolean' ? isOwn : users.includes(userId) }),
  };
}

/** Of a pin of the user's own, made on another device in a single chat, the SDK does not say in which: it is left out. */
export function toPinEvent(payload: unknown, userId: string): ServiceEvent | undefined {
  if (!isFields(payload)) return undefined;
  const conversation = refOf(textOf(payload, 'conversationId'), payload['conversationType']);
  const messageId = textOf(payload, 'messageId');
  if (conversation === undefined || conversation.conversationId === userId) return undefined;
  const pin = payload['operation'] === 'pin' ? { by: textOf(payload, 'operatorId'), time: Number(payload['time']) || 0 } : null;
  return { type: 'message-pinned', conversation, messageId, pin };
}
