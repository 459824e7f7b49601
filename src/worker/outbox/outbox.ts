import type { ConversationKey } from '../../protocol/ids.ts';
import type { OutgoingMessage } from '../../protocol/model.ts';
import type { SyncError } from '../../protocol/errors.ts';
import { createJoinedWrites } from '../joined-writes.ts';
import type { LaneHandlers } from './lane-handler.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { createSends, type SendsOptions } from './sends.ts';
import type { WriteBatch } from '../storage/storage.ts';

/** Tells the service what was asked for here, when it can be told. */
export interface Outbox extends Lanes {
  /** Stores a message to be sent. Resolves once that is durable (OB1). @returns Its client id. */
  send(message: OutgoingMessage): Promise<string>;
  /** Whether many messages are on their way at once: what nobody waits for has to wait. */
  isRush(): boolean;
}

type Asked = { readonly message: OutgoingMessage; readonly clientId: string };

/**
 * Makes the outbox of an account.
 *
 * @param options.commands What commands are told by.
 * @param options.onRushOver A rush is over.
 * @param options.onSending {@link Lanes.sending} changed for these conversations.
 */
export function createOutbox(
  options: SendsOptions & {
    readonly commands: LaneHandlers['command'];
    readonly newClientId: () => string;
    readonly retryDelayMs: (attempt: number, failure?: SyncError) => number;
    readonly onSending: (keys: ReadonlySet<ConversationKey>) => void;
  },
): Outbox {
  const sends = createSends(options);
  const lanes = createLanes({ ...options, handlers: { send: sends, command: options.commands } });
  const entries = (asked: readonly Asked[]): WriteBatch => ({ outboxAdds: asked.map(({ message, clientId }) => sends.entryOf(message, clientId)) });
  const adds = createJoinedWrites(lanes.add, entries);
  return {
    ...lanes,
    isRush: sends.isRush,
    async add(decide) {
      await adds.alone(decide);
    },
    async send(message) {
      const clientId = options.newClientId();
      // A file may be too much for the disk: what is written beside it is not.
      const asked = { message, clientId };
      await (message.file ? adds.alone(() => entries([asked])) : adds.join(asked));
      return clientId;
    },
  };
}
