import { conversationKey, isAfter, laterOf, type ConversationKey, type Position } from '../../protocol/ids.ts';
import { SyncError } from '../../protocol/errors.ts';
import type { Message, OutgoingMessage } from '../../protocol/model.ts';
import type { HistoryPage } from '../../protocol/worker-api.ts';
import { clientIdOf } from '../client-id.ts';
import type { Continuity } from '../continuity.ts';
import type { Environment } from '../environment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { NewOutboxEntry, OutboxEntry } from '../storage/storage.ts';
import { createAnswers } from './answers.ts';
import { createFileUploads, needsUpload, type FileUploadsOptions } from './file-uploads.ts';
import { failedBatch, type LaneHandler } from './lane-handler.ts';
import { createRush } from './rush.ts';

type Send = Extract<OutboxEntry, { readonly type: 'send' }>;

/** Sends messages, when the lanes say so. */
export interface Sends extends LaneHandler<Send> {
  /** @returns What to add to the outbox for a message. Call inside a decision. */
  entryOf(message: OutgoingMessage, clientId: string): NewOutboxEntry;
  /** Whether many messages are on their way at once. */
  isRush(): boolean;
}

/** A search that did not find its message: when it began, how far back it went (null: to the start), and of which own messages it says nothing: those it came by, and those sent since. */
type Search = { readonly since: number; readonly after: Position | null; readonly unknown: Set<string | undefined> };

/** What sends need to know of history and connection. */
export type SendsOptions = FileUploadsOptions & {
  readonly service: Pick<ChatService, 'send'>;
  readonly ledger: Ledger;
  readonly self: string;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly settings: { readonly lookUpDelayMs: number };
  /** Fetches and stores a page of history that was asked for at this time (ms) or later; `''` asks for the newest. */
  readonly fetchBelow: (key: ConversationKey, cursor: string, since: number) => Promise<HistoryPage>;
  readonly continuity: Omit<Continuity, 'restart'>;
  readonly onRushOver: () => void;
  /** Resolves when what the service has told so far is stored. */
  readonly delivered: () => Promise<void>;
};

/**
 * Makes the sends of an account.
 *
 * - Whether the service has a message is asked of history (OB3): from the newest page down to where the conversation stood when the
 *   message was queued. History may lag behind: that it is absent is believed once the doubt is `lookUpDelayMs` old.
 */
export function createSends(options: SendsOptions): Sends {
  const { service, ledger, self, environment, continuity } = options;
  const files = createFileUploads(options);
  const rush = createRush(options.onRushOver);
  const answers = createAnswers({ ...options, isRush: rush.isOn });

  /** The last search of each conversation that was believed: it speaks for the next of its messages, too. */
  const searches = new Map<ConversationKey, Search>();

  const search = async ({ conversation, clientId, after }: Send, since: number): Promise<Message | Search> => {
    const unknown = new Set<string | undefined>();
    for (let cursor = ''; ; ) {
      const page = await options.fetchBelow(conversation, cursor, since);
      for (const message of page.messages) {
        const found = clientIdOf(message, self);
        if (found === clientId) return message;
        unknown.add(found);
      }
      if (page.isLast || !page.cursor || page.messages.some((message) => !isAfter(message, after ?? null))) return { since, after: after ?? null, unknown };
      cursor = page.cursor;
    }
  };

  return {
    isRush: rush.isOn,
    entryOf: (message, clientId) => {
      const conversation = conversationKey(message.conversation);
      const after = laterOf(ledger.directory.row(conversation)?.lastMessage ?? null, ledger.tombstone(conversation)?.after ?? null);
      return {
        ...{ type: 'send', conversation, clientId, message, createdAt: environment.now(), state: { type: 'queued' } },
        ...(after && { after: { id: after.id, time: after.time } }),
      };
    },
    async lookUp(entry, { doubtedAt, pause }) {
      const { conversation: key, clientId, after } = entry;
      const asked = answers.asked(key);
      for (let from = doubtedAt; ; ) {
        const since = environment.now();
        // The clock may have been set back meanwhile.
        from = Math.min(from, since);
        const believableAt = from + options.settings.lookUpDelayMs;
        const last = searches.get(key);
        if (last !== undefined && last.since >= believableAt && !last.unknown.has(clientId) && !(last.after && isAfter(last.after, after ?? null))) return false;
        const found = await search(entry, since);
        if ('id' in found) {
          await answers.store(entry, found, asked);
          return true;
        }
        if (since >= believableAt) {
          searches.set(key, found);
          return false;
        }
        const waitMs = Math.min(believableAt - environment.now(), options.settings.lookUpDelayMs);
        if (waitMs > 0) await pause(waitMs);
      }
    },
    async tell(entry, telling) {
      const { conversation: key, clientId } = entry;
      const message = await files.ready(entry, telling);
      const asked = answers.asked(key);
      searches.get(key)?.unknown.add(clientId);
      let isTaken = false;
      try {
        const accepted = await rush.during(service.send(message, { clientId }));
        isTaken = true;
        telling.onTaken();
        // What was delivered before it and is not stored yet would be missing below it if the engine died now (HB5).
        await options.delivered();
        await answers.store(entry, accepted, asked);
      } catch (cause) {
        // If it arrived all the same, it is missing among what comes now.
        if (isTaken || SyncError.from(cause).retryable) continuity.doubt(key);
        throw cause;
      }
    },
    hasLeft: ({ message }) => !needsUpload(message),
    // What was to be done to the message goes with it.
    discarded: ({ clientId }) => ({
      outboxRemoves: ledger.outbox().flatMap((entry) => (entry.type === 'command' && 'messageId' in entry.command && entry.command.messageId === clientId ? [entry.seq] : [])),
    }),
    refused: (entry, error) => ledger.write(() => failedBatch(ledger, entry, error)),
  };
}
