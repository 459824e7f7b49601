import { isAfter } from '../../protocol/ids.ts';
import type { ServiceConversation } from '../service/chat-service.ts';
import type { BatchContext } from './batches.ts';
import { isGone, withEffects } from './effects.ts';

/**
 * Lays what is known here over a row of the list (HB7). Call inside a decision of the ledger.
 *
 * - What was told of the last message is done to it. It goes on waiting for the message itself, which is not stored by this.
 * - A list that has not heard of a recall, or of a removal made here, shows a message that is gone, and counts it: the row is
 *   then as it is without it.
 *
 * @returns The row as listed, the same object, when there is nothing to lay over it.
 */
export async function fromList({ ledger, key, self }: BatchContext, listed: ServiceConversation): Promise<ServiceConversation> {
  const { lastMessage, unReadCount } = listed;
  const effects = ledger.effects(key);
  if (lastMessage === null || effects.length === 0) return listed;
  if (!isGone(effects, lastMessage)) {
    const [told = lastMessage] = withEffects([lastMessage], effects).messages;
    return told === lastMessage ? listed : { ...listed, lastMessage: told };
  }
  const [newest = null] = await ledger.storage.readMessages({ conversation: key, before: null, limit: 1 });
  const isAllGone = effects.some((effect) => effect.type === 'removed' && !isAfter(lastMessage, effect));
  const left = isAllGone ? 0 : Math.max(0, unReadCount - 1);
  return { ...listed, lastMessage: ledger.directory.row(key)?.lastMessage ?? newest, unReadCount: lastMessage.from === self && !isAllGone ? unReadCount : left };
}
