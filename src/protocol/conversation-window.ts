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

const FILTERS: { readonly [name: string]: Test<unknown> } = {
  conversationType: isConversationType,
  isUnread: isFlag,
  isPinned: isFlag,
  isMuted: isFlag,
  mark: isWhole(0, 19),
};

const isFilter = (value: unknown): value is ConversationFilter =>
  isRecord(value) && Object.entries(value).every(([name, wanted]) => wanted === undefined || FILTERS[name]?.(wanted) === true);

/**
 * Checks what names a part of the list.
 *
 * @returns No more than that, its fields in one order.
 * @throws {SyncError} `invalid-argument` naming the field
 */
export function takeWindow(options: unknown): ConversationWindow {
  return {
    limit: take(options, 'limit', isOptional(isWhole(1))),
    offset: take(options, 'offset', isOptional(isWhole(0))),
    search: take(options, 'search', isOptional(isString)),
    filter: take(options, 'filter', isOptional(isFilter)),
  };
}
