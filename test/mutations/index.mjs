/**
 * One way to break a rule. A test whose title quotes the rule must fail over it.
 *
 * @typedef {object} Mutation
 * @property {string} rule id of the rule, as docs/SPEC.md has it
 * @property {string} what what the code does wrong then, in a few words
 * @property {string} file
 * @property {string} from exact text; it stands once in the file
 * @property {string} to
 */
import { commandMutations } from './commands.mjs';
import { errorMutations } from './errors.mjs';
import { fileMutations } from './files.mjs';
import { historyMutations } from './history.mjs';
import { outboxMutations } from './outbox.mjs';
import { storageMutations } from './storage.mjs';
import { syncMutations } from './sync.mjs';
import { tabMutations } from './tabs.mjs';
import { unreadMutations } from './unread.mjs';

/** @type {readonly Mutation[]} */
export const mutations = [
  ...syncMutations,
  ...historyMutations,
  ...unreadMutations,
  ...outboxMutations,
  ...commandMutations,
  ...fileMutations,
  ...tabMutations,
  ...storageMutations,
  ...errorMutations,
];
