import { peopleCases } from './people-cases.ts';
import type { MethodCase, Side } from './method-case.ts';

/**
 * What is asked of both sides, method by method, and what the table says of it.
 *
 * - A method that is not named here is passed on as it is: it is asked of both without arguments, and both must answer alike.
 */

const conversation = { conversationId: 'bob', conversationType: 'singleChat' };
const peer = (side: Side): string => `peer-${side}`;
const shared = 'done in every tab at once, offline too, told to the service when it can be';
const stored = 'what is read is stored and shown in every tab; equal questions of several tabs are one request';

type Listed = { readonly data: { readonly conversations: readonly { readonly conversationId: string; readonly lastMessage?: { readonly id: string } }[]; readonly cursor: unknown } };
const listed = ({ data: { conversations, cursor } }: Listed): unknown => [conversations.map(({ conversationId, lastMessage }) => [conversationId, lastMessage?.id]), cursor];
const nothing = (): unknown => undefined;

const contact: { readonly [method: string]: MethodCase } = {
  getServerConversations: { args: () => [{ pageSize: 10, cursor: '' }], better: `exact counts; ${stored}`, same: listed },
  getServerPinnedConversations: { args: () => [{ pageSize: 10, cursor: '' }], better: `exact counts; ${stored}`, same: listed },
  getConversationlist: { args: () => [{ pageNum: 1, pageSize: 5 }], better: 'equal questions of several tabs are one request' },
  getSessionList: { args: () => [] },
  getHistoryMessages: { args: () => [{ targetId: 'bob', chatType: 'singleChat', pageSize: 20, cursor: -1 }], better: stored, same: ({ messages }: { messages: readonly { id: string; msg?: string }[] }) => messages.map(({ id, msg }) => [id, msg]) },
  removeHistoryMessages: { args: (side, { others }) => [{ targetId: 'bob', chatType: 'singleChat', messageIds: [others[side]] }], better: `${shared}; 50 ids where the SDK takes 20` },
  deleteConversation: { args: (side) => [{ channel: peer(side), chatType: 'singleChat', deleteRoam: true }], better: shared, same: ({ data }: { data: unknown }) => data },
  deleteSession: { args: (side) => [{ channel: `old-${side}`, chatType: 'singleChat', deleteRoam: true }], better: 'the older name of `deleteConversation`', same: nothing },
  pinConversation: { args: () => [{ ...conversation, isPinned: true }], better: shared, same: ({ data: { isPinned } }: { data: { isPinned: boolean } }) => isPinned },
  addConversationMark: { args: () => [{ conversations: [conversation], mark: 3 }], better: shared, same: nothing },
  removeConversationMark: { args: () => [{ conversations: [conversation], mark: 3 }], better: shared, same: nothing },
  addReaction: { args: (side, { others }) => [{ messageId: others[side + 2], reaction: 'ok', ...conversation }], better: shared, same: nothing },
  deleteReaction: { args: (side, { others }) => [{ messageId: others[side + 2], reaction: 'ok', ...conversation }], better: shared, same: nothing },
  recallMessage: { args: (side, { own }) => [{ mid: own[side], to: 'bob', chatType: 'singleChat' }], better: `${shared}; one that has not left yet is not sent`, same: nothing },
  modifyMessage: { args: (side, { own }) => [{ messageId: own[side + 2], modifiedMessage: { id: '1700000000001', type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'edited' } }], better: `${shared}; one that has not left yet is sent as edited`, same: ({ message: { msg } }: { message: { msg: string } }) => msg },
  pinMessage: { args: (side, { others }) => [{ ...conversation, messageId: others[side + 2] }], better: shared, same: nothing },
  unpinMessage: { args: (side, { others }) => [{ ...conversation, messageId: others[side + 2] }], better: shared, same: nothing },
  deleteAllMessagesAndConversations: { notYet: 'the store would not know of it; `chat.logOut()` wipes this browser, `deleteConversation` one conversation everywhere' },
  fetchHistoryMessages: { notYet: 'it keeps messages to itself that are told nobody afterwards; `getHistoryMessages` is the newer one' },
  getServerPinnedMessages: { args: () => [{ ...conversation, pageSize: 10 }] },
  getReactionDetail: { args: (_side, { others }) => [{ messageId: others[4], reaction: 'hi' }] },
  getReactionlist: { args: (_side, { others }) => [{ chatType: 'singleChat', messageId: others[4] }] },
  getReactionList: { args: (_side, { others }) => [{ chatType: 'singleChat', messageId: others[4] }] },
  getSelfIdsOnOtherPlatform: { args: () => [], same: ({ data }: { data: readonly string[] }) => data.length },
  getServerConversationsByFilter: { args: () => [{ pageSize: 10, cursor: '', filter: { mark: 3 } }] },
  getTokenExpireTimestamp: { args: (_side, { token }) => [token], same: ({ expire_timestamp }: { expire_timestamp: number }) => expire_timestamp },
  ...peopleCases,
};

