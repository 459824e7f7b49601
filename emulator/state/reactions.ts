import { notifyDevices } from './delivery.ts';
import { type StoredMessage } from './channel.ts';
import { recipientsOf } from './pass-on.ts';
import { reactionsFor, tracesOf, type ReactionInfo } from './traces.ts';
import { type World } from './world.ts';

/** Whose reaction, to what. */
export type Reacting = { readonly userId: string; readonly messageId: string; readonly reaction: string };

/** What the service says instead of doing it: the texts the SDK makes its error codes from. */
export type ReactionRefusal =
  | 'the user is already operation this message'
  | 'the user operation is illegal!'
  | 'The quantity has exceeded the limit!';

/** Reactions to messages. Everyone in the conversation is told, on all devices: the request does not say which one acts. */
export interface Reactions {
  /** @returns Why it was refused; `undefined` if it was done. */
  add(reacting: Reacting): ReactionRefusal | undefined;
  /** @returns As for `add`. */
  remove(reacting: Reacting): ReactionRefusal | undefined;
  /** The reactions of a message as the viewer sees them; empty for a message that is not there. */
  of(messageId: string, viewer: string): readonly ReactionInfo[];
  /** Everyone who reacted so, in order. */
  users(messageId: string, reaction: string): readonly string[];
}

export function createReactions(world: World): Reactions {
  /** The message, if the user is in its conversation. */
  function find({ userId, messageId }: Reacting): StoredMessage | undefined {
    const message = world.messages.get(messageId);
    return message !== undefined && recipientsOf(world, message).includes(userId) ? message : undefined;
  }

  function tell(message: StoredMessage, { userId, reaction }: Reacting, reactionType: 'create' | 'delete'): void {
    const usersMax = world.policies.reactionUsersMax;
    const known = reactionsFor(message, userId, usersMax).find((info) => info.reaction === reaction);
    for (const receiver of recipientsOf(world, message)) {
      const ts = world.now();
      notifyDevices(world, world.account(receiver), {
        type: 'reaction',
        data: [
          {
            from: message.from,
            to: message.to,
            channel_type: message.chatType === 'groupChat' ? 'groupchat' : 'chat',
            messageId: message.id,
            reactions: [
              {
                reaction,
                count: known?.count ?? 0,
                op: [{ operator: userId, reactionType }],
                userList: known?.userList ?? [],
              },
            ],
            ts,
          },
        ],
      });
    }
  }

  return {
    add(reacting) {
      const message = find(reacting);
      if (message === undefined) return 'the user operation is illegal!';
      const { reactions } = tracesOf(message);
      const users = reactions.get(reacting.reaction) ?? new Set();
      if (users.has(reacting.userId)) return 'the user is already operation this message';
      if (users.size === 0 && reactions.size >= world.policies.reactionsPerMessage) {
        return 'The quantity has exceeded the limit!';
      }
      reactions.set(reacting.reaction, users.add(reacting.userId));
      tell(message, reacting, 'create');
      return undefined;
    },
    remove(reacting) {
      const message = find(reacting);
      const users = message?.traces?.reactions.get(reacting.reaction);
      if (message === undefined || users?.delete(reacting.userId) !== true) return 'the user operation is illegal!';
      if (users.size === 0) message.traces?.reactions.delete(reacting.reaction);
      tell(message, reacting, 'delete');
      return undefined;
    },
    of(messageId, viewer) {
      const message = world.messages.get(messageId);
      return message === undefined ? [] : reactionsFor(message, viewer, world.policies.reactionUsersMax);
    },
    users: (messageId, reaction) => [...(world.messages.get(messageId)?.traces?.reactions.get(reaction) ?? [])],
  };
}
