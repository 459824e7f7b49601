import type { ConversationRef } from '../protocol/ids.ts';
import type { Message, OutgoingFile, ServiceNotice } from '../protocol/model.ts';
import type { ServiceConversation, ServiceEvent } from '../worker/service/chat-service.ts';
import { createFakeFaults, type FakeFaults } from './fake-faults.ts';
import { createMailbox, type Mailbox } from './fake-mailbox.ts';
import { withReaction } from './with-reaction.ts';

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
  /** @param change The new text, or fields. @param by Who does it, and is told nothing. @returns The message as it is now. */
  edit(messageId: string, change: string | { readonly [field: string]: unknown }, by?: string): Message;
  /** Removes a message everywhere. @param by Who does it, and is told nothing. */
  recall(messageId: string, by?: string): void;
  /** A user gives a reaction to a message, or takes it back; lists and history show it. */
  react(options: { readonly messageId: string; readonly userId: string; readonly reaction: string; readonly isAdded: boolean }): void;
  /** A message is pinned for its conversation; null ends that. Lists and history show it. @param actor Who does it, and is told nothing. */
  pinMessage(messageId: string, by: string | null, actor?: string): void;
  /** A message reached the other side: its sender is told. Nothing else shows it, as with the real service. */
  deliver(messageId: string): void;
  /** A user acknowledges one message: its sender is told, in a group with the number of those who have. */
  readMessage(messageId: string, userId: string): void;
  /** Who has acknowledged one message. */
  readersOf(messageId: string): readonly string[];
  /** A user reads a conversation, on another device than ours. @returns The acknowledgement's id, after all messages so far. */
  read(userId: string, ref: ConversationRef, except?: FakeConnection): string;
  /** A user changes do-not-disturb for a conversation, on another device than ours. */
  setMuted(userId: string, ref: ConversationRef, isMuted: boolean): void;
  /** Somebody sends a command: it is delivered, and neither listed nor counted. @returns What is told of it. */
  command(message: Omit<WrittenMessage, 'text'> & { readonly action: string }): ServiceNotice;
  /** Lists hold only the conversations with the latest activity from now on; the service keeps 100. Infinity: all. */
  limitLists(conversations: number): void;
  /** History before this time (ms, exclusive) is gone. Lists still show what they know. */
  retainFrom(time: number): void;
  /** Keeps an uploaded file. @returns Where: what messages name as `url`. */
  keepFile(file: OutgoingFile): string;
  /** What was uploaded, by its address. */
  readonly files: ReadonlyMap<string, OutgoingFile>;
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
  /** Tells a user, when there is a connection again where there is none. */
  tellSurely(userId: string, event: ServiceEvent): void;
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
  const files = new Map<string, OutgoingFile>();
  let frozen: Map<string, readonly ServiceConversation[]> | undefined;
  let heldMessages: (readonly [string, Message, FakeConnection | undefined])[] | undefined;
  let isLosing = false;
  let listLimit = Infinity;
  let retainedFrom = 0;
  /** Who has acknowledged a message, by its id. */
  const readers = new Map<string, ReadonlySet<string>>();
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

  const isThere = (userId: string): boolean => [...connections].some((connection) => connection.userId === userId);

  const deliver = (userId: string, message: Message, except: FakeConnection | undefined): void => {
    if (isLosing) return;
    if (heldMessages !== undefined) heldMessages.push([userId, message, except]);
    else if (!isThere(userId)) {
      if (userId !== message.from) mailbox(userId).keep({ type: 'messages', messages: [message] });
    } else tell(userId, { type: 'messages', messages: [message] }, except);
  };

  const tellSurely = (userId: string, event: ServiceEvent): void => {
    if (isThere(userId)) tell(userId, event);
    else mailbox(userId).keep(event);
  };

  /** The next place in everybody's order. */
  const next = (): { readonly id: string; readonly time: number } => {
    written += 1;
    return { id: `12${String(written).padStart(17, '0')}`, time: 1_700_000_000_000 + written * TICK_MS };
  };

  const make = ({ from, to, conversationType = 'singleChat', text, ext, fields }: WrittenMessage): Message => {
    return { type: 'txt', msg: text, ...fields, ...(ext === undefined ? {} : { ext }), ...next(), from, to, chatType: conversationType };
  };

  const listNow = (userId: string): readonly ServiceConversation[] => mailbox(userId).list().slice(0, listLimit);

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
    edit(messageId, change, by) {
      const { time: operationTime } = next();
      const all: Message[] = [];
      everywhere(messageId, (userId, _ref, message) => {
        const { operationCount = 0 } = (message['modifiedInfo'] ?? {}) as { readonly operationCount?: number };
        const fields = typeof change === 'string' ? { msg: change } : change;
        const edited: Message = { ...message, ...fields, modifiedInfo: { operationCount: operationCount + 1, operationTime } };
        mailbox(userId).replace(edited);
        if (userId !== by) tellSurely(userId, { type: 'edited', message: edited });
        if (userId === by || all.length === 0) all.unshift(edited);
      });
      const [edited] = all;
      if (edited === undefined) throw new Error('no such message');
      return edited;
    },
    recall(messageId, by) {
      everywhere(messageId, (userId, ref) => {
        mailbox(userId).remove(ref, [messageId]);
        if (userId !== by) tellSurely(userId, { type: 'recalled', conversation: ref, messageId });
      });
    },
    react({ messageId, userId: by, reaction, isAdded }) {
      everywhere(messageId, (userId, conversation, message) => {
        const reactions = withReaction(message.reactions ?? [], { reaction, by, isAdded, viewer: userId });
        mailbox(userId).replace({ ...message, reactions });
        tellSurely(userId, { type: 'reactions', conversation, messageId, reactions });
      });
    },
    pinMessage(messageId, by, actor) {
      const { time } = next();
      everywhere(messageId, (userId, conversation, { pin: _unpinned, ...message }) => {
        const pin = by === null ? null : { by, time };
        mailbox(userId).replace({ ...(message as Message), ...(pin && { pin }) });
        if (userId !== actor) tellSurely(userId, { type: 'message-pinned', conversation, messageId, pin });
      });
    },
    deliver(messageId) {
      everywhere(messageId, (userId, conversation, { from }) => {
        if (userId === from) tellSurely(userId, { type: 'delivered', conversation, messageId });
      });
    },
    readMessage(messageId, reader) {
      const all = new Set(readers.get(messageId)).add(reader);
      readers.set(messageId, all);
      everywhere(messageId, (userId, conversation, { from, chatType }) => {
        if (userId !== from) return;
        tellSurely(userId, { type: 'read', conversation, messageId, ...(chatType === 'groupChat' && { readCount: all.size }) });
      });
    },
    readersOf: (messageId) => [...(readers.get(messageId) ?? [])],
    read(userId, ref, except) {
      mailbox(userId).read(ref);
      const through = next();
      tell(userId, { type: 'read-elsewhere', conversation: ref, through }, except);
      if (ref.conversationType === 'singleChat') {
        tellSurely(ref.conversationId, { type: 'read-by-peer', conversation: { conversationId: userId, conversationType: 'singleChat' } });
      }
      return through.id;
    },
    setMuted(userId, conversation, isMuted) {
      mailbox(userId).setMuted(conversation, isMuted);
      tell(userId, { type: 'muted', conversation, isMuted });
    },
    command({ action, ...draft }) {
      const { msg: _none, ...message } = make({ ...draft, text: '', fields: { ...draft.fields, type: 'cmd', action } });
      const notice: ServiceNotice = { name: 'onCmdMessage', data: message };
      for (const userId of takersOf(message)) if (userId !== draft.from) tellSurely(userId, { type: 'notice', notice });
      return notice;
    },
    limitLists: (conversations) => void (listLimit = conversations),
    retainFrom: (time) => void (retainedFrom = time),
    mailbox,
    list: (userId) => frozen?.get(userId) ?? listNow(userId),
    history: (userId, ref) => mailbox(userId).history(ref).filter(({ time }) => time >= retainedFrom),
    freezeLists() {
      frozen = new Map([...mailboxes.keys()].map((userId) => [userId, listNow(userId)]));
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
    tellSurely,
    join: (connection) => void connections.add(connection),
    leave: (connection) => void connections.delete(connection),
    files,
    keepFile(file) {
      const url = `https://files.example/${files.size + 1}`;
      files.set(url, file);
      return url;
    },
    connections: (userId) => [...connections].filter((connection) => connection.userId === userId),
  };
}
