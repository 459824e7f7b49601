import { OLD_LIST_PAGE_SIZE_RANGE, PAGE_SIZE_RANGE, REMOVE_HISTORY_MAX_IDS } from '../../protocol/limits.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';
import { aFlag, aList, aName, aRecord, aRef, aText, aWhole, oneOf, optional, record, refuse, type Check } from './check.ts';

/** Conversations per call that sets or takes off a mark. The service's documented maximum. */
const MARK_MAX_CONVERSATIONS = 20;
/** Marks are numbered from 0 to 19. Documented by the service. */
const MARK_MAX = 19;

const page = { pageSize: aWhole(PAGE_SIZE_RANGE.min, PAGE_SIZE_RANGE.max), cursor: aText };
const conversation = { conversation: aRef };

const filter = record({
  from: optional(aName),
  startTime: optional(aWhole(0)),
  endTime: optional(aWhole(0)),
  msgTypes: optional(aList(aName, 0, 50)),
});

/** By id or by time, one of the two. */
const removal: Check = (name, value) => {
  aRecord(name, value);
  const isById = value['messageIds'] !== undefined;
  record({
    ...conversation,
    messageIds: optional(aList(aName, 1, REMOVE_HISTORY_MAX_IDS)),
    beforeTimeStamp: isById ? (field, time) => time !== undefined && refuse(field, 'cannot be given together with messageIds') : aWhole(1),
  })(name, value);
};

const message: Check = (name, value) => {
  aRecord(name, value);
  const msg = value['type'] === 'txt' ? aName : optional(aText);
  record({ ...conversation, type: aName, msg, ext: optional(aRecord) })(name, value);
};

/** The name and the check of each argument, in order. */
type Arguments = readonly (readonly [name: string, check: Check])[];

/**
 * What each call's arguments must be (ER2). A tab is not trusted to have checked them: any page of the origin can talk
 * to the worker.
 */
export const callArguments: { readonly [Name in keyof WorkerApi]: Arguments } = {
  getLocalConversations: [],
  getLocalConversation: [['conversation', aRef]],
  setCustomField: [['conversation', aRef], ['customField', aRecord]],
  clearUnread: [['conversation', aRef], ['options', record({ localOnly: aFlag })]],
  removeLocalConversation: [['conversation', aRef], ['options', record({ removeMessages: aFlag })]],
  getServerConversations: [['options', record({ ...page, includeEmptyConversations: aFlag })]],
  getServerPinnedConversations: [['options', record(page)]],
  getOldConversationList: [['options', record({ pageNum: aWhole(1), pageSize: aWhole(OLD_LIST_PAGE_SIZE_RANGE.min, OLD_LIST_PAGE_SIZE_RANGE.max) })]],
  getHistoryMessages: [['request', record({ ...conversation, ...page, direction: oneOf('up', 'down'), filter: optional(filter) })]],
  removeHistoryMessages: [['options', removal]],
  deleteConversation: [['options', record({ ...conversation, deleteRoam: aFlag })]],
  pinConversation: [['options', record({ ...conversation, isPinned: aFlag })]],
  markConversations: [['options', record({ conversations: aList(aRef, 1, MARK_MAX_CONVERSATIONS), mark: aWhole(0, MARK_MAX), isMarked: aFlag })]],
  loadOlder: [['subscription', aWhole(0)]],
  send: [['message', message]],
  retry: [['clientId', aName]],
  discard: [['clientId', aName]],
  refresh: [],
  logOut: [],
};

/** @throws {SyncError} `invalid-argument` naming the parameter */
export function checkArguments(name: keyof WorkerApi, args: readonly unknown[]): void {
  callArguments[name].forEach(([parameter, check], index) => check(parameter, args[index]));
}
