import { compareConversations } from '../protocol/conversation-order.ts';
import { comparePositions, isAfter, laterOf, type ConversationKey, type Position } from '../protocol/ids.ts';
import type { Message } from '../protocol/model.ts';
import { clientIdOf } from '../worker/client-id.ts';
import { viewOf } from '../worker/ledger/directory.ts';
import { compareRows } from './rest-tabs.ts';
import type { ServiceTruth } from './rest-service.ts';
import { compareLines, messageLine, missingFrom, repeated, type Troubles } from './rest-words.ts';
import type { StoredState } from './stored-state.ts';

/** Compares what is stored with what the service has, and with itself. @param options.userId Whose account it is. */
export function storageTroubles(stored: StoredState, { truth, userId }: { readonly truth: ServiceTruth; readonly userId: string }): Troubles {
  return [
    ...compareRows('storage', stored.rows.map(viewOf).sort(compareConversations), truth),
    ...[...stored.messages.keys()].flatMap((key) => [...messageTroubles(key, stored, truth), ...recount(key, stored, userId), ...sentTwice(key, truth, userId)]),
    ...stored.outbox.flatMap((entry) => (entry.type !== 'acknowledge' && entry.state.type === 'failed' ? [] : [`[OB1] waits to be told to the service: ${entry.type} in ${entry.conversation}`])),
  ];
}

function messageTroubles(key: ConversationKey, stored: StoredState, truth: ServiceTruth): Troubles {
  const messages = stored.messages.get(key) ?? [];
  const ids = messages.map(({ id }) => id);
  const strangers = missingFrom(ids, truth.history(key).map(({ id }) => id));
  const waiting = (stored.effects.get(key) ?? []).map(({ id }) => id);
  const sorted = [...messages].sort(comparePositions);
  return [
    ...repeated(ids).map((id) => `[HB2] ${key}: stored twice: ${id}`),
    ...waiting.filter((id) => ids.includes(id)).map((id) => `[HB7] ${key}: waits for a message that is stored: ${id}`),
    ...strangers.map((id) => `[HB7] ${key}: stored, and no longer at the service: ${id}`),
    ...compareLines(`[HB8] ${key}: the order of storage`, ids, sorted.map(({ id }) => id)),
    ...(stored.spans.get(key) ?? []).flatMap((span) => {
      const within = (position: Position): boolean => !isAfter(span.oldest, position) && !isAfter(position, span.newest);
      const lines = (all: readonly Message[]): readonly string[] => all.filter(within).map(messageLine);
      const below = truth.available(key).filter((message) => isAfter(span.oldest, message)).length;
      return [
        ...missingFrom(lines(truth.available(key)), lines(messages)).map((line) => `[HB2] [HB5] ${key}: missing within a span: ${line}`),
        ...missingFrom(lines(messages), lines(truth.history(key))).map((line) => `[HB7] ${key}: the service tells otherwise of ${line}`),
        ...(span.olderCursor === null && below > 0 ? [`[HB3] ${key}: a span says that nothing lies below it, but ${below} messages do`] : []),
      ];
    }),
  ];
}

/** The messages that were counted one by one, counted again. */
function recount(key: ConversationKey, stored: StoredState, userId: string): Troubles {
  const row = stored.rows.find((one) => one.key === key);
  if (row === undefined) return [];
  const after = laterOf(row.unread.baselineAt, row.unread.readThrough);
  const counted = (stored.messages.get(key) ?? []).filter((message) => message.from !== userId && isAfter(message, after)).length;
  // Of one that was never listed pages of history count nothing (UR3).
  const isRight = after === null ? row.unread.newer <= counted : row.unread.newer === counted;
  return isRight ? [] : [`[UR1] ${key}: counted one by one ${row.unread.newer}, and recounted ${counted}`];
}

function sentTwice(key: ConversationKey, truth: ServiceTruth, userId: string): Troubles {
  const clientIds = truth.history(key).flatMap((message) => clientIdOf(message, userId) ?? []);
  return repeated(clientIds).map((clientId) => `[OB1] ${key}: the service has more than once what was sent as ${clientId}`);
}
