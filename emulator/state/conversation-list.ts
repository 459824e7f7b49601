import { type Conversation } from './conversation.ts';
import { lowerBound } from './ids.ts';

/**
 * A user's conversations in order of activity, kept sorted as they change, so that a page costs its own length and
 * not the list's.
 *
 * - The order is that of the SHOWN state: while the list lags, so does its order.
 */
export interface ConversationList {
  readonly size: number;
  /** Puts the conversation where its shown state belongs, or takes it off the list if that is gone. */
  place(conversation: Conversation): void;
  /**
   * The next conversations, most recent activity first.
   *
   * @param before Activity id, exclusive; `undefined` for the head.
   */
  page(query: {
    readonly before: string | undefined;
    readonly limit: number;
    readonly accept: (conversation: Conversation) => boolean;
  }): { readonly rows: Conversation[]; readonly more: boolean };
  /** Quietest first. */
  oldest(accept: (conversation: Conversation) => boolean): Conversation | undefined;
  all(): readonly Conversation[];
}

type Entry = { readonly activity: string; readonly conversation: Conversation };

export function createConversationList(): ConversationList {
  const entries: Entry[] = [];
  const placedAt = new Map<Conversation, string>();
  const activityOf = (entry: Entry): string => entry.activity;

  function takeOut(conversation: Conversation): void {
    const activity = placedAt.get(conversation);
    if (activity === undefined) return;
    placedAt.delete(conversation);
    let index = lowerBound(entries, activity, activityOf);
    while (entries[index]?.conversation !== conversation) index += 1;
    entries.splice(index, 1);
  }

  return {
    get size() {
      return entries.length;
    },
    place(conversation) {
      const activity = conversation.shown?.activity;
      if (activity !== undefined && placedAt.get(conversation) === activity) return;
      takeOut(conversation);
      if (activity === undefined) return;
      entries.splice(lowerBound(entries, activity, activityOf), 0, { activity, conversation });
      placedAt.set(conversation, activity);
    },
    page({ before, limit, accept }) {
      const rows: Conversation[] = [];
      let index = (before === undefined ? entries.length : lowerBound(entries, before, activityOf)) - 1;
      for (; index >= 0; index -= 1) {
        const { conversation } = entries[index] as Entry;
        if (!accept(conversation)) continue;
        if (rows.length === limit) return { rows, more: true };
        rows.push(conversation);
      }
      return { rows, more: false };
    },
    oldest: (accept) => entries.find((entry) => accept(entry.conversation))?.conversation,
    all: () => entries.map((entry) => entry.conversation).reverse(),
  };
}
