import { SyncError } from '../../protocol/errors.ts';
import { conversationKey, type ConversationKey, type ConversationRef } from '../../protocol/ids.ts';
import type { OutgoingMessage } from '../../protocol/model.ts';
import type { MessageCommands, ModifyResult, ReactionOptions } from '../../protocol/sdk-message-commands.ts';
import type { SessionParams } from '../../protocol/sdk-local-cache.ts';
import { isName, isRecord, take, takeRef } from '../../protocol/take.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AskCommand } from './ask-command.ts';
import { takeTarget } from './check.ts';

/** Fields of the SDK's message that say where it goes, not what it is. */
const NOT_CONTENT: ReadonlySet<string> = new Set(['id', 'from', 'to', 'chatType', 'type', 'time', 'conversation']);

const isEmpty = (value: unknown): boolean => value === undefined || (isRecord(value) && Object.keys(value).length === 0);

/** @param options.shown Conversations that tabs show: where a message most likely is. */
export function createMessageCommands(options: {
  readonly ledger: Ledger;
  readonly commands: { readonly ask: AskCommand };
  readonly shown: () => readonly ConversationKey[];
}): MessageCommands {
  const { ledger, commands } = options;

  /** The SDK's reactions do not say in which conversation: it is searched for, in those that are most likely first. */
  const search = async (messageId: string): Promise<ConversationKey> => {
    await ledger.loaded;
    const waiting = ledger.outbox().find((entry) => entry.type === 'send' && entry.clientId === messageId);
    if (waiting !== undefined) return waiting.conversation;
    const rows = ledger.directory.list().map(conversationKey);
    const last = rows.filter((key) => ledger.directory.row(key)?.lastMessage?.id === messageId);
    for (const key of new Set([...last, ...options.shown(), ...rows])) {
      if (last.includes(key) || (await ledger.storage.findMessage(key, messageId)) !== undefined) return key;
    }
    throw new SyncError('not-found', 'no such message', { details: { parameter: 'messageId' } });
  };

  const react = (isAdded: boolean) => async (params: ReactionOptions) => {
    const [messageId, reaction] = [take(params, 'messageId', isName), take(params, 'reaction', isName)];
    const key = params.conversationId === undefined ? await search(messageId) : conversationKey(takeRef(params));
    await commands.ask(key, { kind: 'reaction', messageId, reaction, isAdded });
  };

  const pin = (isPinned: boolean) => async (params: SessionParams & { messageId: string }) => {
    const [key, messageId] = [conversationKey(takeRef(params)), take(params, 'messageId', isName)];
    await commands.ask(key, { kind: 'message-pin', messageId, isPinned });
  };

  return {
    async recallMessage(params) {
      const messageId = take(params, 'mid', isName);
      const { clientId } = await commands.ask(conversationKey(takeTarget(params, 'to', 'singleChat')), { kind: 'recall', messageId });
      return { localMsgId: clientId, serverMsgId: messageId };
    },
    async modifyMessage(params) {
      const messageId = take(params, 'messageId', isName);
      const given = take(params, 'modifiedMessage', isRecord);
      const conversation: ConversationRef = takeTarget(given, 'to');
      const content = Object.fromEntries(Object.entries(given).filter(([name, value]) => !NOT_CONTENT.has(name) && !isEmpty(value)));
      const message: OutgoingMessage = { ...content, conversation, type: take(given, 'type', isName) };
      const key = conversationKey(conversation);
      const { clientId, answer } = await commands.ask(key, { kind: 'edit', messageId, message });
      const shown = answer ?? (await ledger.storage.findMessage(key, messageId)) ?? { ...given, id: messageId };
      return { localMsgId: clientId, serverMsgId: messageId, message: shown as ModifyResult['message'] };
    },
    addReaction: react(true),
    deleteReaction: react(false),
    pinMessage: pin(true),
    unpinMessage: pin(false),
  };
}
