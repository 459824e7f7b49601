import type { ConversationKey, ConversationRef } from './ids.ts';
import type { Conversation, Status, TimelineItem, TimelineState } from './model.ts';

/** What a tab can watch. A query crosses the port once; then only what changed does. */
export type Query =
  /** The conversation list, in {@link file://./conversation-order.ts} order; `limit` newest rows, or all. */
  | { readonly type: 'conversations'; readonly limit?: number | undefined }
  | { readonly type: 'conversation'; readonly conversation: ConversationRef }
  /** The newest messages of a conversation; the worker widens the window at each `loadOlder`. */
  | {
      readonly type: 'timeline';
      readonly conversation: ConversationRef;
      /** Items the first window should hold where storage has them: a tab on a new worker asks for what it showed before. */
      readonly atLeast?: number;
    }
  /** The total of all unread counts. */
  | { readonly type: 'unread' }
  | { readonly type: 'status' };

/** What a query's snapshot holds. Rows come in order. */
export type QueryValue = {
  readonly conversations: { readonly rows: readonly Conversation[]; readonly total: number };
  readonly conversation: Conversation | null;
  readonly timeline: { readonly items: readonly TimelineItem[]; readonly state: TimelineState };
  readonly unread: number;
  readonly status: Status;
};

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
    readonly upserts: readonly TimelineItem[];
    readonly removes: readonly string[];
    readonly state: TimelineState;
  };
  readonly unread: number;
  readonly status: Status;
};

export type QueryType = Query['type'];
