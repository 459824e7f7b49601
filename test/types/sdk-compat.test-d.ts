/**
 * Proves, by compiling, that code written for the SDK's types takes ours: nothing here is ever run.
 */
import type { Contact as SdkContact } from 'easemob-websdk/contact/contact';
import type { LocalCache as SdkLocalCache } from 'easemob-websdk/localCache/localCache';
import type { Chat, ConversationRef, LiveQuery, SdkMessage, SyncError } from 'moorage';

declare const chat: Chat;

/** The methods of the SDK's contact plugin that Moorage answers. */
type Answered =
  | 'addConversationMark'
  | 'deleteConversation'
  | 'getConversationlist'
  | 'getHistoryMessages'
  | 'getServerConversations'
  | 'getServerPinnedConversations'
  | 'pinConversation'
  | 'removeConversationMark'
  | 'removeHistoryMessages';

// All of the SDK's local cache, and every answered method of its contact plugin.
export const localCache: SdkLocalCache = chat.localCache;
export const contact: Pick<SdkContact, Answered> = chat.contact;
export const everyMethod: Record<Answered, unknown> & Record<Exclude<keyof Chat['contact'], Answered>, never> = chat.contact;

// What is not answered is not promised.
// @ts-expect-error: a method of the SDK's contact plugin that Moorage does not have
export const wholeContact: SdkContact = chat.contact;

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
