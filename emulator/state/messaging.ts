import { jidOf } from './delivery.ts';
import { type ChatType, type StoredMessage } from './channel.ts';
import { countUnread } from './conversation.ts';
import { compareIds } from './ids.ts';
import { envelopeOf, pass, passOn, peerOf, recipientsOf } from './pass-on.ts';
import { publish } from './publish.ts';
import { createReceipts, type Receipts } from './receipts.ts';
import { metaFor } from './traces.ts';
import { bodyCodec } from '../msync/codec.ts';
import { bodyType, contentType, nameSpace, type Body, type KeyValue, type Meta } from '../msync/wire-types.ts';
import { type World } from './world.ts';

export type Address = { readonly from: string; readonly to: string; readonly chatType: ChatType };

/** A message on its way in, from a device's socket or from test code. */
export type Incoming = Address & {
  readonly body: Body;
  readonly payload?: Uint8Array;
  readonly resource?: string;
  /** The receiver's device, for a message to one of the own devices. */
  readonly toResource?: string;
  readonly metaExt?: readonly KeyValue[];
  readonly onlineOnly?: boolean;
  readonly directedUsers?: readonly string[];
  readonly time?: number;
};

/** What the service answers; `reason` is the text the SDK makes its error from. */
export type Outcome =
  | { readonly ok: true; readonly id: string; readonly time: number; readonly edit?: EditInfo }
  | { readonly ok: false; readonly reason: string };

export type EditInfo = {
  readonly count: number;
  readonly operator: string;
  readonly edit_time: number;
  readonly sender: string;
  readonly send_time: number;
  readonly chat_type: 'chat:user' | 'chat:group';
};

/** Messages and acknowledgements between users. */
export interface Messaging extends Receipts {
  /** Stores, raises unread, moves the conversation up, delivers. Commands are delivered only. */
  send(message: Incoming): Outcome;
  recall(message: Incoming & { readonly messageId: string }): Outcome;
  edit(message: Incoming & { readonly messageId: string }): Outcome;
  /** The message as the wire carries it, as the viewer's history gives it. */
  metaOf(message: StoredMessage, viewer: string): Meta;
}

export function createMessaging(world: World): Messaging {
  function refusal(message: Address): string | undefined {
    if (message.chatType === 'singleChat') return world.findAccount(message.to)?.blocked.has(message.from) === true ? 'blocked' : undefined;
    const members = world.groups.get(message.to);
    if (members === undefined) return 'group not found';
    return members.has(message.from) ? undefined : 'not in group or chatroom';
  }

  function payloadOf(message: StoredMessage): Uint8Array {
    message.payload ??= bodyCodec.encode(message.body);
    return message.payload;
  }

  function arrive(message: StoredMessage, userId: string): void {
    const account = world.account(userId);
    const conversation = world.conversation(account, message.chatType, peerOf(account, message));
    conversation.listed = true;
    if (compareIds(message.id, conversation.activity) > 0) conversation.activity = message.id;
    const isNew = message.from !== userId && compareIds(message.id, conversation.readThrough) > 0;
    if (isNew) conversation.unread += 1;
    publish(world, account, conversation);
  }

  /** Finds a message that the sender may still change. */
  function findOwn(messageId: string, message: Address): StoredMessage | undefined {
    const stored = world.messages.get(messageId);
    return stored !== undefined && stored.from === message.from ? stored : undefined;
  }

  return {
    ...createReceipts(world),

    send(message) {
      const reason = refusal(message);
      if (reason !== undefined) return { ok: false, reason };
      const isCommand = message.body.contents?.[0]?.type === contentType.command;
      const directed = message.directedUsers ?? [];
      const recipients = recipientsOf(world, message).filter(
        (userId) => directed.length === 0 || userId === message.from || directed.includes(userId),
      );
      // A command leaves no trace; messages to chosen members and to the own devices make no conversation.
      if (isCommand || directed.length > 0 || message.from === message.to) return passOn(world, message, recipients);

      const time = message.time ?? world.now();
      const stored: StoredMessage = {
        id: world.nextId(time),
        time,
        from: message.from,
        to: message.to,
        chatType: message.chatType,
        resource: message.resource,
        body: message.body,
        payload: message.payload,
        edits: 0,
        traces: undefined,
      };
      world.messages.set(stored.id, stored);
      world.channel(message.chatType, message.from, message.to).add(stored);
      for (const userId of recipients) arrive(stored, userId);
      pass(world, message, envelopeOf(world, message, stored.id, time, payloadOf(stored)), recipients);
      return { ok: true, id: stored.id, time };
    },

    recall(message) {
      const stored = findOwn(message.messageId, message);
      if (stored === undefined) return { ok: false, reason: 'message not found' };
      const { recallWindowMs } = world.policies;
      if (recallWindowMs !== null && world.now() - stored.time > recallWindowMs) {
        return { ok: false, reason: 'exceed recall time limit' };
      }
      const target = { ...message, from: stored.from, to: stored.to, chatType: stored.chatType };
      world.messages.delete(stored.id);
      world.channel(stored.chatType, stored.from, stored.to).remove(stored.id);
      const recipients = recipientsOf(world, target);
      for (const userId of recipients) {
        const account = world.account(userId);
        const conversation = world.conversation(account, stored.chatType, peerOf(account, target));
        conversation.unread = conversation.listed ? countUnread(conversation, userId) : 0;
        publish(world, account, conversation);
      }
      return passOn(world, target, recipients);
    },

    edit(message) {
      const stored = findOwn(message.messageId, message);
      if (stored === undefined) {
        const known = world.messages.has(message.messageId);
        return { ok: false, reason: known ? 'Sorry, You do not have permission' : 'Sorry, message does not exist' };
      }
      if (stored.edits >= world.policies.editsPerMessage) return { ok: false, reason: 'Sorry, edit limit reached' };
      stored.edits += 1;
      const edit: EditInfo = {
        count: stored.edits,
        operator: message.from,
        edit_time: world.now(),
        sender: stored.from,
        send_time: stored.time,
        chat_type: stored.chatType === 'groupChat' ? 'chat:group' : 'chat:user',
      };
      const meta = JSON.stringify({ edit_msg: edit });
      const bodyAndExt = message.body.editScope === 2;
      stored.body = {
        ...stored.body,
        contents: message.body.contents ?? [],
        meta,
        ...(bodyAndExt ? { ext: message.body.ext ?? [] } : {}),
      };
      stored.payload = undefined;
      const target = { ...message, from: stored.from, to: stored.to, chatType: stored.chatType };
      const outcome = passOn(world, target, recipientsOf(world, target), { ...message.body, meta });
      for (const userId of recipientsOf(world, target)) {
        const account = world.account(userId);
        publish(world, account, world.conversation(account, stored.chatType, peerOf(account, target)));
      }
      return { ...outcome, edit };
    },

    metaOf(message, viewer) {
      const meta = metaFor(message, viewer, world.policies.reactionUsersMax);
      const payload = payloadOf(message);
      return {
        id: message.id,
        from: jidOf(world, message.from, 'singleChat', message.resource),
        to: jidOf(world, message.to, message.chatType),
        timestamp: message.time,
        ns: nameSpace.chat,
        // A field that comes twice counts as it came last, so what the emulator does not know stays in the payload.
        payload: meta === message.body.meta ? payload : Buffer.concat([payload, bodyCodec.encode({ meta: meta ?? '' })]),
      };
    },
  };
}

/** The wire's name for an ordinary message of this chat type. */
export function plainBodyType(chatType: ChatType): number {
  return chatType === 'groupChat' ? bodyType.group : bodyType.chat;
}
