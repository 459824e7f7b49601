import { conversationKey, type ConversationKey, type Position } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import { doubtBatch, noted, pinBatch, wipeBatch, type BatchContext } from '../ledger/batches.ts';
import { patchBatch } from '../ledger/patch-batch.ts';
import type { ToAcknowledge } from '../ledger/reading.ts';
import type { WriteBatch } from '../storage/storage.ts';
import { KEPT } from './command-calls.ts';
import type { CommandEntry } from './command-effects.ts';

/**
 * @param answer What the service said; undefined where it said nothing that anybody needs.
 * @returns The batch that stores that, and notes that the service was told just now: a list that was made before knows nothing of it
 *   (SY6). Call inside a decision.
 */
export async function answerBatch(context: BatchContext, entry: CommandEntry, { answer, toAcknowledge }: { readonly answer: unknown; readonly toAcknowledge: ToAcknowledge }): Promise<WriteBatch> {
  const { ledger, key } = context;
  const { command } = entry;
  const now = ledger.now();
  const notedAll = (keys: readonly ConversationKey[], what: 'pin' | 'marks' | 'removed'): WriteBatch => ({
    conversations: keys.flatMap((one) => ledger.directory.row(one) ?? []).map((row) => noted(row, what, ledger)),
  });
  switch (command.kind) {
    case 'edit': {
      if (answer === undefined) return {};
      const { id: _id, time: _time, ...fields } = answer as Message;
      return patchBatch(context, command.messageId, fields);
    }
    case 'message-pin': {
      // What others did to the pin before it was told is overruled, and no page of history is to keep it.
      const { messageId, isPinned } = command;
      const pin = (await ledger.storage.findMessage(key, messageId))?.pin;
      const isLast = !ledger.outbox().some((other) => other.seq > entry.seq && other.type === 'command' && 'messageId' in other.command && other.command.messageId === messageId);
      const isSo = pin?.by === (isPinned ? context.self : undefined);
      return isSo || !isLast ? {} : patchBatch(context, messageId, { pin: isPinned ? { by: context.self, time: now } : null });
    }
    case 'pin': {
      // What waits behind it shows already.
      const isLast = !ledger.outbox().some((other) => other.seq > entry.seq && other.conversation === key && other.type === 'command' && other.command.kind === 'pin');
      const pin = isLast && answer !== undefined ? pinBatch(context, { isPinned: command.isPinned, time: (answer as { readonly pinnedTime: number }).pinnedTime }) : {};
      return { ...notedAll([key], 'pin'), ...pin };
    }
    case 'mark':
      return notedAll(command.conversations.map(conversationKey), 'marks');
    case 'recall':
      return notedAll([key], 'removed');
    case 'remove-history':
      // What was removed may have been counted.
      return { ...notedAll([key], 'removed'), ...((ledger.directory.row(key)?.unread.baseline ?? 0) > 0 && doubtBatch(ledger)) };
    case 'delete-conversation': {
      const tombstone = ledger.tombstone(key);
      // What was deleted here is read. It may have come back at the service alone as yet.
      if (tombstone === undefined) return answer === KEPT ? { outboxAdds: toAcknowledge(key) } : {};
      if (answer === KEPT) return { tombstones: [{ ...tombstone, isCounted: true }] };
      // What was read of its history while it waited to be told went with the rest.
      return { tombstones: [{ ...tombstone, at: now }], ...(command.deleteRoam && wipeBatch([key])) };
    }
    default:
      return {};
  }
}

/** @returns The batch of a deletion with its tombstone where it was asked for: the list that does not show what came since may lag; one that does brings it back. */
export function goneBatch(batch: WriteBatch, after: Position | null): WriteBatch {
  return after === null ? batch : { ...batch, tombstones: batch.tombstones?.map((tombstone) => ({ ...tombstone, after })) ?? [] };
}
