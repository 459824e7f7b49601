import { isAfter, parseConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message, MessageState, TimelineItem } from '../../protocol/model.ts';
import type { OutboxEntry } from '../storage/storage.ts';

/** What changed in a window: items to put, keys to take out. */
export type WindowChange = { readonly upserts: readonly TimelineItem[]; readonly removes: readonly string[] };

/** No change. */
export const NOTHING: WindowChange = { upserts: [], removes: [] };

/** @returns Whether a change changes nothing. */
export function isNothing({ upserts, removes }: WindowChange): boolean {
  return upserts.length + removes.length === 0;
}

/** @returns All changes as one, each after those before it. */
export function joined(...changes: readonly WindowChange[]): WindowChange {
  return changes.reduce((a, b) => {
    if (isNothing(b)) return a;
    const later = new Set([...b.upserts.map(({ key }) => key), ...b.removes]);
    return {
      upserts: [...a.upserts.filter(({ key }) => !later.has(key)), ...b.upserts],
      removes: [...a.removes.filter((key) => !later.has(key)), ...b.removes],
    };
  }, NOTHING);
}

/** @returns How far an accepted message has come: what it says itself, or what the other user has read up to. */
export function acceptedState(message: Message, reader: { readonly self: string; readonly readByPeer: Position | null }): MessageState {
  if (message.from !== reader.self) return { type: 'received' };
  const isReadThrough = reader.readByPeer !== null && !isAfter(message, reader.readByPeer);
  return { type: isReadThrough ? 'read' : (message.receipt ?? 'sent') };
}

/** @returns The item of a message that waits to be sent. */
export function waitingItem(entry: Extract<OutboxEntry, { readonly type: 'send' }>, sending: ReadonlySet<string>, self: string): TimelineItem {
  const { conversation: _ref, ...fields } = entry.message;
  const { conversationId, conversationType } = parseConversationKey(entry.conversation);
  const message: Message = { ...fields, id: entry.clientId, time: entry.createdAt, from: self, to: conversationId, chatType: conversationType };
  const state: MessageState = sending.has(entry.clientId) && entry.state.type === 'queued' ? { type: 'sending' } : entry.state;
  return { type: 'message', key: entry.clientId, message, state };
}

/** @returns Whether an item is shown as it is: the same message in the same state. */
export function isSameItem(before: TimelineItem | undefined, after: TimelineItem): boolean {
  if (before?.type === 'hole' && after.type === 'hole') return before.isLoading === after.isLoading && before.error?.code === after.error?.code;
  return before?.type === 'message' && after.type === 'message' && before.state.type === after.state.type && before.message.id === after.message.id;
}
