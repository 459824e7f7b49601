import type { ConversationWindow } from './conversation-window.ts';
import type { ConversationKey, ConversationRef } from './ids.ts';
import type { BackfillState, Conversation, HistoryState, JumpTarget, OutboxItem, Status, TimelineItem, TimelineState } from './model.ts';

/** What a tab can watch. A query crosses the port once; then only what changed does. */
export type Query =
  /** The conversation list, in {@link file://./conversation-order.ts} order: all of it, or a window on what a filter lets through. */
  | ({ readonly type: 'conversations' } & ConversationWindow)
  | { readonly type: 'conversation'; readonly conversation: ConversationRef }
  /** The newest messages of a conversation; the worker widens the window at each `loadOlder`. */
  | {
      readonly type: 'timeline';
      readonly conversation: ConversationRef;
      /** Items the first window should hold where storage has them: a tab on a new worker asks for what it showed before. */
      readonly atLeast?: number;
      /** Where the first window is, if not at the newest: where the tab had jumped to before its worker died. */
      readonly at?: JumpTarget;
    }
  /** What is stored of one conversation's history. */
  | { readonly type: 'history'; readonly conversation: ConversationRef }
  /** A sum over all conversations. */
  | { readonly type: 'unread'; readonly of: UnreadTotal }
  | { readonly type: 'backfill' }
  /** What waits to be told to the service, in the order it was asked for: that of client ids. */
  | { readonly type: 'outbox' }
  | { readonly type: 'status' };

/** Which sum: of all unread counts, of those of conversations that are not muted, or of unread messages that mention this user. */
export type UnreadTotal = 'all' | 'unmuted' | 'mentions';

/** What a query's snapshot holds. Rows come in order. */
export type QueryValue = {
  /** `total`: how many conversations the filter lets through, the window's and all others. */
  readonly conversations: { readonly rows: readonly Conversation[]; readonly total: number };
  readonly conversation: Conversation | null;
  readonly timeline: { readonly items: readonly TimelineItem[]; readonly state: TimelineState };
  readonly history: HistoryState;
  readonly unread: number;
  readonly backfill: BackfillState;
  readonly outbox: { readonly items: readonly OutboxItem[] };
  readonly status: Status;
};

/** An item, or how a message stands now, of which the tab has the rest: it may bring a file, which is told of once. */
export type TimelineUpsert = TimelineItem | Omit<Extract<TimelineItem, { readonly type: 'message' }>, 'message'>;

/**
 * What changes a query's value. Lists are patched by row: upserts replace or add by key, then removes are taken out,
 * then the tab sorts by the shared order. Single values are replaced.
 */
export type QueryPatch = {
  readonly conversations: {
    readonly upserts: readonly Conversation[];
    readonly removes: readonly ConversationKey[];
    readonly total: number;
  };
  readonly conversation: Conversation | null;
  readonly timeline: {
    readonly upserts: readonly TimelineUpsert[];
    readonly removes: readonly string[];
    readonly state: TimelineState;
  };
  readonly history: HistoryState;
  readonly unread: number;
  readonly backfill: BackfillState;
  readonly outbox: { readonly upserts: readonly OutboxItem[]; readonly removes: readonly string[] };
  readonly status: Status;
};

export type QueryType = Query['type'];
