import type { ConversationKey } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/model.ts';
import type { Continuity } from '../continuity.ts';
import type { Environment } from '../environment.ts';
import { joinedBatches } from '../joined-batches.ts';
import { createJoinedWrites } from '../joined-writes.ts';
import { admitted, applyMessages } from '../ledger/apply-messages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { sentAmong } from '../ledger/sent-among.ts';
import type { OutboxEntry, WriteBatch } from '../storage/storage.ts';
import { createGathering } from './gathering.ts';

/** What an answer is judged by: how things stood when it was asked for. */
export type Asked = {
  /** What a later connection missed is not known. */
  readonly session: number;
  readonly lapses: number;
  /** What was removed since stays away. */
  readonly wipes: number;
};

/** What the service has said of messages that were sent here. */
export interface Answers {
  /** To be taken before the service is asked. */
  asked(key: ConversationKey): Asked;
  /**
   * Stores a message as the service has it: at the head of its conversation, and waiting no more; writing to a deleted conversation
   * brings it back. Answers that wait for the disk are stored together; in a rush they are gathered for that.
   */
  store(entry: OutboxEntry, message: Message, asked: Asked): Promise<void>;
}

type Answer = {
  readonly entry: OutboxEntry;
  readonly message: Message;
  readonly asked: Asked;
  /** Whether the message was kept. Known once it is decided. */
  isKept: boolean;
};

/** Makes the answers of an account. */
export function createAnswers(options: {
  readonly ledger: Ledger;
  readonly self: string;
  readonly continuity: Pick<Continuity, 'session' | 'lapses' | 'isCurrent' | 'confirm'>;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly isRush: () => boolean;
}): Answers {
  const { ledger, self, continuity } = options;

  /** @param answers Of one conversation, in the order in which the service took them. */
  const decide = async (key: ConversationKey, answers: readonly Answer[]): Promise<WriteBatch> => {
    const context = { ledger, key, self };
    const told = answers.map(({ message }) => message);
    const done: WriteBatch = { outboxRemoves: answers.map(({ entry }) => entry.seq), outboxUpdates: sentAmong(told, context).outboxUpdates };
    for (const answer of answers) {
      answer.isKept = ledger.wipes(key) === answer.asked.wipes && admitted([answer.message], ledger.tombstone(key)).length > 0;
    }
    const kept = answers.filter(({ isKept }) => isKept);
    if (kept.length === 0) return done;
    const unstored = await ledger.storage.selectUnstored(key, kept.map(({ message }) => message));
    // One may have come back before its answer, and have been read by the other side since.
    const messages = await Promise.all(
      kept.map(async ({ message }) => unstored.find(({ id }) => id === message.id) ?? (await ledger.storage.findMessage(key, message.id)) ?? message),
    );
    const change = await applyMessages(context, {
      messages,
      isContinuous: kept.every(({ asked }) => continuity.isCurrent(key, asked.session)),
      // What others wrote between them came live, and is stored.
      isRun: kept.every(({ asked }) => asked.lapses === continuity.lapses()),
    });
    return { ...change, ...done };
  };

  const gathering = createGathering(options.environment);
  const answers = createJoinedWrites<Answer>((write) => gathering.begin().then(() => ledger.write(write)), async (items) => {
    const byConversation = new Map<ConversationKey, Answer[]>();
    for (const item of items) {
      const key = item.entry.conversation;
      byConversation.set(key, [...(byConversation.get(key) ?? []), item]);
    }
    return joinedBatches(await Promise.all([...byConversation].map(([key, group]) => decide(key, group))));
  });

  return {
    asked: (key) => ({ session: continuity.session(), lapses: continuity.lapses(), wipes: ledger.wipes(key) }),
    async store(entry, message, asked) {
      const answer: Answer = { entry, message, asked, isKept: false };
      const stored = answers.join(answer);
      gathering.add();
      if (!options.isRush()) gathering.end();
      await stored;
      // What lies before it is not known; from here on nothing is missed.
      if (answer.isKept) continuity.confirm(entry.conversation, asked.session);
    },
  };
}
