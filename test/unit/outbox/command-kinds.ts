import type { Chat } from '../../../src/client/chat.ts';
import type { OutboxKind } from '../../../src/protocol/model.ts';
import type { FakeServer } from '../../../src/testing/fake-server.ts';
import type { ServiceCall } from '../../../src/testing/fake-faults.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, carol, untilLive, watch } from '../engine/watch.ts';

/** Ids of what stands in the conversation with bob before anything is asked for. */
export type Ids = { readonly theirs: string; readonly mine: string; readonly liked: string; readonly pinned: string };

/** What somebody can ask for, and how the service shows that it was done. */
export type CommandKind = {
  readonly title: string;
  readonly kind: OutboxKind;
  readonly call: ServiceCall;
  readonly ask: (chat: Chat, ids: Ids) => Promise<unknown>;
  readonly isDone: (server: FakeServer, ids: Ids) => boolean;
  /** Nothing of it is shown. */
  readonly isUnseen?: true;
};

const of = (server: FakeServer, id: string) => server.mailbox('alice').find(id)?.message;
const row = (server: FakeServer) => server.list('alice').find(({ conversationId }) => conversationId === 'bob');
const likes = (server: FakeServer, id: string): number => of(server, id)?.reactions?.length ?? 0;

export const kinds: readonly CommandKind[] = [
  {
    ...{ title: 'a recall', kind: 'recall', call: 'recallMessage' },
    ask: (chat, { mine }) => chat.contact.recallMessage({ mid: mine, to: 'bob', chatType: 'singleChat' }),
    isDone: (server, { mine }) => of(server, mine) === undefined,
  },
  {
    ...{ title: 'an edit', kind: 'edit', call: 'editMessage' },
    ask: (chat, { mine }) => chat.contact.modifyMessage({ messageId: mine, modifiedMessage: { type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'edited' } }),
    isDone: (server, { mine }) => of(server, mine)?.['msg'] === 'edited',
  },
  {
    ...{ title: 'a reaction', kind: 'reaction', call: 'reactToMessage' },
    ask: (chat, { theirs }) => chat.contact.addReaction({ messageId: theirs, reaction: '+1' }),
    isDone: (server, { theirs }) => likes(server, theirs) === 1,
  },
  {
    ...{ title: 'a reaction taken back', kind: 'reaction', call: 'reactToMessage' },
    ask: (chat, { liked }) => chat.contact.deleteReaction({ messageId: liked, reaction: '+1', ...bob }),
    isDone: (server, { liked }) => likes(server, liked) === 0,
  },
  {
    ...{ title: 'a pin of a message', kind: 'message-pin', call: 'pinMessage' },
    ask: (chat, { theirs }) => chat.contact.pinMessage({ ...bob, messageId: theirs }),
    isDone: (server, { theirs }) => of(server, theirs)?.pin !== undefined,
  },
  {
    ...{ title: 'the end of a pin of a message', kind: 'message-pin', call: 'pinMessage' },
    ask: (chat, { pinned }) => chat.contact.unpinMessage({ ...bob, messageId: pinned }),
    isDone: (server, { pinned }) => of(server, pinned)?.pin === undefined,
  },
  {
    ...{ title: 'a read receipt', kind: 'read-receipt', call: 'acknowledgeMessage', isUnseen: true },
    ask: (chat, { theirs }) => chat.send({ conversation: bob, type: 'read', id: theirs }),
    isDone: (server, { theirs }) => server.readersOf(theirs).includes('alice'),
  },
  {
    ...{ title: 'a deletion with the history', kind: 'delete-conversation', call: 'deleteConversation' },
    ask: (chat) => chat.contact.deleteConversation({ channel: 'bob', deleteRoam: true }),
    isDone: (server) => row(server) === undefined && server.history('alice', bob).length === 0,
  },
  {
    ...{ title: 'a deletion of the conversation alone', kind: 'delete-conversation', call: 'deleteConversation' },
    ask: (chat) => chat.contact.deleteConversation({ channel: 'bob', deleteRoam: false }),
    isDone: (server) => row(server) === undefined,
  },
  {
    ...{ title: 'a removal of messages', kind: 'remove-history', call: 'removeHistory' },
    ask: (chat, { theirs, pinned }) => chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: [theirs, pinned] }),
    isDone: (server, { theirs, pinned }) => of(server, theirs) === undefined && of(server, pinned) === undefined,
  },
  {
    ...{ title: 'a removal up to a time', kind: 'remove-history', call: 'removeHistory' },
    ask: (chat) => chat.contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', beforeTimeStamp: 1_800_000_000_000 }),
    isDone: (server) => server.history('alice', bob).length === 0,
  },
  {
    ...{ title: 'a pin of a conversation', kind: 'pin', call: 'pinConversation' },
    ask: (chat) => chat.contact.pinConversation({ ...bob, isPinned: true }),
    isDone: (server) => row(server)?.isPinned === true,
  },
  {
    ...{ title: 'the end of a pin of a conversation', kind: 'pin', call: 'pinConversation' },
    ask: (chat) => chat.contact.pinConversation({ ...carol, isPinned: false }),
    isDone: (server) => server.list('alice').every(({ isPinned }) => !isPinned),
  },
  {
    ...{ title: 'a mark', kind: 'mark', call: 'markConversations' },
    ask: (chat) => chat.contact.addConversationMark({ conversations: [bob, carol], mark: 3 }),
    isDone: (server) => server.list('alice').every(({ marks }) => marks.includes(3)),
  },
  {
    ...{ title: 'the end of a mark', kind: 'mark', call: 'markConversations' },
    ask: (chat) => chat.contact.removeConversationMark({ conversations: [carol, bob], mark: 1 }),
    isDone: (server) => server.list('alice').every(({ marks }) => !marks.includes(1)),
  },
];

