import { OLD_LIST_PAGE_SIZE_RANGE, PAGE_SIZE_RANGE, REMOVE_HISTORY_MAX_IDS } from '../../protocol/limits.ts';
import type { WorkerApi } from '../../protocol/worker-api.ts';
import { checkFlag, checkList, checkName, checkRecord, checkRef, checkText, checkWhole, refuse } from './check.ts';

type Check = (first: unknown, second: unknown) => void;

/** Conversations per call that sets or takes off a mark. The service's documented maximum. */
const MARK_MAX_CONVERSATIONS = 20;
/** Marks are numbered from 0 to 19. Documented by the service. */
const MARK_RANGE = { min: 0, max: 19 } as const;

const nothing: Check = () => undefined;

function checkPage(options: unknown): asserts options is { readonly [name: string]: unknown } {
  checkRecord('options', options);
  checkWhole('pageSize', options['pageSize'], PAGE_SIZE_RANGE);
  checkText('cursor', options['cursor']);
}

/** A conversation, and one option that says yes or no. */
const refAndFlag = (flag: string): Check => (ref, options) => {
  checkRef('conversation', ref);
  checkRecord('options', options);
  checkFlag(flag, options[flag]);
};

const optionsWithFlag = (flag: string): Check => (options) => {
  checkRecord('options', options);
  checkRef('conversation', options['conversation']);
  checkFlag(flag, options[flag]);
};

const clientId: Check = (id) => checkName('clientId', id);

function checkFilter(filter: unknown): void {
  if (filter === undefined) return;
  checkRecord('filter', filter);
  if (filter['from'] !== undefined) checkName('from', filter['from']);
  for (const name of ['startTime', 'endTime']) if (filter[name] !== undefined) checkWhole(name, filter[name], { min: 0 });
  const types = filter['msgTypes'];
  if (types === undefined) return;
  checkList('msgTypes', types, { min: 0, max: 50 });
  types.forEach((type) => checkName('msgTypes', type));
}

const history: Check = (request) => {
  checkRecord('request', request);
  checkRef('conversation', request['conversation']);
  checkPage(request);
  const direction = request['direction'];
  if (direction !== 'up' && direction !== 'down') refuse('direction', 'must be up or down');
  checkFilter(request['filter']);
};

const removal: Check = (options) => {
  checkRecord('options', options);
  checkRef('conversation', options['conversation']);
  const ids = options['messageIds'];
  const before = options['beforeTimeStamp'];
  if (ids !== undefined) {
    checkList('messageIds', ids, { min: 1, max: REMOVE_HISTORY_MAX_IDS });
    ids.forEach((id) => checkName('messageIds', id));
    if (before !== undefined) refuse('beforeTimeStamp', 'cannot be given together with messageIds');
  } else {
    checkWhole('beforeTimeStamp', before, { min: 1 });
  }
};

const marks: Check = (options) => {
  checkRecord('options', options);
  checkList('conversations', options['conversations'], { min: 1, max: MARK_MAX_CONVERSATIONS });
  options['conversations'].forEach((ref) => checkRef('conversations', ref));
  checkWhole('mark', options['mark'], MARK_RANGE);
  checkFlag('isMarked', options['isMarked']);
};

const message: Check = (value) => {
  checkRecord('message', value);
  checkRef('conversation', value['conversation']);
  checkName('type', value['type']);
  if (value['type'] === 'txt' || value['msg'] !== undefined) checkText('msg', value['msg']);
  if (value['type'] === 'txt' && value['msg'] === '') refuse('msg', 'must not be empty');
  if (value['ext'] !== undefined) checkRecord('ext', value['ext']);
};

/**
 * What each call's arguments must be (ER2). A tab is not trusted to have checked them: any page of the origin can talk
 * to the worker.
 */
export const argumentChecks: { readonly [Name in keyof WorkerApi]: Check } = {
  getLocalConversations: nothing,
  getLocalConversation: (ref) => checkRef('conversation', ref),
  setCustomField: (ref, customField) => {
    checkRef('conversation', ref);
    checkRecord('customField', customField);
  },
  clearUnread: refAndFlag('localOnly'),
  removeLocalConversation: refAndFlag('removeMessages'),
  getServerConversations: (options) => {
    checkPage(options);
    checkFlag('includeEmptyConversations', options['includeEmptyConversations']);
  },
  getServerPinnedConversations: (options) => checkPage(options),
  getOldConversationList: (options) => {
    checkRecord('options', options);
    checkWhole('pageNum', options['pageNum'], { min: 1 });
    checkWhole('pageSize', options['pageSize'], OLD_LIST_PAGE_SIZE_RANGE);
  },
  getHistoryMessages: history,
  removeHistoryMessages: removal,
  deleteConversation: optionsWithFlag('deleteRoam'),
  pinConversation: optionsWithFlag('isPinned'),
  markConversations: marks,
  loadOlder: (subscription) => checkWhole('subscription', subscription, { min: 0 }),
  send: message,
  retry: clientId,
  discard: clientId,
  refresh: nothing,
  logOut: nothing,
};
