import { type ChatType } from './state/channel.ts';
import { type Service } from './rest/route.ts';
import { type SilentMode } from './state/silence.ts';
import { type UserActions } from './user-actions.ts';

/** A conversation of a user, on one of the user's devices that is not logged in here: all devices here are told. */
export interface Elsewhere {
  /** "I have read it": clears unread. */
  read(): void;
  /** Off the list. @param options `removeMessages`: with its history. */
  remove(options?: { readonly removeMessages?: boolean }): void;
  removeMessages(messageIds: readonly string[]): void;
  /** @param timeMs Exclusive. */
  removeMessagesBefore(timeMs: number): void;
  /** @throws {Error} If the service refuses: too many pins, no such conversation. */
  pin(): void;
  unpin(): void;
  /** @param mark 0 to 19. */
  mark(mark: number, options?: { readonly unset?: boolean }): void;
  /** @param type `DEFAULT` takes it back. */
  silence(type: NonNullable<SilentMode['type']> | 'DEFAULT'): void;
}

export function createElsewhere(
  { world, actions }: Service,
  users: UserActions,
): (userId: string, conversation: { readonly id: string; readonly chatType: ChatType }) => Elsewhere {
  return (userId, { id, chatType }) => {
    const target = { account: world.account(userId), id, chatType, resource: '' };
    return {
      read: () => users.acknowledgeChannel(userId, id, chatType),
      remove: ({ removeMessages } = {}) => actions.remove(target, { removeMessages: removeMessages === true }),
      removeMessages: (messageIds) => actions.removeMessages(target, messageIds),
      removeMessagesBefore: (timeMs) => actions.removeMessagesBefore(target, timeMs),
      pin() {
        const outcome = actions.pin(target);
        if (typeof outcome === 'string') throw new Error(`the emulator refused: ${outcome}`);
      },
      unpin: () => actions.unpin(target),
      mark(mark, { unset } = {}) {
        if (!actions.mark(target, `mark_${mark}`, { set: unset !== true })) {
          throw new Error('the emulator refused: unknown');
        }
      },
      silence: (type) => users.silence({ userId, conversationId: id, chatType, type }),
    };
  };
}
