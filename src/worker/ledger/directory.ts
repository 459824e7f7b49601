import { compareConversations } from '../../protocol/conversation-order.ts';
import { countWhile } from '../../protocol/count-while.ts';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { Conversation } from '../../protocol/model.ts';
import type { UnreadTotal } from '../../protocol/queries.ts';
import type { ConversationRow } from '../storage/storage.ts';
import { unreadCount } from '../unread/unread-count.ts';

/** What a change of rows means for those who show them. */
export type DirectoryChange = {
  readonly upserts: readonly Conversation[];
  readonly removes: readonly ConversationKey[];
  /** Number of conversations afterwards. */
  readonly total: number;
};

/** All conversations of the account, in memory and in order. */
export interface Directory {
  row(key: ConversationKey): ConversationRow | undefined;
  /** All rows, in no particular order. */
  rows(): readonly ConversationRow[];
  /** The conversation as tabs see it. The same object until the row changes. */
  view(key: ConversationKey): Conversation | undefined;
  /** `limit` conversations after the first `offset` ones, or all, in list order. */
  list(limit?: number, offset?: number): readonly Conversation[];
  total(): number;
  unread(of: UnreadTotal): number;
  /** Puts and removes rows; the cost grows with what changes, not with the list. */
  apply(puts: readonly ConversationRow[], removes: readonly ConversationKey[]): DirectoryChange;
}

/** @returns What a tab is shown of a stored conversation. */
export function viewOf(row: ConversationRow): Conversation {
  const { key: _key, readByPeer: _readByPeer, changedHere: _changedHere, unread, ...shown } = row;
  return { isMuted: false, isMarkedUnread: false, ...shown, mentions: unread.mentions ?? 0, unReadCount: unreadCount(unread) };
}

/** Makes an empty directory. It holds committed rows only: whoever applies a change has stored it before. */
export function createDirectory(): Directory {
  const rows = new Map<ConversationKey, ConversationRow>();
  const views = new Map<ConversationKey, Conversation>();
  const order: Conversation[] = [];
  const totals = { all: 0, unmuted: 0, mentions: 0 };

  /** @param sign 1 to count a conversation in, -1 to take it out. */
  const count = ({ unReadCount, mentions, isMuted }: Conversation, sign: 1 | -1): void => {
    totals.all += sign * unReadCount;
    totals.unmuted += isMuted ? 0 : sign * unReadCount;
    totals.mentions += sign * mentions;
  };

  /** Where a view stands, or would stand, in the order. */
  const placeOf = (view: Conversation): number => countWhile(order, (other) => other !== view && compareConversations(other, view) < 0);

  const forget = (key: ConversationKey): Conversation | undefined => {
    const view = views.get(key);
    if (view === undefined) return undefined;
    count(view, -1);
    views.delete(key);
    rows.delete(key);
    return view;
  };

  const remember = (row: ConversationRow): Conversation => {
    const view = viewOf(row);
    rows.set(row.key, row);
    views.set(row.key, view);
    count(view, 1);
    return view;
  };

  const takeOut = (key: ConversationKey): boolean => {
    const view = views.get(key);
    if (view === undefined) return false;
    order.splice(placeOf(view), 1);
    forget(key);
    return true;
  };

  const putOne = (row: ConversationRow): Conversation => {
    takeOut(row.key);
    const view = remember(row);
    order.splice(placeOf(view), 0, view);
    return view;
  };

  /** Many rows into a short list, as at the start: one sort is cheaper than as many insertions. */
  const putMany = (puts: readonly ConversationRow[]): Conversation[] => {
    const upserts = puts.map((row) => {
      forget(row.key);
      return remember(row);
    });
    order.splice(0, order.length, ...[...views.values()].sort(compareConversations));
    return upserts;
  };

  return {
    row: (key) => rows.get(key),
    rows: () => [...rows.values()],
    view: (key) => views.get(key),
    list: (limit, offset = 0) => order.slice(offset, limit && offset + limit),
    total: () => order.length,
    unread: (of) => totals[of],
    apply(puts, removes) {
      const upserts = puts.length > order.length ? putMany(puts) : puts.map(putOne);
      const removed = removes.filter(takeOut);
      return { upserts, removes: removed, total: order.length };
    },
  };
}
