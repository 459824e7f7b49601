import { type Account } from './account.ts';
import { isVisible, type Conversation } from './conversation.ts';
import { type World } from './world.ts';

/**
 * Lets the conversation list show what the conversation has become: at once, or `listLagMs` after the first change
 * that it does not show yet.
 */
export function publish(world: World, account: Account, conversation: Conversation): void {
  const { listLagMs } = world.policies;
  if (listLagMs <= 0) {
    show(world, account, conversation);
    return;
  }
  conversation.lagTimer ??= setTimeout(() => show(world, account, conversation), listLagMs).unref();
}

function show(world: World, account: Account, conversation: Conversation): void {
  clearTimeout(conversation.lagTimer);
  conversation.lagTimer = undefined;
  conversation.shown = conversation.listed
    ? {
        unread: conversation.unread,
        lastMessage: conversation.channel.last((message) => isVisible(conversation, message)),
        activity: conversation.activity,
      }
    : undefined;
  account.list.place(conversation);
  keepWithinLimit(world, account);
}

/** The service keeps so many conversations per user: the quietest that is not pinned makes room. */
function keepWithinLimit(world: World, account: Account): void {
  const limit = world.policies.conversationsPerUser;
  while (limit !== null && account.list.size > limit) {
    const quietest = account.list.oldest((conversation) => conversation.pinnedAt === 0);
    if (quietest === undefined) return;
    takeOffList(account, quietest);
  }
}

/** Off the list at once, with its unread count and marks; its messages stay. */
export function takeOffList(account: Account, conversation: Conversation): void {
  clearTimeout(conversation.lagTimer);
  conversation.lagTimer = undefined;
  conversation.listed = false;
  conversation.unread = 0;
  conversation.marks.clear();
  conversation.pinnedAt = 0;
  conversation.shown = undefined;
  account.pinned.delete(conversation);
  account.list.place(conversation);
}
