import { compareConversations } from '../protocol/conversation-order.ts';
import { conversationKey, type ConversationKey } from '../protocol/ids.ts';
import type { Chat, Timeline } from '../client/chat.ts';
import type { Conversation } from '../protocol/model.ts';
import type { QueryValue } from '../protocol/queries.ts';
import { isAccepted } from '../protocol/timeline-order.ts';
import { viewOf } from '../worker/ledger/directory.ts';
import type { ServiceTruth } from './rest-service.ts';
import { compareLines, missingFrom, ownLine, repeated, rowLine, type Troubles } from './rest-words.ts';
import type { StoredState } from './stored-state.ts';
import type { OpenTab } from './test-tab.ts';

/** What keeps a tab from being at rest. */
export function unrestOf(name: string, { tab }: OpenTab): Troubles {
  const { process, chat } = tab;
  const status = chat.status.value;
  if (process.isFrozen()) return [`${name} is frozen`];
  if (status?.type !== 'live') return [`[SY7] ${name} is not live: ${JSON.stringify(status)}`];
  return process.timers() > 0 ? [`[TB3] ${name} waits for something, such as the answer to a call: ${process.timers()} timers are set`] : [];
}

/** Compares rows with the service's list; rows that were pushed out of that are left alone. */
export function compareRows(what: string, rows: readonly Conversation[], truth: ServiceTruth): Troubles {
  const listed = new Set(truth.rows.map(conversationKey));
  const known = rows.filter((row) => listed.has(conversationKey(row)));
  const others = rows.filter((row) => !listed.has(conversationKey(row)) && (truth.showsEmpty || row.lastMessage !== null) && !truth.keys.has(conversationKey(row)));
  return [
    ...compareLines(`[SY4] [UR1] ${what}, conversations`, known.map(rowLine), truth.rows.map(rowLine)),
    ...others.map((row) => `[SY6] ${what}: the service does not have ${rowLine(row)}`),
  ];
}

/** Compares what a tab shows with what the service has, and with what is stored. Its list and total must be subscribed to. */
export function tabTroubles(
  name: string,
  { chat, timelines }: { readonly chat: Chat; readonly timelines: ReadonlyMap<ConversationKey, Timeline> },
  { truth, stored }: { readonly truth: ServiceTruth; readonly stored: StoredState },
): Troubles {
  const rows = chat.conversations().value?.rows;
  if (rows === undefined) return [`${name} was told no conversations`];
  const total = rows.reduce((sum, { unReadCount }) => sum + unReadCount, 0);
  const own = stored.rows.map(viewOf).sort(compareConversations);
  const shown = chat.unread.value;
  return [
    ...compareRows(name, rows, truth),
    ...compareLines(`[UR2] ${name}, what only this browser knows`, rows.map(ownLine), own.map(ownLine)),
    ...(shown === total ? [] : [`[UR2] ${name} shows a total of ${shown} unread, and its rows make ${total}`]),
    ...[...timelines].flatMap(([key, { value }]) => (value === undefined ? [] : timelineTroubles(`${name}, ${key}`, key, { value, truth }))),
  ];
}

/** What a tab shows of a conversation: in order, once, and no gap without a hole. */
function timelineTroubles(what: string, key: ConversationKey, { value, truth }: { readonly value: QueryValue['timeline']; readonly truth: ServiceTruth }): Troubles {
  // Of a conversation that is not on the list nothing tells that there is more at the service.
  if (!truth.rows.some((row) => conversationKey(row) === key)) return [];
  const items = value.items.filter((item) => item.type === 'hole' || isAccepted(item.state));
  const ids = items.flatMap((item) => (item.type === 'message' ? [item.message.id] : []));
  const all = truth.history(key).map(({ id }) => id);
  const wanted = new Set([...truth.available(key).map(({ id }) => id), ...ids]);
  const order = all.filter((id) => wanted.has(id));
  const strangers = missingFrom(ids, all);
  if (strangers.length > 0) return [`[HB7] ${what}: shown, and not at the service: ${strangers.join(', ')}`];
  if (repeated(ids).length > 0) return [`[HB2] ${what}: shown twice: ${repeated(ids).join(', ')}`];
  if (!value.state.hasNewer && ids.at(-1) !== order.at(-1)) return [`[HB5] ${what}: the newest shown is ${ids.at(-1) ?? 'none'}, at the service it is ${order.at(-1)}`];
  let before: number | undefined;
  let isHole = false;
  for (const item of items) {
    if (item.type === 'hole') {
      isHole = true;
      continue;
    }
    const place = order.indexOf(item.message.id);
    if (before !== undefined && place < before) return [`[HB8] ${what}: out of order at ${item.message.id}`];
    if (before !== undefined && !isHole && place > before + 1) return [`[HB4] ${what}: ${place - before - 1} missing before ${item.message.id}, without a hole`];
    before = place;
    isHole = false;
  }
  return [];
}
