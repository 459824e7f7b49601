import { createAccount, type Account } from './account.ts';
import { createChannel, type Channel, type ChatType, type StoredMessage } from './channel.ts';
import { conversationKey, createConversation, type Conversation } from './conversation.ts';
import { createIdSource } from './ids.ts';
import { createLiveGate, type LiveGate } from './live-gate.ts';
import { type Report } from './people.ts';
import { type ListFreeze } from './publish.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { type Policies } from '../policies.ts';

/** Password of every account that was not given another. */
export const defaultPassword = 'secret';

/** Everything the service knows of one app. Actions on it are in `messaging.ts` and `conversation-actions.ts`. */
export interface World {
  readonly appKey: string;
  readonly policies: Policies;
  readonly tokens: Tokens;
  readonly live: LiveGate;
  readonly listFreeze: ListFreeze;
  /** Ids of messages that history gives as bytes no client can decode. */
  readonly damaged: Set<string>;
  /** By message id. */
  readonly messages: Map<string, StoredMessage>;
  /** What was reported of messages, in order. */
  readonly reports: Report[];
  /** Members by group id. */
  readonly groups: Map<string, Set<string>>;
  now(): number;
  nextId(timeMs: number): string;
  /** Creates the account if it does not exist. */
  account(userId: string): Account;
  findAccount(userId: string): Account | undefined;
  accounts(): Iterable<Account>;
  /** What `from` and `to` share, or the group `to`. */
  channel(chatType: ChatType, from: string, to: string): Channel;
  /** The account's view of it, created if need be; not on the list until something happens in it. */
  conversation(account: Account, chatType: ChatType, id: string): Conversation;
}

export function createWorld(options: {
  readonly appKey: string;
  readonly policies: Policies;
  readonly now: () => number;
}): World {
  const accounts = new Map<string, Account>();
  const channels = new Map<string, Channel>();

  const world: World = {
    appKey: options.appKey,
    policies: options.policies,
    tokens: createTokens(options.now),
    live: createLiveGate(),
    listFreeze: { isFrozen: false, behind: new Map() },
    damaged: new Set(),
    messages: new Map(),
    reports: [],
    groups: new Map(),
    now: options.now,
    nextId: createIdSource(),
    account(userId) {
      const known = accounts.get(userId);
      if (known !== undefined) return known;
      const account = createAccount({ userId, password: defaultPassword, createdAt: options.now() });
      accounts.set(userId, account);
      return account;
    },
    findAccount: (userId) => accounts.get(userId),
    accounts: () => accounts.values(),
    channel(chatType, from, to) {
      const key = chatType === 'groupChat' ? `g:${to}` : `u:${[from, to].sort().join('\n')}`;
      const known = channels.get(key);
      if (known !== undefined) return known;
      const channel = createChannel(chatType);
      channels.set(key, channel);
      return channel;
    },
    conversation(account, chatType, id) {
      const key = conversationKey(chatType, id);
      const known = account.conversations.get(key);
      if (known !== undefined) return known;
      const conversation = createConversation(id, world.channel(chatType, account.userId, id));
      account.conversations.set(key, conversation);
      return conversation;
    },
  };
  return world;
}
