import type { LiveQuery } from '../../../src/client/store/live-query.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';

/** Subscribes, so that the query has a value and keeps it up to date. */
export function watch<Q extends LiveQuery<unknown>>(query: Q): Q {
  query.subscribe(() => undefined);
  return query;
}

/** Waits until the tab says that it is connected and up to date. */
export async function untilLive(world: TestWorld, tab: TestTab): Promise<void> {
  const status = watch(tab.chat.status);
  await world.until(() => status.value?.type === 'live', `live instead of ${status.value?.type}`);
}

/** What an account looks like to a user: every row, in order. */
export async function shownBy(tab: TestTab): Promise<readonly unknown[]> {
  const { data } = await tab.chat.localCache.getLocalConversations();
  return data.map(({ conversationId, unReadCount, lastMessage, isPinned, marks }) => [
    conversationId,
    unReadCount,
    (lastMessage as { readonly id?: string } | undefined)?.id,
    isPinned,
    marks,
  ]);
}

export const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;
export const carol = { conversationId: 'carol', conversationType: 'singleChat' } as const;
