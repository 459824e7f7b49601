import { comparePositions, isAfter, toPosition, type ConversationKey } from '../../protocol/ids.ts';
import { HISTORY_BATCH_SIZE } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/model.ts';
import type { ConversationRow, ListSync, MessageEffect, Span, WriteBatch } from '../storage/storage.ts';
import { NOTHING_UNREAD, othersAfter, unreadCount } from '../unread/unread-count.ts';
import { withEffect } from './effects.ts';
import type { Ledger } from './ledger.ts';
import { knownThrough, withRemovedMessages } from './row-changes.ts';

/** The list is to be read from its start. */
export const NEVER_READ: ListSync = { cursor: '', startedAt: 0, completedAt: null, done: 0 };

/** @returns Where the reading of the list stands, with some of it changed. */
export function standing(ledger: Pick<Ledger, 'listSync'>, changes: Partial<ListSync>): ListSync {
  return { ...(ledger.listSync() ?? NEVER_READ), ...changes };
}

/** What the batches of one conversation are decided from. Call inside a decision of the ledger. */
export type BatchContext = { readonly ledger: Ledger; readonly key: ConversationKey; readonly self: string };

/** @returns The batch that takes over what the service said of a conversation's pin; empty when it is known. Of one that is not here yet, the list is to tell. */
export function pinBatch({ ledger, key }: BatchContext, pin: { readonly isPinned: boolean; readonly time: number }): WriteBatch {
  const row = ledger.directory.row(key);
  const pinnedTime = pin.isPinned ? pin.time : 0;
  if (row === undefined) return doubtBatch(ledger);
  if (row.isPinned === pin.isPinned && row.pinnedTime === pinnedTime) return {};
  return { conversations: [{ ...noted(row, 'pin', ledger), isPinned: pin.isPinned, pinnedTime }] };
}

/** @returns The batch that sets or takes off a mark; empty when that changes nothing. Of a conversation that is not here yet, the list is to tell. */
export function markBatch({ ledger, key }: BatchContext, change: { readonly mark: number; readonly isMarked: boolean }): WriteBatch {
  const row = ledger.directory.row(key);
  if (row === undefined) return doubtBatch(ledger);
  if (row.marks.includes(change.mark) === change.isMarked) return {};
  const others = row.marks.filter((mark) => mark !== change.mark);
  const marks = change.isMarked ? [...others, change.mark].sort((a, b) => a - b) : others;
  return { conversations: [{ ...noted(row, 'marks', ledger), marks }] };
}

/** @returns The batch that takes over whether the user has muted a conversation; empty when it is known. */
export function mutedBatch({ ledger, key }: BatchContext, isMuted: boolean): WriteBatch {
  const row = ledger.directory.row(key);
  return row === undefined || (row.isMuted ?? false) === isMuted ? {} : { conversations: [{ ...row, isMuted }] };
}

/** @returns The batch after which own messages up to the newest known one are read by the other user; empty where that is known. */
export function readByPeerBatch({ ledger, key }: BatchContext): WriteBatch {
  const row = ledger.directory.row(key);
  if (row === undefined || row.lastMessage === null || row.conversationType !== 'singleChat') return {};
  const { lastMessage, readByPeer = null } = row;
  return isAfter(lastMessage, readByPeer) ? { conversations: [{ ...row, readByPeer: toPosition(lastMessage) }] } : {};
}

/** @returns The batch after which the list is read whole once more, when its lag must be over (SY6); empty when it will be anyway. */
export function doubtBatch(ledger: Ledger): WriteBatch {
  return ledger.listSync()?.isDoubted === true ? {} : { listSync: standing(ledger, { isDoubted: true }) };
}

/**
 * While the list is paged, a conversation that goes down lets another slip past the cursor: the list is read whole once more.
 *
 * @param isDown Whether one of those that were read went down, or away.
 */
function shiftBatch(ledger: Ledger, isDown: boolean): WriteBatch {
  return isDown && ledger.listSync()?.cursor !== null ? doubtBatch(ledger) : {};
}

/**
 * @returns The batch that deletes a conversation: its row goes, a tombstone stays so that a late list or delivery does
 * not bring it back. Messages go when asked to; what waits to be sent stays.
 */
export function deletionBatch({ ledger, key }: BatchContext, options: { readonly removeMessages: boolean }): WriteBatch {
  const row = ledger.directory.row(key);
  const after = row === undefined ? (ledger.tombstone(key)?.after ?? null) : knownThrough(row);
  const acknowledgements = ledger.outbox().filter((entry) => entry.conversation === key && entry.type === 'acknowledge');
  return {
    ...(row === undefined ? {} : { removedConversations: [key] }),
    ...shiftBatch(ledger, row !== undefined),
    tombstones: [{ key, after, at: ledger.now() }],
    ...(options.removeMessages ? wipeBatch([key]) : {}),
    outboxRemoves: acknowledgements.map(({ seq }) => seq),
  };
}

/**
 * @returns The batch that takes messages out by id, and keeps them from coming back. Where one is not known and the service
 * may have counted it, the list is to be read again.
 */
