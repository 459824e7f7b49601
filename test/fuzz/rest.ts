import { compareConversations } from '../../src/protocol/conversation-order.ts';
import { comparePositions, conversationKey, isAfter, laterOf, type ConversationKey, type ConversationRef } from '../../src/protocol/ids.ts';
import { SyncError } from '../../src/protocol/errors.ts';
import { HISTORY_BATCH_SIZE } from '../../src/protocol/limits.ts';
import type { Conversation, Message } from '../../src/protocol/model.ts';
import type { QueryValue } from '../../src/protocol/queries.ts';
import { isAccepted } from '../../src/protocol/timeline-order.ts';
import type { ServiceConversation } from '../../src/worker/service/chat-service.ts';
import { unreadCount } from '../../src/worker/unread/unread-count.ts';
import { CONVERSATIONS, PEERS, SELF } from './people.ts';
import { readStored, type StoredState } from './stored-state.ts';
import { ACKNOWLEDGED_MS, type Walk } from './walk.ts';

/** Fails with what differs, in words. */
function demand(isSo: boolean, what: () => string): void {
  if (!isSo) throw new Error(what());
}

function demandSame(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  demand(a === b, () => `${what}:\n    is        ${a}\n    should be ${b}`);
}

/**
 * What is unread by the rules: messages of others after what was read here, and on other devices (UR1, UR5). The service's
 * own count is smaller where an acknowledgement of ours swept messages that had landed meanwhile.
 *
 * Where history was removed elsewhere what we had swept has to be read again before it counts for what it is: until then
 * the service's count is the least.
 */
function unreadOf(walk: Walk, stored: StoredState, listed: ServiceConversation): number {
  const row = rowOf(stored, listed);
  const after = laterOf(row?.unread.readThrough ?? null, walk.readThrough(listed));
  const unread = walk.world.test.server.history(SELF, listed).filter((message) => message.from !== SELF && isAfter(message, after)).length;
  const newest = stored.spans.get(conversationKey(listed))?.at(-1);
  const isWhole = newest !== undefined && (newest.olderCursor === null || (after !== null && !isAfter(newest.oldest, after)));
  if (row === undefined || isWhole || !walk.wasRemovedFrom(listed)) return unread;
  const counted = unreadCount(row.unread);
  return counted >= listed.unReadCount ? counted : unread;
}

function rowOf({ rows }: StoredState, ref: ConversationRef): StoredState['rows'][number] | undefined {
  return rows.find(({ view }) => conversationKey(view) === conversationKey(ref));
}

/** A conversation in a line, the parts that must be the same everywhere. */
function shown(row: ServiceConversation): readonly unknown[] {
  return [conversationKey(row), row.unReadCount, row.lastMessage && toldOf(row.lastMessage), row.isPinned, row.isPinned ? row.pinnedTime : 0, row.marks];
}

function ownShown(row: Conversation): readonly unknown[] {
  return [conversationKey(row), row.unReadCount, row.mentions, row.isMuted, row.isMarkedUnread];
}

/** A message in a line, with all that is told of it after it was written. */
function toldOf({ id, msg, reactions = [], pin, modifiedInfo }: Message): string {
  const given = reactions.map(({ reaction, userList }) => `${reaction} by ${[...userList].sort().join('+')}`).sort();
  return `${id.slice(-5)} ${String(msg)}${modifiedInfo === undefined ? '' : ' (edited)'} ${given.join()} ${pin === undefined ? '' : `pinned by ${pin.by}`}`;
}

/**
 * Compares everything with the service and with each other. Everything has been healed; the list is read once more.
 *
 * @throws An error that says what differs.
 */
