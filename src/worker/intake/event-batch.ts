import { conversationKey } from '../../protocol/ids.ts';
import type { ServiceEvent } from '../service/chat-service.ts';
import { deletionBatch, distrustBatch, markBatch, mutedBatch, pinBatch, readByPeerBatch, removalBatch } from '../ledger/batches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { patchBatch } from '../ledger/patch-batch.ts';
import { readElsewhereBatch } from '../ledger/reading.ts';
import { conversationOf } from '../ledger/row-changes.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** What the service tells of one conversation, or of one message in it, other than new messages. */
export type ToldEvent = Exclude<
  ServiceEvent,
  { readonly type: 'connected' | 'disconnected' | 'ended' | 'token-expiring' | 'token-expired' | 'messages' | 'notice' }
>;

/**
 * @returns The batch that stores what was told; empty when it is known. Call inside a decision of the ledger.
 * @param self The account's user.
 */
export async function eventBatch(event: ToldEvent, ledger: Ledger, self: string): Promise<WriteBatch> {
  const key = conversationKey(event.type === 'edited' ? conversationOf(event.message, self) : event.conversation);
  const context = { ledger, key, self };
  switch (event.type) {
    case 'recalled':
      return removalBatch(context, [event.messageId]);
    case 'edited': {
      const { id, time: _same, ...fields } = event.message;
      return patchBatch(context, id, fields);
    }
    case 'delivered':
      return patchBatch(context, event.messageId, { receipt: 'delivered' });
    case 'read':
      return patchBatch(context, event.messageId, { receipt: 'read', readCount: event.readCount });
    case 'reactions':
      return patchBatch(context, event.messageId, { reactions: event.reactions });
    case 'reactions-changed':
      return patchBatch(context, event.messageId, { reactionChanges: event.changes });
    case 'message-pinned':
      return patchBatch(context, event.messageId, { pin: event.pin });
    case 'read-by-peer':
      return readByPeerBatch(context);
    case 'read-elsewhere':
      return readElsewhereBatch(context, event.through);
    case 'muted':
      return mutedBatch(context, event.isMuted);
    case 'conversation-deleted':
      return deletionBatch(context, { removeMessages: false });
    case 'history-removed':
      return distrustBatch(context);
    case 'pinned':
      return pinBatch(context, event);
    case 'marked':
      return markBatch(context, event);
  }
}
