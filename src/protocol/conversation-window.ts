import type { ConversationType } from './ids.ts';
import { isConversationType, isFlag, isOptional, isRecord, isString, isWhole, take, type Test } from './take.ts';

/** Which conversations a list shows: those of which all of this is true. What is left out does not matter. */
export type ConversationFilter = {
  readonly conversationType?: ConversationType | undefined;
  /** With unread messages, or marked as unread by hand; false: without. */
  readonly isUnread?: boolean | undefined;
  readonly isPinned?: boolean | undefined;
  readonly isMuted?: boolean | undefined;
  /** With the mark of this number, 0 to 19. */
  readonly mark?: number | undefined;
};

/** Which part of the conversation list is shown. */
export type ConversationWindow = {
  /** How many rows, from 1 on; all of them unless said. */
  readonly limit?: number | undefined;
  /** How many rows before them are left out; none unless said. */
  readonly offset?: number | undefined;
  readonly filter?: ConversationFilter | undefined;
  /**
   * Text that the name contains, whatever its case: the conversation id, or `customField.name` where an application has
   * put a string there. The service tells no other names. `''`: all.
   */
  readonly search?: string | undefined;
};

type Tests = { readonly [name: string]: Test<unknown> };

const FILTER: Tests = { conversationType: isConversationType, isUnread: isFlag, isPinned: isFlag, isMuted: isFlag, mark: isWhole(0, 19) };
const WINDOW: Tests = { limit: isWhole(1), offset: isWhole(0), search: isString };

const takeAll = (options: unknown, tests: Tests): object =>
  Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, take(options, name, isOptional(test))]));

/**
 * Checks what names a part of the list.
 *
 * @returns No more than that, with its fields in one order: equal windows are equal as JSON.
 * @throws {SyncError} `invalid-argument` naming the field, one of the filter's by its own name
 */
export function takeWindow(options: unknown): ConversationWindow {
  return { ...takeAll(options, WINDOW), filter: takeAll(take(options, 'filter', isRecord, {}), FILTER) };
}