export async function checkRest(walk: Walk): Promise<void> {
  const { world } = walk;
  const { server } = world.test;
  demand(world.tabs.size > 0, () => 'no tab could be opened');
  for (const { chat } of world.tabs) demand(chat.status.value?.type === 'live', () => `[SY7] stuck: ${JSON.stringify(chat.status.value)}`);
  const [tab] = world.tabs;
  if (tab !== undefined) world.pledge('the last refresh', tab, tab.chat.refresh());
  await world.quiet();
  // SY9 is partly kept: a first page that is known already, from live messages, hides what was missed of later pages. UR5
  // and UR7 are not whole either: only the list tells of what was read elsewhere, or taken for read by a late acknowledgement.
  if (tab !== undefined && walk.isSmallPaged) world.pledge('the whole list', tab, tab.chat.contact.getServerConversations({ pageSize: 50, includeEmptyConversations: walk.includeEmptyConversations }));
  await world.quiet();
  await world.quietAfter(ACKNOWLEDGED_MS);
  checkPledges(walk);

  const lines = (rows: readonly ServiceConversation[]): readonly unknown[] =>
    rows.filter(({ lastMessage }) => lastMessage !== null || walk.includeEmptyConversations).map(shown);
  const stored = await readStored(walk);
  const listed = server.list(SELF).map((row): ServiceConversation => ({ ...row, unReadCount: unreadOf(walk, stored, row) }));
  for (const [index, { unReadCount }] of server.list(SELF).entries()) {
    const row = listed[index];
    demand(row === undefined || unReadCount <= row.unReadCount, () => `[UR6] the service counts ${unReadCount} of ${JSON.stringify(row && shown(row))}`);
  }
  const expected = lines([...listed].sort(compareConversations));
  for (const { chat } of world.tabs) {
    demandSame(lines(chat.conversations().value?.rows ?? []), expected, '[SY4] [UR1] a tab and the service');
    demandSame(chat.unread.value, sum(listed.map(({ unReadCount }) => unReadCount)), '[UR2] the total');
  }
  demandSame(lines([...stored.rows.map(({ view }) => view)].sort(compareConversations)), expected, '[ST1] storage and the service');
  for (const { chat } of world.tabs) demandSame(chat.conversations().value?.rows.map(ownShown), [...stored.rows.map(({ view }) => view)].sort(compareConversations).map(ownShown), '[UR2] what only this browser knows, in a tab and in storage');
  for (const presented of [...world.tabs].flatMap((one) => one.presented() ?? [])) {
    const row = rowOf(stored, presented);
    demand(row === undefined || unreadCount(row.unread) === 0, () => `[UR4] ${conversationKey(presented)} is shown, and unread`);
    demand(server.mailbox(SELF).unread(presented) === 0, () => `[UR4] ${conversationKey(presented)} is shown, and unread at the service`);
  }
  for (const ref of CONVERSATIONS) checkStored(walk, stored, ref);
  for (const { timelines } of world.tabs) for (const [key, timeline] of timelines) checkTimeline(walk, key, timeline.value);
  checkSent(walk, stored);
  demandSame(world.test.reported.map(String), [], 'errors of the application');
}

function checkPledges({ world }: Walk): void {
  for (const { what, outcome } of world.pledges()) {
    demand(outcome !== 'open', () => `[TB3] never settled: ${what}`);
    if (outcome === 'open' || outcome === 'kept') continue;
    const isExpected = outcome instanceof SyncError && outcome.code !== 'internal' && outcome.code !== 'invalid-argument';
    demand(isExpected, () => `[ER1] ${what} was rejected with ${outcome.name} ${outcome instanceof SyncError ? outcome.code : ''}: ${outcome.message} ${String(outcome.cause)}`);
    demand(what !== 'the last refresh', () => `[SY7] the last refresh was rejected with ${outcome.message}`);
  }
  world.forgetSettled();
}

/** Storage in itself, and against the service's history. */
function checkStored(walk: Walk, stored: StoredState, ref: ConversationRef): void {
  const key = conversationKey(ref);
  const history = walk.world.test.server.history(SELF, ref);
  const messages = stored.messages.get(key) ?? [];
  const ids = messages.map(({ id }) => id);
  demand(new Set(ids).size === ids.length, () => `[HB2] ${key}: stored twice: ${ids.join()}`);
  demandSame(ids, [...messages].sort(comparePositions).map(({ id }) => id), `[HB8] ${key}: the order of storage`);
  for (const span of stored.spans.get(key) ?? []) {
    const within = (position: { readonly time: number; readonly id: string }): boolean => !isAfter(span.oldest, position) && !isAfter(position, span.newest);
    const texts = (all: readonly Message[]): readonly string[] => all.filter(within).map(toldOf);
    const [here, there] = [texts(messages), texts(history)];
    const differing = [...here.filter((text) => !there.includes(text)).map((text) => `+${text}`), ...there.filter((text) => !here.includes(text)).map((text) => `-${text}`)];
    demandSame(differing, [], `[HB2] [HB5] ${key}: a span of ${here.length} (+) and the ${there.length} of the service's history (-)`);
    const below = history.filter((message) => isAfter(span.oldest, message));
    demand(span.olderCursor !== null || below.length === 0, () => `[HB3] ${key}: a span says that nothing lies below it, but ${below.length} messages do`);
  }
  for (const message of messages) {
    const receipt = walk.receipt(message.id);
    demand(receipt === undefined || receipt === message.receipt, () => `[HB7] ${key}: ${message.id.slice(-5)} is ${message.receipt}, and should be ${receipt}`);
  }
  const there = new Set(history.map(({ id }) => id));
  demandSame(ids.filter((id) => !there.has(id)), [], `[HB7] ${key}: stored, and no longer at the service`);
  const waiting = (stored.effects.get(key) ?? []).map(({ id }) => id);
  demandSame(waiting.filter((id) => ids.includes(id)), [], `[HB7] ${key}: what waits for messages that are stored`);
  const row = rowOf(stored, ref);
  if (row === undefined) return;
  const after = laterOf(row.unread.baselineAt, row.unread.readThrough);
  const recount = messages.filter((message) => message.from !== SELF && isAfter(message, after)).length;
  demandSame(row.unread.newer, recount, `[UR1] ${key}: counted one by one, and recounted`);
}

