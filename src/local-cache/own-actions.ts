import { isRecord } from '../protocol/take.ts';
import type { ConversationRef } from '../protocol/ids.ts';
import type { ServiceEvent } from '../worker/service/chat-service.ts';
import { isStoredMessage, toMessage } from '../worker/service/easemob/map-message.ts';
import { toSentMessage } from '../worker/service/easemob/send.ts';
import type { AppConnection } from './adopted-connection.ts';
import { isOfThread } from '../worker/service/easemob/is-of-thread.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** What the SDK tells other devices of, and not the one that did it: by the name of the method that does it. */
const CONTACT_EVENTS: { readonly [method: string]: (params: { readonly [name: string]: unknown }, answer: unknown) => ServiceEvent[] } = {
  deleteConversation: ({ channel, chatType }) => ofRef(channel, chatType, (conversation) => ({ type: 'conversation-deleted', conversation })),
  removeHistoryMessages: ({ targetId, chatType }) => ofRef(targetId, chatType, (conversation) => ({ type: 'history-removed', conversation })),
  pinConversation: ({ conversationId, conversationType, isPinned }, answer) =>
    ofRef(conversationId, conversationType, (conversation) => {
      const time = isRecord(answer) && isRecord(answer['data']) ? Number(answer['data']['pinnedTime']) || 0 : 0;
      return { type: 'pinned', conversation, isPinned: isPinned === true, time };
    }),
  addConversationMark: (params) => marked(params, true),
  removeConversationMark: (params) => marked(params, false),
  recallMessage: ({ mid, to, chatType, type }) =>
    ofRef(to, chatType ?? type, (conversation) => ({ type: 'recalled', conversation, messageId: String(mid) })),
  modifyMessage: (_, answer) => {
    const message = isRecord(answer) ? answer['message'] : undefined;
    return isStoredMessage(message) && !isOfThread(message) ? [{ type: 'edited', message: toMessage(message) }] : [];
  },
};

function ofRef(id: unknown, type: unknown, make: (conversation: ConversationRef) => ServiceEvent): ServiceEvent[] {
  const conversationType = type === 'groupChat' || type === 'groupchat' ? 'groupChat' : 'singleChat';
  return typeof id === 'string' && id !== '' ? [make({ conversationId: id, conversationType })] : [];
}

function marked(params: { readonly [name: string]: unknown }, isMarked: boolean): ServiceEvent[] {
  const { conversations, mark } = params;
  if (!Array.isArray(conversations) || typeof mark !== 'number') return [];
  return conversations.filter(isRecord).flatMap(({ conversationId, conversationType }) =>
    ofRef(conversationId, conversationType, (conversation) => ({ type: 'marked', conversation, mark, isMarked })),
  );
}

/** What was sent, as the others hear of it; a conversation's acknowledgement reads it on all devices. */
function sentEvents(message: unknown, answer: unknown): ServiceEvent[] {
  if (!isRecord(message)) return [];
  if (message['type'] === 'channel') {
    return ofRef(message['to'], message['chatType'], (conversation) => ({ type: 'read-elsewhere', conversation }));
  }
  const sent = isRecord(answer) ? answer['message'] : undefined;
  return isStoredMessage(sent) && !isOfThread(sent) ? [{ type: 'messages', messages: [toSentMessage(answer)] }] : [];
}

/**
 * Watches what the application does through its own connection, and tells of it as another device would be told.
 *
 * - A method's promise is the application's as before; it settles after what it did was told.
 *
 * @returns Ends the watch.
 */
export function watchOwnActions(app: AppConnection, tell: (event: ServiceEvent) => Promise<void>): () => void {
  const undo: (() => void)[] = [];
  const wrap = (target: object, name: string, toEvents: (args: readonly unknown[], answer: unknown) => readonly ServiceEvent[]): void => {
    const methods = target as { [method: string]: Method | undefined };
    const original = methods[name];
    if (typeof original !== 'function') return;
    methods[name] = (...args) => {
      const result = original.apply(target, [...args]);
      return result instanceof Promise ? result.then((answer: unknown) => told(args, answer)) : result;
    };
    const told = async (args: readonly unknown[], answer: unknown): Promise<unknown> => {
      await Promise.all(toEvents(args, answer).map(tell));
      return answer;
    };
    undo.push(() => void (methods[name] = original));
  };

  wrap(app, 'send', ([message], answer) => sentEvents(message, answer));
  for (const [name, toEvents] of Object.entries(CONTACT_EVENTS)) {
    if (app.contact !== undefined) wrap(app.contact, name, ([params], answer) => (isRecord(params) ? toEvents(params, answer) : []));
  }
  return () => undo.splice(0).forEach((each) => each());
}
