import type { ConversationKey } from '../../protocol/ids.ts';
import type { Message, OutgoingMessage, Reaction } from '../../protocol/model.ts';
import { isSameData } from '../same-data.ts';
import { withChanges } from './reactions.ts';
import type { Command, CommandBefore, OutboxEntry } from '../storage/storage.ts';

/** A command that changes one message, and what was here before. */
export type MessageChanging = { readonly command: Command; readonly before?: CommandBefore };

/** The fields that an edit may bring. */
const EDITABLE = ['msg', 'ext', 'customEvent', 'customExts'] as const;

type Edit = { readonly operationCount?: number; readonly operationTime?: number };

const editOf = ({ modifiedInfo }: Message): Edit => (modifiedInfo ?? {});

/** @returns What an edit says of a message. What it does not name is unchanged. */
export function editedFields(message: OutgoingMessage): { readonly [field: string]: unknown } {
  return Object.fromEntries(EDITABLE.flatMap((field) => (message[field] === undefined ? [] : [[field, message[field]]])));
}

/** @returns Whether this user gives the message a reaction. */
function isGiven({ reactions = [] }: Message, reaction: string): boolean {
  return reactions.some((one) => one.reaction === reaction && one.isAddedBySelf);
}

function withOwnReaction(message: Message, change: { readonly reaction: string; readonly isAdded: boolean; readonly self: string }): Message {
  const { reaction, isAdded, self } = change;
  const { reactions = [] } = message;
  const { count, userList } = reactions.find((one) => one.reaction === reaction) ?? { count: 0, userList: [] };
  const others = userList.filter((userId) => userId !== self);
  const after: Reaction = { reaction, count: Math.max(0, count + (isAdded ? 1 : -1)), isAddedBySelf: isAdded, userList: isAdded ? [...others, self] : others };
  return { ...message, reactions: withChanges(reactions, [after]) };
}

function withPin({ pin: _before, ...message }: Message, pin: Message['pin']): Message {
  return { ...message, ...(pin && { pin }) };
}

/**
 * Does to a message what a command asks for.
 *
 * - An edit counts as the next one, at the time 0: whatever is told of the edits before it is older, and what the service makes of it
 *   is newer.
 * - What is so already stays the object it is; an edit is applied once.
 *
 * @param options.now Local clock, ms: shown as the time of a pin until the service tells.
 */
export function appliedTo(message: Message, command: Command, { self, now }: { readonly self: string; readonly now: number }): Message {
  switch (command.kind) {
    case 'edit': {
      const operationCount = (editOf(message).operationCount ?? 0) + 1;
      return { ...message, ...editedFields(command.message), modifiedInfo: { operationCount, operationTime: 0, operatorId: self } };
    }
    case 'reaction':
      return isGiven(message, command.reaction) === command.isAdded ? message : withOwnReaction(message, { ...command, self });
    case 'message-pin':
      return (message.pin !== undefined) === command.isPinned ? message : withPin(message, command.isPinned ? { by: self, time: now } : undefined);
    default:
      return message;
  }
}

/**
 * Takes back what a refused command did to a message.
 *
 * @returns The message as it would be without it; the same object where the service, or a later command, has changed it since.
 */
export function restoredFrom(message: Message, { command, before }: MessageChanging, self: string): Message {
  const known = before?.message;
  if (known === undefined) return message;
  switch (command.kind) {
    case 'edit': {
      const isOurs = editOf(message).operationTime === 0 && Object.entries(editedFields(command.message)).every(([field, value]) => isSameData(message[field], value));
      if (!isOurs) return message;
      const { modifiedInfo: _ours, ...rest } = message;
      const fields = Object.fromEntries([...EDITABLE, 'modifiedInfo'].flatMap((field) => (known[field] === undefined ? [] : [[field, known[field]]])));
      return { ...rest, ...fields };
    }
    case 'reaction': {
      const { reaction, isAdded } = command;
      const isOurs = isGiven(known, reaction) !== isAdded && isGiven(message, reaction) === isAdded;
      return isOurs ? withOwnReaction(message, { reaction, isAdded: !isAdded, self }) : message;
    }
    case 'message-pin':
      return (known.pin !== undefined) !== command.isPinned && (message.pin !== undefined) === command.isPinned ? withPin(message, known.pin) : message;
    default:
      return message;
  }
}

/**
 * @param told A message as the service tells it, which does not know of what waits to be told.
 * @returns It with the reactions and the pin that wait. Edits say themselves which is the newer one.
 */
export function withWaiting(told: Message, waiting: { readonly entries: readonly OutboxEntry[]; readonly key: ConversationKey; readonly self: string }): Message {
  const { key, self } = waiting;
  return waiting.entries.reduce((message, entry) => {
    if (entry.type !== 'command' || entry.conversation !== key || entry.before === undefined || entry.command.kind === 'edit') return message;
    const isIts = 'messageId' in entry.command && entry.command.messageId === message.id;
    return isIts ? appliedTo(message, entry.command, { self, now: entry.createdAt }) : message;
  }, told);
}