/** A world with two tabs that look at the conversation with bob; carol's is pinned and marked. */
export async function openBob(): Promise<{ world: TestWorld; tabs: readonly [TestTab, TestTab]; ids: Ids }> {
  const world = openWorld({ engine: { acknowledgeDelayMs: 100 } });
  const { server } = world;
  for (const userId of ['bob', 'carol']) server.mailbox(userId);
  const write = (text: string, from = 'bob'): string => server.write({ from, to: from === 'bob' ? 'alice' : 'bob', text }).id;
  server.write({ from: 'carol', to: 'alice', text: 'from carol' });
  const ids: Ids = { pinned: write('pinned'), theirs: write('theirs'), liked: write('liked'), mine: write('mine', 'alice') };
  server.mailbox('alice').pin(carol, 1_700_000_000_000);
  server.mailbox('alice').mark(carol, 1, true);
  server.react({ messageId: ids.liked, userId: 'alice', reaction: '+1', isAdded: true });
  server.pinMessage(ids.pinned, 'bob');
  server.mailbox('alice').takeKept();
  const tabs = [await world.openTab(), await world.openTab()] as const;
  for (const tab of tabs) {
    await untilLive(world, tab);
    watch(tab.chat.conversations());
    watch(tab.chat.outbox);
    const timeline = watch(tab.chat.timeline(bob));
    await world.until(() => timeline.value?.items.length === 4, 'the messages are shown');
  }
  await tabs[0].chat.localCache.clearConversationUnreadCount(bob);
  await world.clock.advance(12_000);
  await world.settle();
  return { world, tabs, ids };
}

/** What a tab shows of the conversations and of bob's messages. */
export function shown({ chat }: TestTab): unknown {
  const rows = chat.conversations().value?.rows ?? [];
  const items = chat.timeline(bob).value?.items ?? [];
  return {
    rows: rows.map(({ conversationId, isPinned, marks, lastMessage, unReadCount }) => [conversationId, isPinned, marks, lastMessage?.id, lastMessage?.['msg'], unReadCount]),
    messages: items.map((item) =>
      item.type === 'hole' ? '…' : [item.message.id, item.message['msg'], item.message.reactions?.map(({ reaction, count }) => `${reaction} ${count}`) ?? [], item.message.pin !== undefined],
    ),
  };
}

/** The same of the service. */
export function held(server: FakeServer): unknown {
  return server.history('alice', bob).map((message) => [message.id, message['msg'], message.reactions?.map(({ reaction, count }) => `${reaction} ${count}`) ?? [], message.pin !== undefined]);
}

export const waiting = ({ chat }: TestTab): readonly string[] => (chat.outbox.value?.items ?? []).map(({ kind, state }) => `${kind} ${state.type}`);
