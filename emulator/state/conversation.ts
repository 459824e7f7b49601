import { type Channel, type ChatType, type StoredMessage } from './channel.ts';
import { compareIds } from './ids.ts';

/** What a list request shows of a conversation: behind the truth while the list lags. */
export type ShownState = {
  readonly unread: number;
  readonly lastMessage: StoredMessage | undefined;
  /** Id of the newest activity: the list's order, and what its cursor points at. */
  readonly activity: string;
  /** ms, 0 if not pinned. */
  readonly pinnedAt: number;
  readonly marks: readonly string[];
};

/** A channel as one of its users sees it. Kept after deletion, because what was hidden stays hidden. */
export type Conversation = {
  readonly id: string;
  readonly chatType: ChatType;
  readonly channel: Channel;
  /** On the list. False before the first message and after a deletion. */
  listed: boolean;
  activity: string;
  unread: number;
  /** Messages up to here were read; ids compare as in `compareIds`. */
  readThrough: string;
  /** Messages up to here were removed for this user. */
  hiddenThrough: string;
  readonly hiddenIds: Set<string>;
  /** ms, 0 if not pinned. */
  pinnedAt: number;
  readonly marks: Set<string>;
  shown: ShownState | undefined;
  lagTimer: NodeJS.Timeout | undefined;
};

export function createConversation(id: string, channel: Channel): Conversation {
  return {
    id,
    chatType: channel.chatType,
    channel,
    listed: false,
    activity: '0',
    unread: 0,
    readThrough: '0',
    hiddenThrough: '0',
    hiddenIds: new Set(),
    pinnedAt: 0,
    marks: new Set(),
    shown: undefined,
    lagTimer: undefined,
  };
}

/** One string for a conversation of a user; singles and groups may share a name. */
export function conversationKey(chatType: ChatType, id: string): string {
  return chatType === 'groupChat' ? `g:${id}` : `u:${id}`;
}

/** Whether this user still has the message. */
export function isVisible(conversation: Conversation, message: StoredMessage): boolean {
  return compareIds(message.id, conversation.hiddenThrough) > 0 && !conversation.hiddenIds.has(message.id);
}

/** The unread count from first principles, for when messages left the conversation. */
export function countUnread(conversation: Conversation, userId: string): number {
  const { messages } = conversation.channel;
  let count = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index] as StoredMessage;
    if (compareIds(message.id, conversation.readThrough) <= 0) break;
    if (message.from !== userId && isVisible(conversation, message)) count += 1;
  }
  return count;
}
