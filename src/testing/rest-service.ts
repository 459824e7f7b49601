import { compareConversations } from '../protocol/conversation-order.ts';
import { conversationKey, isAfter, parseConversationKey, type ConversationKey } from '../protocol/ids.ts';
import type { Message } from '../protocol/model.ts';
import type { ServiceConversation } from '../worker/service/chat-service.ts';
import type { FakeServer } from './fake-server.ts';
import type { StoredState } from './stored-state.ts';

/** What the service has for the account, as everything else is compared with it. */
export interface ServiceTruth {
  /** Whether conversations without a message are listed. */
  readonly showsEmpty: boolean;
  /** Conversations that the list tells of, in the order in which tabs show them. */
  readonly rows: readonly ServiceConversation[];
  /** Conversations it has at all, those that were pushed out of the list among them. */
  readonly keys: ReadonlySet<ConversationKey>;
  /** Every message, oldest first. */
  history(key: ConversationKey): readonly Message[];
  /** The messages it still gives out, oldest first. */
  available(key: ConversationKey): readonly Message[];
}

/**
 * @param options.stored Where an acknowledgement of ours swept messages that had landed meanwhile, the service's count is too
 *   small (UR5): then the messages after the stored read marker count.
 * @param options.countOf What is unread by the rules, where the caller knows more than the service's count.
 */
export function readTruth(options: {
  readonly server: FakeServer;
  readonly userId: string;
  readonly stored: StoredState;
  readonly showsEmpty: boolean;
  readonly countOf?: (row: ServiceConversation) => number;
}): ServiceTruth {
  const { server, userId, stored, showsEmpty } = options;
  const history = (key: ConversationKey): readonly Message[] => server.mailbox(userId).history(parseConversationKey(key));
  const swept = new Map(stored.rows.flatMap(({ key, unread }) => (unread.sweptThrough === undefined ? [] : [[key, unread.readThrough] as const])));

  const notLess = (row: ServiceConversation): number => {
    const key = conversationKey(row);
    const after = swept.get(key);
    if (after === undefined) return row.unReadCount;
    return Math.max(row.unReadCount, history(key).filter((message) => message.from !== userId && isAfter(message, after)).length);
  };
  const countOf = options.countOf ?? notLess;

  return {
    showsEmpty,
    rows: server
      .list(userId)
      .filter(({ lastMessage }) => showsEmpty || lastMessage !== null)
      .map((row) => ({ ...row, unReadCount: countOf(row) }))
      .sort(compareConversations),
    keys: new Set(server.mailbox(userId).list().map(conversationKey)),
    history,
    available: (key) => server.history(userId, parseConversationKey(key)),
  };
}
