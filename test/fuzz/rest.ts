import { conversationKey, isAfter, laterOf, type ConversationRef } from '../../src/protocol/ids.ts';
import { SyncError } from '../../src/protocol/errors.ts';
import { readTruth } from '../../src/testing/rest-service.ts';
import { storageTroubles } from '../../src/testing/rest-storage.ts';
import { tabTroubles } from '../../src/testing/rest-tabs.ts';
import { rowLine, type Troubles } from '../../src/testing/rest-words.ts';
import { readStored, type StoredState } from '../../src/testing/stored-state.ts';
import type { ServiceConversation } from '../../src/worker/service/chat-service.ts';
import { unreadCount } from '../../src/worker/unread/unread-count.ts';
import { CONVERSATIONS, PEERS, SELF } from './people.ts';
import { ACKNOWLEDGED_MS, type Walk } from './walk.ts';

/** Fails with what differs, in words. */
function demand(isSo: boolean, what: () => string): void {
  if (!isSo) throw new Error(what());
}

/**
 * What is unread by the rules: messages of others after what was read here, and on other devices (UR1, UR5). The service's
 * own count is smaller where an acknowledgement of ours swept messages that had landed meanwhile.
 *
 * What a deletion asked for here took at the service, though it had landed there since, nobody can tell: here it may be counted, and there
 * it is read. Either is right.
 *
 * Where history was removed elsewhere what we had swept has to be read again before it counts for what it is: until then
 * the service's count is the least.
 */
function unreadOf(walk: Walk, stored: StoredState, listed: ServiceConversation): number {
  const row = rowOf(stored, listed);
  const after = laterOf(row?.unread.readThrough ?? null, walk.readThrough(listed));
  const others = walk.world.test.server.history(SELF, listed).filter((message) => message.from !== SELF && isAfter(message, after));
  const least = others.filter((message) => isAfter(message, walk.deletedThrough(listed))).length;
  const unread = row === undefined ? others.length : Math.min(others.length, Math.max(least, unreadCount(row.unread)));
  const newest = stored.spans.get(conversationKey(listed))?.at(-1);
  const isWhole = newest !== undefined && (newest.olderCursor === null || (after !== null && !isAfter(newest.oldest, after)));
  if (row === undefined || isWhole || !walk.wasRemovedFrom(listed)) return unread;
  const counted = unreadCount(row.unread);
  return counted >= listed.unReadCount ? counted : unread;
}

function rowOf({ rows }: StoredState, ref: ConversationRef): StoredState['rows'][number] | undefined {
  return rows.find(({ key }) => key === conversationKey(ref));
}

/**
 * Compares everything with the service and with each other, as `TestWorld.checkAtRest` does, with what a walk knows beyond
 * that. Everything has been healed; the list is read once more.
 *
 * @throws An error that says what differs.
 */
export async function checkRest(walk: Walk): Promise<void> {
  const { world } = walk;
  const { account, reported, server } = world.test;
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

  const stored = await readStored({ account, indexedDB: world.indexedDB, keyRange: IDBKeyRange, keys: CONVERSATIONS.map(conversationKey) });
  const showsEmpty = walk.includeEmptyConversations;
  const truth = readTruth({ server, userId: SELF, stored, showsEmpty, countOf: (row) => unreadOf(walk, stored, row) });
  const troubles = [
    ...[...world.tabs].flatMap((one, index) => tabTroubles(`tab ${index + 1}`, one, { truth, stored })),
    ...storageTroubles(stored, { truth, userId: SELF }),
    ...countTroubles(walk, stored),
    ...shownTroubles(walk, stored),
    ...receiptTroubles(walk, stored),
    ...sendTroubles(walk, stored),
    ...reported.map((error) => `an error of the application: ${String(error)}`),
  ];
  demand(troubles.length === 0, () => troubles.join('\n  '));
  walk.forgetSent();
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

/** The service may count less than the rules do, and never more. */
function countTroubles(walk: Walk, stored: StoredState): Troubles {
  const tooMany = walk.world.test.server.list(SELF).filter((row) => row.unReadCount > unreadOf(walk, stored, row));
  return tooMany.map((row) => `[UR6] the service counts too many: ${rowLine(row)}`);
}

/** What a tab presents is read, here and at the service. */
function shownTroubles({ world }: Walk, stored: StoredState): Troubles {
  // Nothing tells of what was lost in one that was pushed out of the list.
  const listed = new Set(world.test.server.list(SELF).map(conversationKey));
  const presented = [...world.tabs].flatMap((tab) => tab.presented() ?? []).filter((ref) => listed.has(conversationKey(ref)));
  const unread = presented.filter((ref) => {
    const row = rowOf(stored, ref);
    return (row !== undefined && unreadCount(row.unread) > 0) || world.test.server.mailbox(SELF).unread(ref) > 0;
  });
  return unread.map((ref) => `[UR4] ${conversationKey(ref)} is shown, and unread`);
}

function receiptTroubles(walk: Walk, stored: StoredState): Troubles {
  return [...stored.messages].flatMap(([key, messages]) =>
    messages.flatMap(({ id, receipt }) => {
      const expected = walk.receipt(id, key);
      return expected === undefined || expected === receipt ? [] : [`[HB7] ${key}: ${id} is ${receipt}, and should be ${expected}`];
    }),
  );
}

/** Each message that was taken over is at the service once; at most once where it is marked as failed, or was taken back. */
function sendTroubles(walk: Walk, stored: StoredState): Troubles {
  const { world } = walk;
  const waiting = new Set(stored.outbox.flatMap((entry) => (entry.type === 'send' ? [entry.clientId] : [])));
  return walk.sent().flatMap(({ clientId, conversation }) => {
    const isGroup = conversation.conversationType === 'groupChat';
    const [peer = ''] = isGroup ? PEERS : [conversation.conversationId];
    const theirs: ConversationRef = isGroup ? conversation : { conversationId: SELF, conversationType: 'singleChat' };
    const history = world.test.server.history(peer, theirs);
    const places = history.flatMap(({ ext }, place) => ((ext as { moorageClientId?: string } | undefined)?.moorageClientId === clientId ? [place] : []));
    const mayBeMissing = waiting.has(clientId) || walk.wasRecalled(clientId);
    return places.length === 1 || (mayBeMissing && places.length === 0) ? [] : [`[OB1] [OB3] a message was sent ${places.length} times, at ${places.join()} of ${history.length}: ${clientId}`];
  });
}
