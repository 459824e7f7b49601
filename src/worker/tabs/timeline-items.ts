import { isAfter, parseConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message, MessageState, OutboxItem } from '../../protocol/model.ts';
import type { TimelineUpsert } from '../../protocol/queries.ts';
import type { OutboxEntry } from '../storage/storage.ts';

/** What changed in a window: items to put, keys to take out. */
export type WindowChange = { readonly upserts: readonly TimelineUpsert[]; readonly removes: readonly string[] };

/** No change. */
export const NOTHING: WindowChange = { upserts: [], removes: [] };

/** @returns Whether a change of any list changes nothing. */
export function isNothing({ upserts, removes }: { readonly upserts: readonly unknown[]; readonly removes: readonly unknown[] }): boolean {
  return upserts.length + removes.length === 0;
}

/** @returns All changes as one, each after those before it. */
export function joined(...changes: readonly WindowChange[]): WindowChange {
  return changes.reduce((a, b) => {
    if (isNothing(b)) return a;
    const later = new Set([...b.upserts.map(({ key }) => key), ...b.removes]);
    const before = new Map(a.upserts.map((item) => [item.key, item]));
    return {
      upserts: [...a.upserts.filter(({ key }) => !later.has(key)), ...b.upserts.map((item): TimelineUpsert => ({ ...before.get(item.key), ...item }))],
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

/** What is on its way to the service now, by client id, and how much of its file is uploaded (0 to 1; undefined: it has none). */
export type Sending = ReadonlyMap<string, { readonly share?: number }>;

/** @returns How far something that waits has come. */
export function waitingState({ clientId, state }: Extract<OutboxEntry, { readonly type: 'send' | 'command' }>, sending: Sending): OutboxItem['state'] {
  if (state.type === 'failed' || !sending.has(clientId)) return state;
  const progress = sending.get(clientId)?.share;
  return { type: 'sending', ...(progress !== undefined && { progress }) };
}

/** @returns A message that waits to be sent, as the timeline shows it. */
export function waitingMessage(entry: Extract<OutboxEntry, { readonly type: 'send' }>, self: string): Message {
  const { conversation: _ref, ...fields } = entry.message;
  const { conversationId, conversationType } = parseConversationKey(entry.conversation);
  return { ...fields, id: entry.clientId, time: entry.createdAt, from: self, to: conversationId, chatType: conversationType };
}