export async function removalBatch(context: BatchContext, ids: readonly string[]): Promise<WriteBatch> {
  const { ledger, key, self } = context;
  const gone = new Set(ids);
  const found = await Promise.all(ids.map((id) => ledger.storage.findMessage(key, id)));
  const removed = found.filter((message) => message !== undefined);
  const row = ledger.directory.row(key);
  const newest = await ledger.storage.readMessages({ conversation: key, before: null, limit: gone.size + 1 + (row ? unreadCount(row.unread) : 0) });
  const last = row?.lastMessage ?? null;
  // The service may have counted what is gone, or may have counted it no more when the list was made: only the list tells.
  const isCounted = row !== undefined && row.unread.baseline > 0 && (removed.length < gone.size || isAhead(row, { removed, newest, self }));
  const isLastUnstored = last !== null && gone.has(last.id) && removed.every(({ id }) => id !== last.id);
  const rowAfter =
    row && withRemovedMessages(row, {
      // The list may have told of a last message that is not stored.
      removed: isLastUnstored ? [...removed, last] : removed,
      isRemoved: ({ id }) => gone.has(id),
      lastStored: newest.filter(({ id }) => !gone.has(id)).at(-1) ?? null,
      self,
    });
  return {
    ...(isCounted && !isLastUnstored ? doubtBatch(ledger) : shiftBatch(ledger, last !== null && gone.has(last.id))),
    conversations: rowAfter === undefined ? [] : [noted(rowAfter, 'removed', ledger)],
    messages: removed.length === 0 ? [] : [{ conversation: key, removes: removed.map(({ id }) => id) }],
    effects: effectsChange(context, ids.map((id) => ({ id, type: 'recalled' }))),
  };
}

/** Whether the list counted less than what is stored here: it may have known already what is removed now, or that another device has read. */
function isAhead({ unread }: ConversationRow, { removed, newest, self }: { readonly removed: readonly Message[]; readonly newest: readonly Message[]; readonly self: string }): boolean {
  const listed = (messages: readonly Message[]): number => othersAfter(messages, unread.readThrough, self).filter((message) => !isAfter(message, unread.baselineAt)).length;
  return listed(removed) > 0 && listed(newest) > unread.baseline;
}

/** @returns The batch that takes out everything before a server time (ms, exclusive), spans included, and keeps it out. */
export async function removalBeforeBatch(context: BatchContext, beforeTime: number): Promise<WriteBatch> {
  const { ledger, key, self } = context;
  const edge = { time: beforeTime, id: '' };
  const row = ledger.directory.row(key);
  const count = row === undefined ? 0 : unreadCount(row.unread);
  const newest = await ledger.storage.readMessages({ conversation: key, before: null, limit: count + HISTORY_BATCH_SIZE });
  const [oldestKept] = await ledger.storage.readMessagesAfter({ conversation: key, after: edge, limit: 1 });
  const rowAfter =
    row && withRemovedMessages(row, {
      // Older ones were not counted.
      removed: count === 0 ? [] : othersAfter(newest, row.unread.readThrough, self).slice(-count).filter(({ time }) => time < beforeTime),
      isRemoved: ({ time }) => time < beforeTime,
      lastStored: (oldestKept && newest.at(-1)) ?? null,
      self,
    });
  return {
    conversations: rowAfter === undefined ? [] : [noted(rowAfter, 'removed', ledger)],
    messages: [{ conversation: key, removeBefore: beforeTime }],
    spans: [{ conversation: key, spans: spansFrom(await ledger.spans(key), oldestKept) }],
    effects: effectsChange(context, [{ ...edge, type: 'removed' }]),
  };
}

/** @returns The row with the note that something of it was changed here now: a list that lags knows nothing of it (SY6). */
export function noted(row: ConversationRow, what: keyof NonNullable<ConversationRow['changedHere']>, ledger: Ledger): ConversationRow {
  return { ...row, changedHere: { ...row.changedHere, [what]: ledger.now() } };
}

/** @returns The batch that takes out all that is stored of the conversations' history. */
export function wipeBatch(keys: readonly ConversationKey[]): Pick<WriteBatch, 'messages' | 'spans'> {
  return { messages: keys.map((conversation) => ({ conversation, removeAll: true })), spans: keys.map((conversation) => ({ conversation, spans: [] })) };
}

/** @returns The spans without what lies before the oldest message that is kept; below it there is nothing any more. */
function spansFrom(spans: readonly Span[], oldestKept: Message | undefined): readonly Span[] {
  if (oldestKept === undefined) return [];
  const { id, time } = oldestKept;
  return spans
    .filter((span) => comparePositions(span.newest, oldestKept) >= 0)
    .map((span) => (isAfter(oldestKept, span.oldest) ? { ...span, oldest: { id, time }, olderCursor: null } : span));
}

/**
 * @returns The batch for history that was removed elsewhere without a word on which: everything stored of it goes, and
 * row and count wait for the list, whose word is taken whatever was known before, but for what we made it forget (UR5).
 * The whole list is to be read again, now or by the next engine: its head alone may not reach the conversation. One that lags
 * may still show what was removed, so that its word is taken anew when its lag must be over (SY6).
 */
export function distrustBatch({ ledger, key }: BatchContext): WriteBatch {
  const row = ledger.directory.row(key);
  return {
    ...wipeBatch([key]),
    conversations: row === undefined ? [] : [unlisted(noted(row, 'distrusted', ledger), null)],
    listSync: { ...ledger.listSync(), ...NEVER_READ, isDoubted: true },
  };
}

/** @returns The row without what lists have told of messages, but for what we made the service forget. */
export function unlisted(row: ConversationRow, lastMessage: Message | null): ConversationRow {
  const { readThrough, sweptThrough, correction = 0 } = row.unread;
  return { ...row, lastMessage, unread: { ...NOTHING_UNREAD, readThrough, ...(sweptThrough !== undefined && { sweptThrough, correction }) } };
}

/** @returns The change that keeps effects for messages that may come later, or again (HB7); empty when they say nothing new. */
export function effectsChange({ ledger, key }: BatchContext, added: readonly MessageEffect[]): NonNullable<WriteBatch['effects']> {
  const before = ledger.effects(key);
  const effects = added.reduce(withEffect, before);
  return effects === before ? [] : [{ conversation: key, effects }];
}
