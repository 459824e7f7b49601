import { SELF } from '../people.ts';
import type { Walk } from '../walk.ts';
import { ofTab, ownBox, refOf, serverOf, someConversation, someMessage, type Commands } from './command.ts';
import { awaited } from './own.ts';

const MARKS: readonly number[] = [0, 3, 19];

/** Tells something that is told once; it is told again if nobody was there, or the engine dies over it. */
function tell(walk: Walk, event: Parameters<ReturnType<typeof serverOf>['tell']>[1], isStillSo: () => boolean = () => true): void {
  const again = (): void => {
    if (isStillSo()) serverOf(walk).tell(SELF, event);
    if (event.type === 'history-removed') walk.noteRemoval(event.conversation);
  };
  serverOf(walk).tell(SELF, event);
  walk.noteTold(again, { isKept: false });
}

/** What happens to conversations, here and on other devices. */
export const conversationCommands: Commands = {
  clearUnread: {
    weight: 8,
    run: ofTab((walk, tab) => {
      walk.world.pledge('clear', tab, tab.chat.localCache.clearConversationUnreadCount(someConversation(walk)));
    }),
  },
  readElsewhere: {
    weight: 4,
    run(walk) {
      const conversation = someConversation(walk);
      const read = (): void => {
        walk.noteRead(conversation);
        serverOf(walk).read(SELF, conversation);
      };
      read();
      walk.noteTold(read, { isKept: false });
    },
  },
  deleteElsewhere: {
    weight: 1,
    async run(walk) {
      // The event does not say up to where: what is delivered after it was written after it, as far as an engine can tell.
      if (!(await walk.becomeQuiet())) return false;
      const conversation = someConversation(walk);
      walk.noteRead(conversation);
      ownBox(walk).deleteConversation(conversation, { deleteRoam: false });
      const isGone = (): boolean => ownBox(walk).list().every(({ conversationId }) => conversationId !== conversation.conversationId);
      tell(walk, { type: 'conversation-deleted', conversation }, isGone);
      return true;
    },
  },
  removeHistoryElsewhere: {
    weight: 1,
    run(walk) {
      const isAwaited = awaited(walk);
      const found = someMessage(walk, (message) => !isAwaited(message));
      // The event does not say which messages: one that is still on its way comes all the same.
      if (found === undefined || walk.isHolding()) return false;
      ownBox(walk).remove(found.ref, [found.message.id]);
      tell(walk, { type: 'history-removed', conversation: found.ref });
      walk.noteRemoval(found.ref);
      return true;
    },
  },
  pinElsewhere: {
    weight: 2,
    run(walk) {
      const conversation = someConversation(walk);
      const isPinned = walk.random.next() < 0.6;
      const time = isPinned ? 1_700_000_000_000 + walk.steps() : 0;
      ownBox(walk).pin(conversation, time);
      serverOf(walk).tell(SELF, { type: 'pinned', conversation, isPinned, time });
    },
  },
  markElsewhere: {
    weight: 2,
    run(walk) {
      const conversation = someConversation(walk);
      const mark = walk.random.pick(MARKS);
      const isMarked = walk.random.next() < 0.6;
      ownBox(walk).mark(conversation, mark, isMarked);
      serverOf(walk).tell(SELF, { type: 'marked', conversation, mark, isMarked });
    },
  },
  muteElsewhere: {
    weight: 2,
    run(walk) {
      const conversation = someConversation(walk);
      const mute = (): void => serverOf(walk).setMuted(SELF, conversation, walk.random.next() < 0.5);
      mute();
      walk.noteTold(mute, { isKept: false });
    },
  },
  readList: {
    weight: 2,
    run: ofTab((walk, tab) => walk.world.pledge('list', tab, tab.chat.contact.getServerConversations({ pageSize: walk.random.pick([1, 3, 50]) }))),
  },
  readHistory: {
    weight: 3,
    run: ofTab((walk, tab) => {
      const conversation = someConversation(walk);
      const history = ownBox(walk).history(refOf(conversation));
      const cursor = walk.random.next() < 0.5 || history.length === 0 ? '' : walk.random.pick(history).id;
      const searchDirection = walk.random.pick(['up', 'down'] as const);
      const target = { targetId: conversation.conversationId, chatType: conversation.conversationType };
      walk.world.pledge('history', tab, tab.chat.contact.getHistoryMessages({ ...target, cursor, pageSize: walk.random.pick([1, 7, 50]), searchDirection }));
    }),
  },
};
