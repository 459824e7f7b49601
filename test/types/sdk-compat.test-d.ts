/**
 * Proves, by compiling, that code written for the SDK's types takes ours: nothing here is ever run.
 */
import type { Contact as SdkContact } from 'easemob-websdk/contact/contact';
import type { LocalCache as SdkLocalCache } from 'easemob-websdk/localCache/localCache';
import type { EventHandlerType } from 'easemob-websdk/types/eventHandler';
import type { Chat, Contact, ConversationRef, LiveQuery, SdkMessage, SyncError } from 'moorage';

declare const chat: Chat;
declare const sdkHandlers: EventHandlerType;

/** The methods of the SDK's contact plugin that Moorage answers. */
type Answered =
  | 'addConversationMark'
  | 'addReaction'
  | 'deleteConversation'
  | 'deleteReaction'
  | 'getConversationlist'
  | 'getHistoryMessages'
  | 'getServerConversations'
  | 'getServerPinnedConversations'
  | 'modifyMessage'
  | 'pinConversation'
  | 'pinMessage'
  | 'recallMessage'
  | 'removeConversationMark'
  | 'removeHistoryMessages'
  | 'unpinMessage';

// All of the SDK's local cache, and all of its contact plugin.
export const localCache: SdkLocalCache = chat.localCache;
export const contact: SdkContact = chat.contact;
// What Moorage answers itself has types of its own, which are those of the SDK.
export const answered: Pick<SdkContact, Exclude<Answered, 'modifyMessage'>> = {} as Contact;
export const everyMethod: Record<Answered, unknown> & Record<Exclude<keyof Contact, Answered>, never> = {} as Contact;

// @ts-expect-error: no method of the SDK's contact plugin
void chat.contact.getConversationsOfBob;

/** Any method of any plugin, by its name. */
export async function byName(): Promise<void> {
  const { data } = await chat.sdk.call('group.getGroupInfo', { groupId: '1' });
  const owner: string | undefined = data?.[0]?.owner;
  const blocked: string[] = (await chat.sdk.call('contact.getBlocklist')).data ?? [];
  await chat.sdk.call('contact.addContact', 'bob', 'It is Alice');
  // Of later versions, or of plugins of one's own, nothing is known.
  const unknown: unknown = await chat.sdk.call('plugin.method', 1, 2);
  void [owner, blocked, unknown];
  // @ts-expect-error: a group is named by its id
  void chat.sdk.call('group.getGroupInfo', { group: '1' });
  // @ts-expect-error: nothing to be given
  void chat.sdk.call('contact.getBlocklist', 1);
}

/** The SDK's events with the SDK's payloads, and whatever else a service tells. */
chat.addEventHandler('id', sdkHandlers);
chat.addEventHandler('id', {
  onTextMessage: (message) => message.msg.toUpperCase(),
  onGroupEvent: ({ operation, id }) => [operation === 'destroy', id],
  onDisconnected: (error) => error?.type,
  onConnected: () => undefined,
  onElse: (data: { readonly n: number }) => data.n,
});
// @ts-expect-error: a text message has no url
chat.addEventHandler('id', { onTextMessage: (message) => message.url });

/** As in the SDK's documentation. */
export async function documented(): Promise<void> {
  const local = await chat.localCache.getLocalConversations();
  const first = local.data[0];
  const colour: unknown = first?.customField?.['colour'];
  if (first?.lastMessage?.type === 'txt') first.lastMessage.msg.toUpperCase();
  await chat.localCache.getLocalConversation({ conversationId: 'bob', conversationType: 'singleChat' });
  await chat.localCache.setLocalConversationCustomField({
    conversationId: 'bob',
    conversationType: 'singleChat',
    customField: { custom: 'custom' },
  });
  await chat.localCache.clearConversationUnreadCount({ conversationId: 'bob', conversationType: 'singleChat' });
  await chat.localCache.removeLocalConversation({
    conversationId: 'bob',
    conversationType: 'singleChat',
    isRemoveLocalMessage: true,
  });
  const page = await chat.contact.getServerConversations({ pageSize: 20, cursor: '' });
  const marks: number[] | undefined = page.data.conversations[0]?.marks;
  await chat.contact.getHistoryMessages({ targetId: 'bob', pageSize: 20, cursor: -1, chatType: 'groupChat', searchDirection: 'up' });
  await chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', beforeTimeStamp: 1 });
  await chat.contact.deleteConversation({ channel: 'bob', chatType: 'singleChat', deleteRoam: true });
  await chat.contact.addConversationMark({ conversations: [{ conversationId: 'bob', conversationType: 'singleChat' }], mark: 0 });
  await chat.contact.getConversationlist({ success: ({ data }) => data.channel_infos, error: (error: SyncError) => error.code });
  void [marks, colour];
}

export function refused(): void {
  // @ts-expect-error: rooms keep no conversation
  void chat.localCache.getLocalConversation({ conversationId: 'r', conversationType: 'chatRoom' });
  // @ts-expect-error: the type is missing
  void chat.localCache.clearConversationUnreadCount({ conversationId: 'bob' });
  // @ts-expect-error: a page size is a number
  void chat.contact.getServerConversations({ pageSize: '20' });
  // @ts-expect-error: the old cursor -1 is history's only
  void chat.contact.getServerConversations({ cursor: -1 });
  // @ts-expect-error: no such direction
  void chat.contact.getHistoryMessages({ targetId: 'bob', searchDirection: 'left' });
  // @ts-expect-error: deleteRoam must be said
  void chat.contact.deleteConversation({ channel: 'bob' });
  // @ts-expect-error: ids are strings, too large for numbers
  void chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: [1] });
  // @ts-expect-error: live queries are read only
  chat.unread.value = 0;
  // @ts-expect-error: there is no default export
  void import('moorage').then((door) => door.default);
}

export const unread: LiveQuery<number> = chat.unread;
export const ref: ConversationRef = { conversationId: 'bob', conversationType: 'singleChat' };
export const onItems = chat.timeline(ref).subscribe(({ items, state }) => [items.length, state.hasOlder]);
export const text: SdkMessage = { id: '1', type: 'txt', chatType: 'singleChat', to: 'bob', time: 0, msg: 'hi' };
