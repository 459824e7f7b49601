import type { ConversationRef } from '../protocol/ids.ts';
import type { Message } from '../protocol/model.ts';
import type { ServiceConversation, ServiceEvent } from '../worker/service/chat-service.ts';
import { createFakeFaults, type FakeFaults } from './fake-faults.ts';
import { createMailbox, type Mailbox } from './fake-mailbox.ts';

/** A message as somebody writes it. */
export type WrittenMessage = {
  readonly from: string;
  readonly to: string;
  readonly conversationType?: ConversationRef['conversationType'];
  readonly text: string;
  readonly ext?: { readonly [name: string]: unknown };
  /** Other fields of the message. */
  readonly fields?: { readonly [name: string]: unknown };
};

/** A connection of a user, as the server sees it. */
export interface FakeConnection {
  readonly userId: string;
  emit(event: ServiceEvent): void;
}

/**
 * A chat service in one process, small and true where it matters: who sees what, in which order, counted how.
 *
 * - Unread counts are per user: messages of others since the conversation was read.
 * - Live delivery goes to every connection of those who take part, the sender's other ones included.
 */
export interface FakeServer {
  readonly faults: FakeFaults;
  makeGroup(groupId: string, members: readonly string[]): void;
  /** @param except The connection the message came from. @returns The message as everybody gets it. */
  write(message: WrittenMessage, except?: FakeConnection): Message;
  /** Fills an account: conversations `user-1` … with messages of theirs, unread. No one is told. */
  seed(options: { readonly userId: string; readonly conversations: number; readonly messages?: number }): void;
  edit(messageId: string, text: string): void;
  /** Removes a message everywhere. */
  recall(messageId: string): void;
  /** A user reads a conversation, on another device than ours. */
  read(userId: string, ref: ConversationRef, except?: FakeConnection): void;
  mailbox(userId: string): Mailbox;
  /** The conversations of a user as a list request would answer; frozen while {@link FakeServer.freezeLists} holds. */
  list(userId: string): readonly ServiceConversation[];
  /** The user's history of a conversation, oldest first. */
  history(userId: string, ref: ConversationRef): readonly Message[];
  /** Lists go on as they are now: they lag behind. @returns Lets them catch up. */
  freezeLists(): () => void;
  /** Deliveries wait from now on. @returns Hands them over, in an order of the caller's. */
  holdDeliveries(): (arrange?: (messages: readonly Message[]) => readonly Message[]) => void;
  /** Messages from now on are delivered to nobody, as if the connection had lost them. @returns Ends that. */
  loseDeliveries(): () => void;
  /** Tells all connections of a user. */
  tell(userId: string, event: ServiceEvent, except?: FakeConnection): void;
  join(connection: FakeConnection): void;
  leave(connection: FakeConnection): void;
  connections(userId: string): readonly FakeConnection[];
}

/** Server time between two messages. Unit: ms. */
const TICK_MS = 1_000;

/** Makes an empty server. Its time starts in 2023 and its ids have 19 digits, as real ones do. */
export function createFakeServer(): FakeServer {
  const faults = createFakeFaults();
  const mailboxes = new Map<string, Mailbox>();
  const groups = new Map<string, readonly string[]>();
  const connections = new Set<FakeConnection>();
  let frozen: Map<string, readonly ServiceConversation[]> | undefined;
  let heldMessages: (readonly [string, Message, FakeConnection | undefined])[] | undefined;
  let isLosing = false;
  let written = 0;

  const mailbox = (userId: string): Mailbox => {
    const found = mailboxes.get(userId) ?? createMailbox(userId);
    mailboxes.set(userId, found);
    return found;
  };

  const takersOf = (message: Message): readonly string[] =>
    message.chatType === 'groupChat' ? (groups.get(message.to) ?? [message.from]) : [...new Set([message.from, message.to])];

  const tell: FakeServer['tell'] = (userId, event, except) => {
    for (const connection of [...connections]) {
      if (connection.userId === userId && connection !== except) connection.emit(event);
    }
  };

  const deliver = (userId: string, message: Message, except: FakeConnection | undefined): void => {
    if (isLosing) return;
    if (heldMessages !== undefined) heldMessages.push([userId, message, except]);
    else if (![...connections].some((connection) => connection.userId === userId)) {
      if (userId !== message.from) mailbox(userId).keep(message);
    } else tell(userId, { type: 'messages', messages: [message] }, except);
  };

  const make = ({ from, to, conversationType = 'singleChat', text, ext, fields }: WrittenMessage): Message => {
    written += 1;
    const id = `12${String(written).padStart(17, '0')}`;
    const time = 1_700_000_000_000 + written * TICK_MS;
    return { type: 'txt', msg: text, ...fields, ...(ext === undefined ? {} : { ext }), id, time, from, to, chatType: conversationType };
  };

  const everywhere = (messageId: string, act: (userId: string, ref: ConversationRef, message: Message) => void): void => {
    for (const [userId, box] of mailboxes) {
      const found = box.find(messageId);
      if (found !== undefined) act(userId, found.ref, found.message);
    }
  };

  return {
    faults,
    makeGroup: (groupId, members) => void groups.set(groupId, members),
    write(draft, except) {
      const message = make(draft);
      const takers = takersOf(message);
      for (const userId of takers) mailbox(userId).add(message);
      for (const userId of takers) {
        deliver(userId, message, userId === message.from ? except : undefined);
      }
      return message;
    },
    seed({ userId, conversations, messages = 1 }) {
      for (let number = 1; number <= conversations; number += 1) {
        for (let text = 1; text <= messages; text += 1) {
          mailbox(userId).add(make({ from: `user-${number}`, to: userId, text: `message ${text}` }));
        }
      }
    },
    edit(messageId, text) {
      everywhere(messageId, (userId, _ref, message) => {
        const edited: Message = { ...message, msg: text, modifiedInfo: { operationCount: 1 } };
        mailbox(userId).replace(edited);
        tell(userId, { type: 'edited', message: edited });
      });
    },
    recall(messageId) {
      everywhere(messageId, (userId, ref) => {
        mailbox(userId).remove(ref, [messageId]);
        tell(userId, { type: 'recalled', conversation: ref, messageId });
      });
    },
    read(userId, ref, except) {
      mailbox(userId).read(ref);
      tell(userId, { type: 'read-elsewhere', conversation: ref }, except);
      if (ref.conversationType === 'singleChat') {
        tell(ref.conversationId, { type: 'read-by-peer', conversation: { conversationId: userId, conversationType: 'singleChat' } });
      }
    },
    mailbox,
    list: (userId) => frozen?.get(userId) ?? mailbox(userId).list(),
    history: (userId, ref) => mailbox(userId).history(ref),
    freezeLists() {
      frozen = new Map([...mailboxes].map(([userId, box]) => [userId, box.list()]));
      return () => void (frozen = undefined);
    },
    holdDeliveries() {
      heldMessages = [];
      return (arrange = (messages) => messages) => {
        const held = heldMessages ?? [];
        heldMessages = undefined;
        for (const userId of new Set(held.map(([id]) => id))) {
          const mine = held.filter(([id]) => id === userId);
          for (const message of arrange(mine.map(([, one]) => one))) deliver(userId, message, mine.find(([, one]) => one === message)?.[2]);
        }
      };
    },
    loseDeliveries() {
      isLosing = true;
      return () => void (isLosing = false);
    },
    tell,
    join: (connection) => void connections.add(connection),
    leave: (connection) => void connections.delete(connection),
    connections: (userId) => [...connections].filter((connection) => connection.userId === userId),
  };
}
