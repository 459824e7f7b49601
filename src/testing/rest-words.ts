import { conversationKey } from '../protocol/ids.ts';
import type { Conversation, Message } from '../protocol/model.ts';
import type { ServiceConversation } from '../worker/service/chat-service.ts';

/** Where rows or messages stand at fault, in words; empty: nowhere. */
export type Troubles = readonly string[];

/** A message in a line, with all that is told of it after it was written. Ids are shortened to what differs. */
export function messageLine({ id, msg, reactions = [], pin, modifiedInfo }: Message): string {
  const given = reactions.map(({ reaction, userList }) => `, ${reaction} by ${[...userList].sort().join('+')}`).sort();
  return `…${id.slice(-5)} "${String(msg)}"${modifiedInfo === undefined ? '' : ', edited'}${given.join('')}${pin === undefined ? '' : `, pinned by ${pin.by}`}`;
}

/** A conversation in a line, the parts that are the same everywhere. */
export function rowLine(row: ServiceConversation): string {
  const pinned = row.isPinned ? `, pinned at ${row.pinnedTime}` : '';
  const marks = row.marks.length > 0 ? `, marks ${row.marks.join('+')}` : '';
  return `${conversationKey(row)}: ${row.unReadCount} unread, last ${row.lastMessage === null ? 'none' : messageLine(row.lastMessage)}${pinned}${marks}`;
}

/** What only this browser knows of a conversation, in a line. */
export function ownLine({ unReadCount, mentions, isMuted, isMarkedUnread, ...ref }: Conversation): string {
  return `${conversationKey(ref)}: ${unReadCount} unread, ${mentions} mentions${isMuted ? ', muted' : ''}${isMarkedUnread ? ', marked unread' : ''}`;
}

/** Compares two lists in order; the first difference is told. */
export function compareLines(what: string, actual: readonly string[], expected: readonly string[]): Troubles {
  const length = Math.max(actual.length, expected.length);
  for (let place = 0; place < length; place += 1) {
    if (actual[place] !== expected[place]) {
      return [`${what}: ${actual.length} for ${expected.length}; place ${place + 1} is\n      ${actual[place] ?? 'nothing'}\n    and should be\n      ${expected[place] ?? 'nothing'}`];
    }
  }
  return [];
}

/** @returns Those of the first list that are not in the second. */
export function missingFrom(all: readonly string[], there: readonly string[]): readonly string[] {
  const known = new Set(there);
  return all.filter((one) => !known.has(one));
}

/** @returns Those that are there more than once. */
export function repeated(all: readonly string[]): readonly string[] {
  return all.filter((one, place) => all.indexOf(one) !== place);
}