const localCache: { readonly [method: string]: MethodCase } = {
  getLocalConversations: { args: () => [], better: 'exact in every tab, and there after a reload without asking the service', same: ({ data }: { data: readonly unknown[] }) => data.length > 0 },
  getLocalConversation: { args: () => [conversation], better: 'exact in every tab', same: ({ data }: { data: { conversationId: string } }) => data.conversationId },
  setLocalConversationCustomField: { args: () => [{ ...conversation, customField: { colour: 'blue' } }], better: 'seen in every tab at once', same: nothing },
  clearConversationUnreadCount: { args: () => [conversation], better: 'cleared in every tab at once and at the service, offline too; the SDK clears one tab\'s copy', same: nothing },
  removeLocalConversation: { args: (side) => [{ conversationId: `local-${side}`, conversationType: 'singleChat', isRemoveLocalMessage: true }], better: 'removed in every tab at once', same: nothing },
};

const login = 'the worker has the one login of all tabs';
const core: { readonly [method: string]: MethodCase } = {
  open: { better: '`connect()`: one login for all tabs, made again for ever' },
  close: { better: '`chat.close()` leaves, and the other tabs stay; `chat.logOut()` ends the login for all' },
  send: { better: '`chat.send()`: stored first, sent in order, exactly once, offline too' },
  renewToken: { better: 'the `token` function of `connect()` is asked whenever a new one is due' },
  addEventHandler: { better: '`chat.addEventHandler()`: all events, in every tab, each after what it means is stored' },
  removeEventHandler: { better: '`chat.removeEventHandler()`' },
  usePlugin: { better: '`easemob({ plugins })` in the worker\'s script; `contact`, `silent` and the local cache are there' },
  setLoginInfoCustomExt: { notYet: `${login}; there is no option for it` },
  isOpened: { args: () => [] },
  getChatFilesUrl: { args: () => [] },
  getTokenExpireTimestamp: { args: (_side, { token }) => [token], same: ({ expire_timestamp }: { expire_timestamp: number }) => expire_timestamp },
  registerUser: {
    args: (side) => [{ username: `zoe-${side}`, password: 'p' }],
    same: ({ data }: { data: object }) => Object.keys(data),
    done: (side, { state }) => state.accounts().includes(`zoe-${side}`),
  },
  downloadAndParseCombineMessage: { args: (_side, { combined }) => [combined] },
};

export const METHOD_CASES: { readonly [plugin: string]: { readonly [method: string]: MethodCase } } = { core, contact, localCache };

/** Methods that the SDK has on its core and declares nowhere, or as private: not for applications; nor are those whose names begin with `_`. */
export const INTERNAL_CORE_METHODS: readonly string[] = [
  ...['Message', 'clear', 'clearTokenTimeout', 'closeByTokenExpired', 'compareTokenExpireTime', 'connectMSync', 'connectionReject', 'connectionResolve'],
  ...['getDNS', 'getLogger', 'getUniqueId', 'offline', 'onShow', 'online', 'reconnect', 'rejectMessage', 'resetConnState', 'retryConnectMSync', 'sendLogout', 'sendMsg'],
  ...['setContext', 'setRestUrl', 'setSocketUrl', 'stopHeartBeat', 'tokenExpireTimeCountDown'],
];