/** What a tab shows of a conversation: in order, once, and no gap without a hole. */
function checkTimeline({ world }: Walk, key: ConversationKey, value: QueryValue['timeline'] | undefined): void {
  const items = value?.items;
  const hasNewer = value?.state.hasNewer === true;
  const ref = CONVERSATIONS.find((one) => conversationKey(one) === key);
  // Of a conversation that is not on the list nothing tells that there is more at the service.
  if (ref === undefined || !world.test.server.list(SELF).some((listed) => conversationKey(listed) === key)) return;
  demand(items !== undefined, () => `${key}: a timeline without a value`);
  const history = world.test.server.history(SELF, ref).map(({ id }) => id);
  const accepted = (items ?? []).filter((item) => item.type === 'hole' || isAccepted(item.state));
  const line = (): string => accepted.map((item) => (item.type === 'hole' ? 'hole' : item.message.id.slice(-5))).join(' ');
  const ids = accepted.flatMap((item) => (item.type === 'message' ? [item.message.id] : []));
  demand(new Set(ids).size === ids.length, () => `[HB2] ${key}: shown twice: ${line()}`);
  demand(hasNewer || ids.at(-1) === history.at(-1), () => `[HB5] ${key}: the newest shown is ${ids.at(-1)}, at the service ${history.at(-1)}`);
  let previous: string | undefined;
  let isHole = false;
  for (const item of accepted) {
    if (item.type === 'hole') {
      isHole = true;
      continue;
    }
    const place = history.indexOf(item.message.id);
    demand(place >= 0, () => `[HB2] ${key}: ${item.message.id} is shown, and is not at the service`);
    const before = previous === undefined ? undefined : history.indexOf(previous);
    demand(before === undefined || place > before, () => `[HB8] ${key}: out of order: ${line()}`);
    demand(before === undefined || isHole || place === before + 1, () => `[HB4] ${key}: ${place - (before ?? 0) - 1} missing before ${item.message.id.slice(-5)} without a hole: ${line()}`);
    previous = item.message.id;
    isHole = false;
  }
}

/** Each message that was taken over is at the service once, or is marked as failed. */
function checkSent(walk: Walk, stored: StoredState): void {
  const { server } = walk.world.test;
  const waiting = new Map(stored.outbox.flatMap((entry) => (entry.type === 'send' ? [[entry.clientId, entry.state.type] as const] : [])));
  demandSame(stored.outbox.filter((entry) => entry.type !== 'send' || entry.state.type !== 'failed').map(({ type }) => type), [], '[OB1] the outbox');
  for (const { clientId, conversation, deathsBefore } of walk.sent()) {
    if (waiting.has(clientId)) continue;
    const isGroup = conversation.conversationType === 'groupChat';
    const [peer = ''] = isGroup ? PEERS : [conversation.conversationId];
    const theirs: ConversationRef = isGroup ? conversation : { conversationId: SELF, conversationType: 'singleChat' };
    const history = server.history(peer, theirs);
    const places = history.flatMap(({ ext }, place) => ((ext as { moorageClientId?: string } | undefined)?.moorageClientId === clientId ? [place] : []));
    const [first = 0, second = first] = places;
    // OB3 is partly kept: what was on its way when an engine died is looked for in the newest page of history, no further.
    const wasBeyondLookUp = walk.world.deaths() > deathsBefore && second - first >= HISTORY_BATCH_SIZE;
    demand(places.length === 1 || wasBeyondLookUp, () => `[OB1] [OB3] a message was sent ${places.length} times, at ${places.join()} of ${history.length}: ${clientId}`);
  }
  walk.forgetSent();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
