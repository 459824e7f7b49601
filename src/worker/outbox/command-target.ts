import type { ConversationKey } from '../../protocol/ids.ts';
import { clientIdOf } from '../client-id.ts';
import { editedFields } from '../ledger/command-message.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Command } from '../storage/storage.ts';
import type { Lanes } from './lanes.ts';

/** How many of the newest messages are searched for one that was just sent. A tab may still name it by its client id. */
const JUST_SENT = 50;

/** @returns Whether a command is about a message that waits in the outbox itself. */
export function isAhead(ledger: Pick<Ledger, 'outbox'>, command: Command): boolean {
  return 'messageId' in command && ledger.outbox().some((entry) => entry.type === 'send' && entry.clientId === command.messageId);
}

/** @returns The command with the id of a message that was sent just now, where it is named by its client id. */
export async function named({ ledger, key, self }: { readonly ledger: Ledger; readonly key: ConversationKey; readonly self: string }, command: Command): Promise<Command> {
  if (!('messageId' in command) || isAhead(ledger, command) || (await ledger.storage.findMessage(key, command.messageId)) !== undefined) return command;
  const newest = await ledger.storage.readMessages({ conversation: key, before: null, limit: JUST_SENT });
  const sent = newest.find((message) => clientIdOf(message, self) === command.messageId);
  return sent === undefined ? command : { ...command, messageId: sent.id };
}

/** A message that has not left is recalled, or edited, where it waits. @returns Whether that was done; there is nothing to tell then. */
export async function doneAhead(ledger: Ledger, lanes: Pick<Lanes, 'withhold' | 'discard'>, command: Command): Promise<boolean> {
  if ((command.kind !== 'recall' && command.kind !== 'edit') || !isAhead(ledger, command)) return false;
  const { messageId } = command;
  const release = lanes.withhold(messageId);
  if (release === undefined) return false;
  try {
    if (command.kind === 'recall') await lanes.discard(messageId);
    else {
      const fields = editedFields(command.message);
      const edited = () =>
        ledger.outbox().flatMap((entry) => (entry.type === 'send' && entry.clientId === messageId ? [{ ...entry, message: { ...entry.message, ...fields } }] : []));
      await ledger.write(() => ({ outboxUpdates: edited() }), 'strict');
    }
    return true;
  } finally {
    release();
  }
}
