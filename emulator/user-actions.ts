import { toKeyValues, type Ext } from './msync/key-values.ts';
import { toBody, type MessageContent } from './msync/message-body.ts';
import { bodyType, contentType, type Body } from './msync/wire-types.ts';
import { type ChatType } from './state/channel.ts';
import { type Outcome } from './state/messaging.ts';
import { type Service } from './rest/route.ts';

export type WriteOptions = {
  readonly from: string;
  readonly to: string;
  readonly chatType: ChatType;
  /** Short for `body: { type: 'txt', msg }`. */
  readonly text?: string;
  readonly body?: MessageContent;
  readonly ext?: Ext;
  /** Server time in ms; an older one than the newest message's goes into its place in the order. Default: now. */
  readonly time?: number;
  /** The writer's device; it is not told. Default: none of the devices that are logged in. */
  readonly resource?: string;
};

/** What users do from somewhere else: other people, or the same account on a device that is not logged in here. */
export interface UserActions {
  /** Stored, unread raised, delivered live. @throws {Error} If the service refuses (no such group, not a member). */
  write(message: WriteOptions): { readonly id: string; readonly time: number };
  /** By its sender. @throws {Error} As for `write`. */
  recall(options: { readonly messageId: string }): void;
  /** By its sender. @throws {Error} As for `write`. */
  edit(options: { readonly messageId: string; readonly text: string; readonly ext?: Ext }): void;
  /** `from` has read the conversation with `to` (a user or a group). */
  acknowledgeChannel(from: string, to: string, chatType: ChatType): void;
  /** `from` has read the message, or received it. */
  acknowledgeMessage(options: {
    readonly from: string;
    readonly messageId: string;
    readonly type: 'read' | 'delivery';
  }): void;
  /**
   * Cuts the receiver's devices off and writes while they are away. What is more than their queues keep is lost to
   * them: it is in history and in the list only.
   *
   * @param options As for `write`; `userId`: who is away. `text` gets a number.
   * @returns Ids, oldest first.
   */
  writeWhileAway(options: WriteOptions & { readonly userId: string; readonly count: number }): readonly string[];
  /** History gives the message as bytes that no client can decode, or whole again. */
  damage(options: { readonly messageId: string; readonly mend?: boolean }): void;
  /** `from` reacts to the message, or takes the reaction back. @throws {Error} As for `write`. */
  react(options: {
    readonly from: string;
    readonly messageId: string;
    readonly reaction: string;
    readonly remove?: boolean;
  }): void;
  /** `from` pins the message in its conversation, or unpins it. @throws {Error} As for `write`. */
  pinMessage(options: { readonly from: string; readonly messageId: string; readonly unpin?: boolean }): void;
  /**
   * The user's do-not-disturb for a conversation, set on a device that is not logged in here.
   *
   * @param options `type`: which messages are announced; `DEFAULT` takes it back.
   */
  silence(options: {
    readonly userId: string;
    readonly conversationId: string;
    readonly chatType: ChatType;
    readonly type: 'ALL' | 'AT' | 'NONE' | 'DEFAULT';
  }): void;
  /**
   * `from` asks `to` to become a contact, answers what `to` asked, or has `to` no more.
   *
   * @param options `reason`: what comes with an invitation.
   * @throws {Error} As for `write`.
   */
  contact(options: {
    readonly from: string;
    readonly to: string;
    readonly act: 'invite' | 'accept' | 'decline' | 'delete';
    readonly reason?: string;
  }): void;
  /** `from` refuses the messages of `to`, or takes them again. */
  block(options: { readonly from: string; readonly to: string; readonly unblock?: boolean }): void;
  /** Makes a group, or changes who is in it. */
  setGroup(groupId: string, members: readonly string[]): void;
}

