import { comparePositions, conversationKey, isAfter, toPosition, type ConversationKey, type ConversationRef, type Position } from '../protocol/ids.ts';
import type { Message } from '../protocol/model.ts';
import type { ServiceConversation, ServiceEvent } from '../worker/service/chat-service.ts';
import { createKept } from './fake-kept.ts';

/** What the server keeps for one user. */
export interface Mailbox {
  add(message: Message): void;
  replace(message: Message): void;
  find(messageId: string): { readonly ref: ConversationRef; readonly message: Message } | undefined;
  remove(ref: ConversationRef, messageIds: readonly string[]): void;
  /** @param time ms, exclusive. */
  removeBefore(ref: ConversationRef, time: number): void;
  /** Everything there is now is read. */
  read(ref: ConversationRef): void;
  /** Messages of others since the conversation was read, without those that are gone. */
  unread(ref: ConversationRef): number;
  pin(ref: ConversationRef, pinnedTime: number): void;
  mark(ref: ConversationRef, mark: number, isMarked: boolean): void;
  deleteConversation(ref: ConversationRef, options: { readonly deleteRoam: boolean }): void;
  /** Latest activity first, as the service lists. */
  list(): readonly ServiceConversation[];
  /** Oldest first. */
  history(ref: ConversationRef): readonly Message[];
  setMuted(ref: ConversationRef, isMuted: boolean): void;
  muted(): readonly ConversationRef[];
  /** Keeps an event for a user who is not connected: of messages the newest 500 of single chats and 200 of groups. */
  keep(event: ServiceEvent): void;
  /** Takes out all that was kept. @returns The messages of it: the user never gets them live. */
  takeKept(): readonly Message[];
  /** Takes out all that was kept, to be told. */
  takeKeptEvents(): readonly ServiceEvent[];
}

type Conversation = {
  readonly ref: ConversationRef;
  messages: readonly Message[];
  readThrough: Position | null;
  pinnedTime: number;
  marks: readonly number[];
  isListed: boolean;
  isMuted: boolean;
};

/** Makes the empty mailbox of a user. */
export function createMailbox(userId: string): Mailbox {
  const conversations = new Map<ConversationKey, Conversation>();
  const kept = createKept();

  const refOf = (message: Message): ConversationRef => {
    const isGroup = message.chatType === 'groupChat';
    return { conversationType: message.chatType, conversationId: isGroup || message.from === userId ? message.to : message.from };
  };

  const of = (ref: ConversationRef): Conversation => {
    const key = conversationKey(ref);
    const found = conversations.get(key);
    if (found !== undefined) return found;
    const { conversationId, conversationType } = ref;
    const made: Conversation = { ref: { conversationId, conversationType }, messages: [], readThrough: null, pinnedTime: 0, marks: [], isListed: false, isMuted: false };
    conversations.set(key, made);
    return made;
  };

  const filter = (ref: ConversationRef, isKept: (message: Message) => boolean): void => {
    const conversation = of(ref);
    conversation.messages = conversation.messages.filter(isKept);
  };

  const read = (ref: ConversationRef): void => {
    const conversation = of(ref);
    const last = conversation.messages.at(-1);
    if (last !== undefined) conversation.readThrough = toPosition(last);
  };

  const unreadOf = ({ messages, readThrough }: Conversation): number =>
    messages.filter((message) => message.from !== userId && isAfter(message, readThrough)).length;

  return {
    add(message) {
      const conversation = of(refOf(message));
      conversation.messages = [...conversation.messages, message].sort(comparePositions);
      conversation.isListed = true;
    },
    replace(message) {
      const conversation = of(refOf(message));
      conversation.messages = conversation.messages.map((other) => (other.id === message.id ? message : other));
    },
    find(messageId) {
      for (const { ref, messages } of conversations.values()) {
        const message = messages.find(({ id }) => id === messageId);
        if (message !== undefined) return { ref, message };
      }
      return undefined;
    },
    remove: (ref, messageIds) => filter(ref, ({ id }) => !messageIds.includes(id)),
    removeBefore: (ref, before) => filter(ref, ({ time }) => time >= before),
    read,
    unread: (ref) => unreadOf(of(ref)),
    pin(ref, pinnedTime) {
      of(ref).pinnedTime = pinnedTime;
    },
    mark(ref, mark, isMarked) {
      const conversation = of(ref);
      const others = conversation.marks.filter((other) => other !== mark);
      conversation.marks = isMarked ? [...others, mark].sort((a, b) => a - b) : others;
    },
    deleteConversation(ref, { deleteRoam }) {
      const conversation = of(ref);
      read(ref);
      conversation.isListed = false;
      if (deleteRoam) conversation.messages = [];
    },
    list: () =>
      [...conversations.values()]
        .filter(({ isListed }) => isListed)
        .map((conversation): ServiceConversation => {
          const { ref, messages, pinnedTime, marks } = conversation;
          return {
            ...ref,
            unReadCount: unreadOf(conversation),
            lastMessage: messages.at(-1) ?? null,
            isPinned: pinnedTime > 0,
            pinnedTime,
            marks,
          };
        })
        .sort((a, b) => (b.lastMessage?.time ?? 0) - (a.lastMessage?.time ?? 0)),
    history: (ref) => of(ref).messages,
    setMuted(ref, isMuted) {
      of(ref).isMuted = isMuted;
    },
    muted: () => [...conversations.values()].filter(({ isMuted }) => isMuted).map(({ ref }) => ref),
    keep: kept.keep,
    takeKept: () => kept.take().flatMap((event) => (event.type === 'messages' ? event.messages : [])),
    takeKeptEvents: kept.take,
  };
}
