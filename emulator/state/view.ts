import { isOnline, type Account } from './account.ts';
import { type ChatType, type StoredMessage } from './channel.ts';
import { conversationKey, isVisible, type Conversation } from './conversation.ts';
import { type PushToken, type Report } from './people.ts';
import { type SilentMode } from './silence.ts';
import { type World } from './world.ts';
import { fromKeyValues, type Ext } from '../msync/key-values.ts';
import { contentType, nameSpace } from '../msync/wire-types.ts';

/** A conversation of a user. A bare string is a group if there is one of that name, else the other user. */
export type ConversationRef = string | { readonly id: string; readonly chatType: ChatType };

export type MessageView = {
  readonly id: string;
  readonly time: number;
  readonly from: string;
  readonly to: string;
  readonly chatType: ChatType;
  readonly type: string;
  /** '' for what is not a text. */
  readonly text: string;
  readonly ext: Ext;
  readonly edits: number;
  /** Who reacted, by reaction. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly deliveredTo: readonly string[];
  readonly readBy: readonly string[];
};

export type ConversationView = {
  readonly id: string;
  readonly chatType: ChatType;
  readonly unread: number;
  readonly pinnedAt: number;
  readonly marks: readonly string[];
  readonly lastMessage: MessageView | undefined;
};

/** A user and the others, in the order in which things came to be. */
export type PersonView = {
  readonly contacts: readonly { readonly userId: string; readonly remark: string }[];
  /** Invitations that were not answered. */
  readonly invitedBy: readonly { readonly userId: string; readonly reason: string }[];
  readonly blocked: readonly string[];
  readonly profile: Readonly<Record<string, string>>;
  readonly nickname: string;
  readonly pushTokens: readonly PushToken[];
};

/** The truth to compare with: what the service knows now, without list lag. For reading only. */
export interface StateView {
  /** Most recent activity first. */
  conversations(userId: string): ConversationView[];
  unread(userId: string, conversation: ConversationRef): number;
  /** Sum over all conversations. */
  totalUnread(userId: string): number;
  /** What the user still has of it, oldest first. */
  history(userId: string, conversation: ConversationRef): MessageView[];
  devices(userId: string): { readonly resource: string; readonly online: boolean }[];
  /** What waits for a device, oldest first. Before the first login: what its first device will get. */
  queue(userId: string, resource?: string): { readonly id: string; readonly kind: 'chat' | 'notify' }[];
  /** The user's do-not-disturb of a conversation; empty if it has none of its own. */
  silence(userId: string, conversation: ConversationRef): SilentMode;
  accounts(): string[];
  person(userId: string): PersonView;
  /** What was reported of messages. */
  reports(): readonly Report[];
}

const typeNames = ['txt', 'img', 'video', 'loc', 'audio', 'file', 'cmd', 'custom', 'combine'];

export function createStateView(world: World): StateView {
  function find(userId: string, ref: ConversationRef): Conversation {
    const id = typeof ref === 'string' ? ref : ref.id;
    const guessed = world.groups.has(id) ? 'groupChat' : 'singleChat';
    return world.conversation(world.account(userId), typeof ref === 'string' ? guessed : ref.chatType, id);
  }

  function listed(userId: string): Conversation[] {
    return [...world.account(userId).conversations.values()].filter((conversation) => conversation.listed);
  }

  return {
    conversations: (userId) =>
      listed(userId)
        .sort((a, b) => (a.activity.length - b.activity.length || (a.activity < b.activity ? -1 : 1)) * -1)
        .map((conversation) => {
          const last = conversation.channel.last((message) => isVisible(conversation, message));
          return {
            id: conversation.id,
            chatType: conversation.chatType,
            unread: conversation.unread,
            pinnedAt: conversation.pinnedAt,
            marks: [...conversation.marks],
            lastMessage: last === undefined ? undefined : toMessageView(last),
          };
        }),
    unread: (userId, ref) => find(userId, ref).unread,
    totalUnread: (userId) => listed(userId).reduce((sum, conversation) => sum + conversation.unread, 0),
    history(userId, ref) {
      const conversation = find(userId, ref);
      const { retentionMs } = world.policies;
      const since = retentionMs === null ? 0 : world.now() - retentionMs;
      return conversation.channel.messages
        .filter((message) => message.time >= since && isVisible(conversation, message))
        .map(toMessageView);
    },
    devices: (userId) =>
      [...world.account(userId).devices.values()].map((device) => ({
        resource: device.resource,
        online: isOnline(device),
      })),
    queue(userId, resource) {
      const account = world.account(userId);
      const device = resource === undefined ? [...account.devices.values()][0] : account.devices.get(resource);
      return (device?.queue ?? account.unclaimed)
        .all()
        .map((meta) => ({
          id: meta.id ?? '',
          kind: meta.ns === nameSpace.chat ? ('chat' as const) : ('notify' as const),
        }));
    },
    silence(userId, ref) {
      const { chatType, id } = find(userId, ref);
      return world.account(userId).silent.get(conversationKey(chatType, id)) ?? {};
    },
    accounts: () => [...world.accounts()].map((account) => account.userId),
    person: (userId) => toPersonView(world.account(userId)),
    reports: () => world.reports,
  };
}

function toPersonView(account: Account): PersonView {
  return {
    contacts: [...account.contacts].map(([userId, remark]) => ({ userId, remark })),
    invitedBy: [...account.invitations].map(([userId, reason]) => ({ userId, reason })),
    blocked: [...account.blocked],
    profile: Object.fromEntries(account.profile),
    nickname: account.nickname,
    pushTokens: [...account.pushTokens.values()],
  };
}

export function toMessageView(message: StoredMessage): MessageView {
  const content = message.body.contents?.[0];
  const type = content?.type ?? contentType.text;
  return {
    id: message.id,
    time: message.time,
    from: message.from,
    to: message.to,
    chatType: message.chatType,
    type: type === contentType.text && content?.subType === 0 ? 'combine' : (typeNames[type] ?? 'txt'),
    text: content?.text ?? '',
    ext: fromKeyValues(message.body.ext),
    edits: message.edits,
    reactions: Object.fromEntries(
      [...(message.traces?.reactions ?? [])].map(([reaction, users]) => [reaction, [...users]]),
    ),
    deliveredTo: [...(message.traces?.deliveredTo ?? [])],
    readBy: [...(message.traces?.readBy ?? [])],
  };
}