export function createUserActions({ world, messaging, actions, reactions, silence, contacts }: Service): UserActions {
  function settle(outcome: Outcome): { readonly id: string; readonly time: number } {
    if (!outcome.ok) throw new Error(`the emulator refused: ${outcome.reason}`);
    return { id: outcome.id, time: outcome.time };
  }

  function stored(messageId: string): { from: string; to: string; chatType: ChatType } {
    const message = world.messages.get(messageId);
    if (message === undefined) throw new Error(`the emulator has no message ${messageId}`);
    return { from: message.from, to: message.to, chatType: message.chatType };
  }

  /** A body without a text of its own; the SDK wants a first content in every body. */
  function acknowledgement(from: string, to: string, type: number, fields: Partial<Body> = {}): Body {
    return { type, from: { name: from }, to: { name: to }, contents: [{ type: contentType.text }], ...fields };
  }

  const actionsOfUsers: UserActions = {
    write({ from, to, chatType, text, body, ext, time, resource }) {
      world.account(from);
      const content = body ?? { type: 'txt', msg: text ?? '' };
      return settle(
        messaging.send({
          from,
          to,
          chatType,
          body: toBody({ from, to, chatType }, content, ext),
          ...(time === undefined ? {} : { time }),
          ...(resource === undefined ? {} : { resource }),
        }),
      );
    },
    recall({ messageId }) {
      const address = stored(messageId);
      const body = acknowledgement(address.from, address.to, bodyType.recall, { ackMessageId: messageId });
      settle(messaging.recall({ ...address, messageId, body }));
    },
    edit({ messageId, text, ext }) {
      const address = stored(messageId);
      const body: Body = {
        ...toBody(address, { type: 'txt', msg: text }),
        type: bodyType.edit,
        editMessageId: messageId,
        editScope: ext === undefined ? 1 : 2,
        ext: toKeyValues(ext ?? {}),
      };
      settle(messaging.edit({ ...address, messageId, body }));
    },
    acknowledgeChannel(from, to, chatType) {
      settle(messaging.channelAck({ from, to, chatType, body: acknowledgement(from, to, bodyType.channelAck) }));
    },
    acknowledgeMessage({ from, messageId, type }) {
      const { from: author, to, chatType } = stored(messageId);
      const receiver = chatType === 'groupChat' ? to : author;
      const kind = type === 'read' ? bodyType.readAck : bodyType.deliveryAck;
      const body = acknowledgement(from, receiver, kind, { ackMessageId: messageId });
      settle(messaging.receipt({ from, to: receiver, chatType, body }));
    },
    writeWhileAway({ userId, count, text = 'missed', ...message }) {
      for (const device of world.account(userId).devices.values()) {
        for (const session of [...device.sessions]) session.drop({ halfOpen: false });
      }
      return Array.from({ length: count }, (_, index) => {
        const written = actionsOfUsers.write({ ...message, text: `${text} ${index + 1}` });
        return written.id;
      });
    },
    damage({ messageId, mend }) {
      stored(messageId);
      if (mend === true) world.damaged.delete(messageId);
      else world.damaged.add(messageId);
    },
    react({ from, messageId, reaction, remove }) {
      const reacting = { userId: from, messageId, reaction };
      const refusal = remove === true ? reactions.remove(reacting) : reactions.add(reacting);
      if (refusal !== undefined) throw new Error(`the emulator refused: ${refusal}`);
    },
    pinMessage({ from, messageId, unpin }) {
      const { from: author, to, chatType } = stored(messageId);
      const id = chatType === 'groupChat' || author === from ? to : author;
      const target = { account: world.account(from), chatType, id, resource: '' };
      const outcome = actions.pinMessage(target, messageId, { set: unpin !== true });
      if (outcome !== 'done') throw new Error(`the emulator refused: ${outcome}`);
    },
    silence({ userId, conversationId, chatType, type }) {
      const conversation = { id: conversationId, chatType };
      silence.set({ account: world.account(userId), conversation, resource: '' }, { type });
    },
    contact({ from, to, act, reason }) {
      const regarding = { account: world.account(from), other: to };
      if (act === 'delete') return contacts.remove(regarding);
      const refusal = act === 'invite' ? contacts.invite(regarding, reason ?? '') : contacts.answer(regarding, { accept: act === 'accept' });
      if (refusal !== undefined) throw new Error(`the emulator refused: ${refusal}`);
    },
    block: ({ from, to, unblock }) => contacts.block(world.account(from), [to], { set: unblock !== true }),
    setGroup(groupId, members) {
      for (const member of members) world.account(member);
      world.groups.set(groupId, new Set(members));
    },
  };
  return actionsOfUsers;
}
