import { conversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { deletionBatch, distrustBatch, doubtBatch, effectsChange, markBatch, noted, pinBatch, removalBatch, removalBeforeBatch, unlisted, type BatchContext } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isGone } from '../ledger/effects.ts';
import { patchBatch } from '../ledger/patch-batch.ts';
import { withInsertedMessages, withLastMessage } from '../ledger/row-changes.ts';
import type { Command, CommandBefore, MessageEffect, OutboxEntry, WriteBatch } from '../storage/storage.ts';
import { appliedTo, editedFields, restoredFrom } from '../ledger/command-message.ts';

export type CommandEntry = Extract<OutboxEntry, { readonly type: 'command' }>;

/** What a command does here, and what it met. */
export type Applied = { readonly batch: WriteBatch; readonly before: CommandBefore };

/**
 * Does here what a command asks the service for, so that every tab shows it at once (OB5): through the batches that events of other
 * devices go through. Call inside a decision.
 */
export async function applied(context: BatchContext, command: Command): Promise<Applied> {
  const { ledger, key } = context;
  const row = ledger.directory.row(key);
  const before: CommandBefore = row === undefined ? {} : { row };
  switch (command.kind) {
    case 'recall': {
      const message = await find(context, command.messageId);
      return { batch: await removalBatch(context, [command.messageId]), before: message === undefined ? {} : { message } };
    }
    case 'edit':
    case 'reaction':
    case 'message-pin': {
      const message = await find(context, command.messageId);
      const change = (known: Message): Message => appliedTo(known, command, { self: context.self, now: ledger.now() });
      return message === undefined ? { batch: await told(context, command), before: {} } : { batch: await changeBatch(context, command.messageId, change), before: { message } };
    }
    case 'read-receipt':
      return { batch: {}, before: {} };
    case 'delete-conversation': {
      const batch = deletionBatch(context, { removeMessages: command.deleteRoam });
      const after = batch.tombstones?.[0]?.after;
      // What is read of its history until the service knows brings nothing back.
      return { batch: command.deleteRoam && after ? { ...batch, effects: effectsChange(context, [{ type: 'removed', time: after.time, id: after.id }]) } : batch, before };
    }
    case 'remove-history':
      return {
        batch: command.messageIds === undefined ? await removalBeforeBatch(context, command.beforeTimeStamp ?? 0) : await removalBatch(context, command.messageIds),
        before,
      };
    case 'pin':
      return { batch: pinBatch(context, { isPinned: command.isPinned, time: ledger.now() }), before };
    case 'mark': {
      const batches = command.conversations.map((ref) => markBatch({ ...context, key: conversationKey(ref) }, command));
      const conversations = batches.flatMap((batch) => batch.conversations ?? []);
      return { batch: { ...batches.find(({ listSync }) => listSync !== undefined), conversations }, before: { marked: conversations.map((one) => one.key) } };
    }
  }
}

/**
 * Takes back what a refused, or discarded, command did here; what has changed since stays. Call inside a decision.
 *
 * - Where the service alone knows how things stand, list and history are asked again.
 *
 * @param isSure It was not done there. A deletion that may have been leaves its tombstone beside the row: lists tell which of the two is right.
 */
