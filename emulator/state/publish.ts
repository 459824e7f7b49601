import { type Account } from './account.ts';
import { isVisible, type Conversation } from './conversation.ts';
import { type World } from './world.ts';

/** While the lists are frozen they show nothing new; `behind` is what they will show once thawed. */
export type ListFreeze = { isFrozen: boolean; readonly behind: Map<Conversation, Account> };

/**
 * Lets the conversation list show what the conversation has become: at once, or `listLagMs` after the first change
 * that it does not show yet, or when the lists thaw.
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
  if (world.listFreeze.isFrozen) {
    world.listFreeze.behind.set(conversation, account);
    return;
  }
  conversation.shown = conversation.listed
    ? {
        unread: conversation.unread,
        lastMessage: conversation.channel.last((message) => isVisible(conversation, message)),
        activity: conversation.activity,
        pinnedAt: conversation.pinnedAt,
        marks: [...conversation.marks],
      }
    : undefined;
  account.list.place(conversation);
  keepWithinLimit(world, account);
}

/** Shows at once everything that changed while the lists were frozen. */
export function thaw(world: World): void {
  const { listFreeze } = world;
  listFreeze.isFrozen = false;
  const behind = [...listFreeze.behind];
  listFreeze.behind.clear();
  for (const [conversation, account] of behind) show(world, account, conversation);
}

/** The service keeps so many conversations per user: the quietest that is not pinned makes room. */
function keepWithinLimit(world: World, account: Account): void {
  const limit = world.policies.conversationsPerUser;
  while (limit !== null && account.list.size > limit) {
    const quietest = account.list.oldest((conversation) => conversation.pinnedAt === 0);
    if (quietest === undefined) return;
    takeOff(account, quietest);
    clearTimeout(quietest.lagTimer);
    quietest.lagTimer = undefined;
    quietest.shown = undefined;
    account.list.place(quietest);
  }
}

/** No longer a conversation of the list, with its unread count, pin and marks; its messages stay. To be published. */
export function takeOff(account: Account, conversation: Conversation): void {
  conversation.listed = false;
  conversation.unread = 0;
  conversation.marks.clear();
  conversation.pinnedAt = 0;
  account.pinned.delete(conversation);
}
