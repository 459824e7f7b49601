import type { Message } from '../../protocol/model.ts';
import { clientIdOf } from '../client-id.ts';
import type { Ledger } from './ledger.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** What messages change in the outbox. */
export type Sent = Required<Pick<WriteBatch, 'outboxRemoves' | 'outboxUpdates'>>;

/**
 * @param messages As the service has them, from wherever they came.
 * @returns Sends that are done, whatever was thought of them before (OB3), taken out; and the commands about them, which
 *   learn the id that the service gave. Call inside a decision, and store the messages in the same batch.
 */
export function sentAmong(messages: readonly Message[], { ledger, self }: { readonly ledger: Pick<Ledger, 'outbox'>; readonly self: string }): Sent {
  const entries = ledger.outbox();
  const ids = new Map<string, string>();
  if (entries.length > 0) {
    for (const message of messages) {
      const clientId = clientIdOf(message, self);
      if (clientId !== undefined) ids.set(clientId, message.id);
    }
  }
  return {
    outboxRemoves: entries.flatMap((entry) => (entry.type === 'send' && ids.has(entry.clientId) ? [entry.seq] : [])),
    outboxUpdates: entries.flatMap((entry) => {
      if (entry.type !== 'command' || !('messageId' in entry.command)) return [];
      const messageId = ids.get(entry.command.messageId);
      return messageId === undefined ? [] : [{ ...entry, command: { ...entry.command, messageId } }];
    }),
  };
}