export async function undone(context: BatchContext, entry: CommandEntry, isSure: boolean): Promise<WriteBatch> {
  const { ledger, key, self } = context;
  const { command, before } = entry;
  if (before === undefined) return {};
  switch (command.kind) {
    case 'recall': {
      const { message } = before;
      const row = ledger.directory.row(key);
      const effects = without(context, (effect) => effect.type === 'recalled' && effect.id === command.messageId);
      if (message === undefined) return { effects, ...doubtBatch(ledger) };
      // It was removed since, with what is as old.
      if (isGone(ledger.effects(key).filter(({ type }) => type === 'removed'), message)) return { effects };
      return {
        effects,
        conversations: row === undefined ? [] : [withInsertedMessages(row, [message], { self, fromHistory: false })],
        messages: [{ conversation: key, puts: [message] }],
      };
    }
    case 'edit':
    case 'reaction':
    case 'message-pin': {
      if (before.message === undefined) return { effects: untold(context, command) };
      const restore = (message: Message): Message => restoredFrom(message, entry, self);
      const later = laterOf(ledger, entry).filter((other) => 'messageId' in other.command && other.command.messageId === command.messageId);
      return {
        ...(await changeBatch(context, command.messageId, restore)),
        outboxUpdates: later.flatMap((other) => (other.before?.message ? [{ ...other, before: { ...other.before, message: restore(other.before.message) } }] : [])),
      };
    }
    case 'read-receipt':
      return {};
    case 'delete-conversation': {
      const { row } = before;
      const tombstone = ledger.tombstone(key);
      const isBack = row === undefined || ledger.directory.row(key) !== undefined;
      const isOpen = !isSure && !isBack && tombstone !== undefined;
      const alive: WriteBatch = { ...(isOpen ? { tombstones: [{ key, after: tombstone.after, at: ledger.now() }] } : { removedTombstones: [key] }), ...(!isBack && { conversations: [row] }) };
      const [again] = laterOf(ledger, entry).filter((other) => other.command.kind === 'delete-conversation' && other.before !== undefined);
      // It stays deleted, by somebody who asked for it as well.
      if (again !== undefined) return { outboxUpdates: [{ ...again, before: { ...before, ...again.before } }] };
      if (!command.deleteRoam) return { ...doubtBatch(ledger), ...alive };
      const effects = without(context, (effect) => effect.type === 'removed' && effect.id === tombstone?.after?.id);
      const asked = row && unlisted(noted(row, 'distrusted', ledger), null);
      return { ...distrustBatch(context), ...alive, ...(!isBack && asked && { conversations: [asked] }), effects };
    }
    case 'remove-history': {
      const others = ledger.outbox().flatMap((other) => (other.type === 'command' && other.seq !== entry.seq && other.conversation === key && other.before && other.command.kind === 'remove-history' ? [other.command] : []));
      // What somebody else asked to be removed as well stays so.
      const ids = new Set(command.messageIds?.filter((id) => others.every(({ messageIds }) => !messageIds?.includes(id))));
      const isOurs = (effect: MessageEffect): boolean =>
        effect.type === 'removed' ? effect.time === command.beforeTimeStamp && effect.id === '' && others.every(({ beforeTimeStamp }) => beforeTimeStamp !== effect.time) : ids.has(effect.id);
      return { ...distrustBatch(context), effects: without(context, isOurs) };
    }
    case 'pin': {
      const row = ledger.directory.row(key);
      const isOurs = row?.isPinned === command.isPinned && before.row !== undefined;
      return { ...doubtBatch(ledger), conversations: isOurs ? [{ ...row, isPinned: before.row.isPinned, pinnedTime: before.row.pinnedTime }] : [] };
    }
    case 'mark': {
      const batches = (before.marked ?? []).map((one) => markBatch({ ...context, key: one }, { ...command, isMarked: !command.isMarked }));
      return { ...doubtBatch(ledger), conversations: batches.flatMap((batch) => batch.conversations ?? []) };
    }
  }
}

/** @returns A message, where it is stored or its row shows it. */
export async function find({ ledger, key }: BatchContext, id: string): Promise<Message | undefined> {
  const last = ledger.directory.row(key)?.lastMessage;
  return (await ledger.storage.findMessage(key, id)) ?? (last?.id === id ? last : undefined);
}

/** Of a message that is not here: an edit and a pin wait for it; how many give a reaction is not known. */
async function told(context: BatchContext, command: Command): Promise<WriteBatch> {
  if (command.kind === 'edit') return patchBatch(context, command.messageId, editedFields(command.message));
  if (command.kind !== 'message-pin') return {};
  return patchBatch(context, command.messageId, { pin: command.isPinned ? { by: context.self, time: context.ledger.now() } : null });
}

/** @returns The effects without what {@link told} left for a message that is not here. */
function untold({ ledger, key }: BatchContext, command: Extract<Command, { readonly messageId: string }>): NonNullable<WriteBatch['effects']> {
  const mine = command.kind === 'edit' ? Object.keys(editedFields(command.message)) : ['pin'];
  const effects = ledger.effects(key).map((effect): MessageEffect => {
    if (effect.type !== 'patch' || effect.id !== command.messageId) return effect;
    return { ...effect, fields: Object.fromEntries(Object.entries(effect.fields).filter(([name]) => !mine.includes(name))) };
  });
  return command.kind === 'reaction' ? [] : [{ conversation: key, effects }];
}

/** @returns The batch that changes a message, where it is stored and where its row shows it. Call inside a decision. */
export async function changeBatch({ ledger, key }: BatchContext, id: string, change: (message: Message) => Message): Promise<WriteBatch> {
  const row = ledger.directory.row(key);
  const stored = await ledger.storage.findMessage(key, id);
  const last = row?.lastMessage?.id === id ? row.lastMessage : undefined;
  const [storedAfter, lastAfter] = [stored && change(stored), last && change(last)];
  return {
    conversations: row === undefined || lastAfter === undefined || lastAfter === last ? [] : [withLastMessage(row, lastAfter)],
    messages: storedAfter === undefined || storedAfter === stored ? [] : [{ conversation: key, puts: [storedAfter] }],
  };
}

function laterOf(ledger: Ledger, { seq, conversation }: CommandEntry): readonly CommandEntry[] {
  return ledger.outbox().filter((other): other is CommandEntry => other.type === 'command' && other.seq > seq && other.conversation === conversation);
}

function without({ ledger, key }: BatchContext, isOurs: (effect: MessageEffect) => boolean): NonNullable<WriteBatch['effects']> {
  return [{ conversation: key, effects: ledger.effects(key).filter((effect) => !isOurs(effect)) }];
}
