import { invalid, isConversationType } from './take.ts';

/** One-to-one chats and groups. Chat rooms keep no conversation and are not stored. */
export type ConversationType = 'singleChat' | 'groupChat';

/** Names a conversation as the service's documentation does. */
export type ConversationRef = {
  /** The other user's id, or the group's id. */
  readonly conversationId: string;
  readonly conversationType: ConversationType;
};

declare const conversationKeyBrand: unique symbol;

/** One string that names a conversation within an account: `singleChat:bob`. */
export type ConversationKey = string & { readonly [conversationKeyBrand]: true };

/** @returns The key of a conversation. Equal refs have equal keys. */
export function conversationKey(ref: ConversationRef): ConversationKey {
  return `${ref.conversationType}:${ref.conversationId}` as ConversationKey;
}

/**
 * The inverse of {@link conversationKey}.
 *
 * @throws {SyncError} `invalid-argument` when the text is not a conversation key.
 */
export function parseConversationKey(text: string): ConversationRef {
  const colon = text.indexOf(':');
  const conversationType = text.slice(0, colon);
  const conversationId = text.slice(colon + 1);
  if (!isConversationType(conversationType) || conversationId === '') throw invalid('key');
  return { conversationId, conversationType };
}

/**
 * A place in a conversation: server time (ms), then message id. It orders messages (HB8); the local clock never does.
 */
export type Position = {
  /** Server time, ms since 1970. */
  readonly time: number;
  /** The service's message id: a decimal string of up to 20 digits, too large for a number. */
  readonly id: string;
};

/** @returns Only the position of a message or of anything else that has one, so that nothing more is stored with it. */
export function toPosition({ time, id }: Position): Position {
  return { time, id };
}

/** Orders ids: shorter first, then by text. For decimal ids without leading zeros this is numeric order. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders positions, oldest first. @returns Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function comparePositions(a: Position, b: Position): number {
  return a.time - b.time || compareIds(a.id, b.id);
}

/** @returns Whether `a` lies after `b`; everything lies after "no position". */
export function isAfter(a: Position, b: Position | null): boolean {
  return b === null || comparePositions(a, b) > 0;
}

/** @returns The later of two positions, `null` only when both are. */
export function laterOf(a: Position | null, b: Position | null): Position | null {
  if (a === null) return b;
  return b !== null && comparePositions(b, a) > 0 ? b : a;
}
