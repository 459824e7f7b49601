import { isAfter } from '../../protocol/ids.ts';
import type { Message, Reaction } from '../../protocol/model.ts';
import type { ReactionChange } from '../service/chat-service.ts';
import type { MessageEffect } from '../storage/storage.ts';
import { joinedChanges, withChanges } from './reactions.ts';

/** What is kept of one conversation's messages, oldest first. */
export type Effects = readonly MessageEffect[];

type Fields = { readonly [field: string]: unknown };

/**
 * Effects kept of one conversation; the oldest go first. Unit: effects. They are read into memory at every start, and one
 * that was pushed out costs a late message its edit, or lets a very stale page bring a recalled one back.
 */
const EFFECTS_KEPT = 500;

/** @returns Whether the message was recalled, or removed here, so that it must not come back. */
export function isGone(effects: Effects, message: { readonly id: string; readonly time: number }): boolean {
  return effects.some((effect) => (effect.type === 'removed' ? !isAfter(message, effect) : effect.type === 'recalled' && effect.id === message.id));
}

/**
 * @returns The effects with one more. Patches of one message become one; what is recalled needs none; what is removed up to a
 * position needs no earlier one. The same array when it says nothing new.
 */
export function withEffect(effects: Effects, added: MessageEffect): Effects {
  const isSame = (effect: MessageEffect): boolean =>
    (effect.type === 'removed' || added.type === 'removed' ? effect.type === added.type : effect.id === added.id);
  const before = effects.find(isSame);
  if (before?.type === 'recalled' || (before?.type === 'removed' && added.type === 'removed' && !isAfter(added, before))) return effects;
  const isMerged = before?.type === 'patch' && added.type === 'patch';
  const all = [...effects.filter((effect) => effect !== before), isMerged ? { ...added, fields: patched(before.fields, added.fields) } : added];
  const excess = all.length - EFFECTS_KEPT;
  return excess > 0 ? all.filter((effect, index) => index >= excess || effect.type === 'removed') : all;
}

/**
 * Lets effects do their work on messages that come, live or in a page of history (HB7).
 *
 * @param messages Those that are about to be stored, or shown.
 * @returns Without what is gone, the rest as it is now; and the effects without the patches that were used. The same arrays
 *   when there is nothing to do.
 */
export function withEffects(messages: readonly Message[], effects: Effects): { readonly messages: readonly Message[]; readonly effects: Effects } {
  if (effects.length === 0) return { messages, effects };
  const patches = new Map(effects.flatMap((effect) => (effect.type === 'patch' ? [[effect.id, effect] as const] : [])));
  const used = new Set<MessageEffect>();
  const left = messages
    .filter((message) => !isGone(effects, message))
    .map((message) => {
      const effect = patches.get(message.id);
      if (effect === undefined) return message;
      used.add(effect);
      return patchedMessage(message, effect.fields);
    });
  return { messages: left, effects: used.size === 0 ? effects : effects.filter((effect) => !used.has(effect)) };
}

/** @returns The message with what the service told of it; its id and its time stay. */
export function patchedMessage(message: Message, fields: Fields): Message {
  const { pin, reactionChanges, ...rest } = patched(message, fields);
  const changes = reactionChanges as readonly ReactionChange[] | undefined;
  return { ...rest, ...(changes && { reactions: withChanges((rest['reactions'] ?? []) as readonly Reaction[], changes) }), ...(pin !== null && pin !== undefined && { pin }), id: message.id, time: message.time } as Message;
}

/**
 * Lays what was told later over what was told before.
 *
 * - An edit counts when it is newer than what is there; where the service does not number its edits, the last one told.
 * - Receipts only go up. Reactions and pin (null: none) are as told last; `reactionChanges` waits for the reactions it changes.
 */
function patched({ reactionChanges: earlier, ...before }: Fields, { receipt, readCount, reactionChanges: later, ...told }: Fields): Fields {
  const { reactions, pin } = told;
  const changes = [reactions === undefined ? earlier : [], later].map((given) => (given ?? []) as readonly ReactionChange[]);
  const reactionChanges = changes.reduce(joinedChanges);
  const isOld = compareEdits(told, {}) > 0 && compareEdits(told, before) <= 0;
  return {
    ...before,
    ...(isOld ? { ...(reactions !== undefined && { reactions }), ...(pin !== undefined && { pin }) } : told),
    ...withReceipt(before, { receipt, readCount }),
    ...(reactionChanges.length > 0 && { reactionChanges }),
  };
}

/**
 * Takes over a message that is known already and is told again, by a page of history or a list.
 *
 * - Of different edits the newer one counts.
 * - What the service tells by events alone is kept: receipts, and reactions and pin where it is silent on them.
 *
 * @param options.isLagging What is told may be older than what is known, and tells less: fields it lacks stay.
 */
export function retold(known: Message, told: Message, { isLagging }: { readonly isLagging: boolean }): Message {
  const [kept, taken] = isLagging ? [told, known] : [known, told];
  const edits = compareEdits(known, told);
  const reactions = taken.reactions ?? kept.reactions;
  const pin = taken.pin ?? kept.pin;
  return {
    ...(edits === 0 && isLagging ? { ...known, ...told } : edits > 0 ? known : told),
    ...(reactions && { reactions }),
    ...(pin && { pin }),
    ...withReceipt(known, told),
  };
}

function withReceipt(before: Fields, told: Fields): Fields {
  const receipt = before['receipt'] === 'read' ? 'read' : (told['receipt'] ?? before['receipt']);
  const readCount = Math.max(Number(before['readCount'] ?? 0), Number(told['readCount'] ?? 0));
  return { ...(receipt !== undefined && { receipt }), ...(readCount > 0 && { readCount }) };
}

/** Orders two states of one message by their edits, as the service notes them in the message: how many, then when. */
export function compareEdits(a: Fields, b: Fields): number {
  const [editsA, editsB] = [editsOf(a), editsOf(b)];
  return editsA.count - editsB.count || editsA.time - editsB.time;
}

function editsOf({ modifiedInfo }: Fields): { readonly count: number; readonly time: number } {
  const { operationCount, operationTime } = (modifiedInfo ?? {}) as { readonly operationCount?: unknown; readonly operationTime?: unknown };
  return { count: Number(operationCount) || 0, time: Number(operationTime) || 0 };
}
