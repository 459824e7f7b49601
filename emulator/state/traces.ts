import { type StoredMessage } from './channel.ts';

/** What became of a message once it was there. Kept apart from it, since most messages have none. */
export type Traces = {
  /** Who reacted, by reaction; both in order of arrival. */
  readonly reactions: Map<string, Set<string>>;
  readonly deliveredTo: Set<string>;
  readonly readBy: Set<string>;
};

/** A reaction as the service tells it. `state`: whether the viewer is among those who reacted. */
export type ReactionInfo = {
  readonly reaction: string;
  readonly count: number;
  readonly state: boolean;
  /** The first ones only: see the policy `reactionUsersMax`. */
  readonly userList: readonly string[];
};

/** The traces of a message, begun if it has none. */
export function tracesOf(message: StoredMessage): Traces {
  message.traces ??= { reactions: new Map(), deliveredTo: new Set(), readBy: new Set() };
  return message.traces;
}

/** The message's reactions in order of their first use; without any an empty list. */
export function reactionsFor(message: StoredMessage, viewer: string, usersMax: number): ReactionInfo[] {
  return [...(message.traces?.reactions ?? [])].map(([reaction, users]) => ({
    reaction,
    count: users.size,
    state: users.has(viewer),
    userList: [...users].slice(0, usersMax),
  }));
}

/**
 * The `meta` that history and lists give with a message: what the body brought (edits, and what the emulator does not
 * know), its reactions as the viewer sees them, and for single chats whether it was received and read.
 *
 * @returns JSON in a string as the wire has it; `undefined` if there is nothing to tell.
 */
export function metaFor(message: StoredMessage, viewer: string, usersMax: number): string | undefined {
  const { body, traces, chatType } = message;
  if (traces === undefined) return body.meta;
  const reaction = reactionsFor(message, viewer, usersMax);
  const isSingle = chatType === 'singleChat';
  return JSON.stringify({
    ...(body.meta === undefined || body.meta === '' ? {} : (JSON.parse(body.meta) as object)),
    ...(reaction.length === 0 ? {} : { reaction }),
    ...(isSingle && traces.deliveredTo.size > 0 ? { isDelivered: true } : {}),
    ...(isSingle && traces.readBy.size > 0 ? { isRead: true } : {}),
  });
}
