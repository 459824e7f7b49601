import type { ConversationRef } from 'moorage';
import type { Context } from './context.ts';

/** Who writes, to whom: the other side of a single chat to us, a member of a group to the group. */
export function writerOf({ account, config, chat }: Context, ref: ConversationRef): { from: string; to: string } | null {
  if (ref.conversationType === 'singleChat') return { from: ref.conversationId, to: account.userId };
  // Who wrote last is a member for sure; the emulator's first accounts are in every seeded group.
  const members = [chat.conversation(ref).value?.lastMessage?.from, ...config.accounts];
  const from = members.find((member) => member !== undefined && member !== account.userId);
  return from === undefined ? null : { from, to: ref.conversationId };
}
