import { type Account } from './account.ts';
import { deliver, jidOf } from './delivery.ts';
import { type LiveKind } from './live-gate.ts';
import { type Address, type Incoming, type Outcome } from './messaging.ts';
import { bodyCodec } from '../msync/codec.ts';
import { bodyType, nameSpace, type Body, type Meta } from '../msync/wire-types.ts';
import { type World } from './world.ts';

/** Everyone who is told of a message, its sender too (for the other devices). */
export function recipientsOf(world: World, message: Address): string[] {
  if (message.chatType === 'groupChat') return [...(world.groups.get(message.to) ?? [])];
  return message.from === message.to ? [message.from] : [message.from, message.to];
}

/** What the account calls the conversation that the message is in. */
export function peerOf(account: Account, message: Address): string {
  if (message.chatType === 'groupChat') return message.to;
  return account.userId === message.from ? message.to : message.from;
}

export function envelopeOf(world: World, message: Incoming, id: string, time: number, payload: Uint8Array): Meta {
  return {
    id,
    from: jidOf(world, message.from, 'singleChat', message.resource),
    to: jidOf(world, message.to, message.chatType, message.toResource),
    timestamp: time,
    ns: nameSpace.chat,
    payload,
    ...(message.metaExt === undefined ? {} : { ext: message.metaExt }),
  };
}

/** Puts a meta into the queues of everyone's devices, but not of the device it came from. */
export function pass(world: World, message: Incoming, meta: Meta, recipients: readonly string[]): void {
  for (const userId of recipients) {
    const account = world.account(userId);
    // What an account writes is no news for a device that it may have one day.
    if (userId === message.from && account.devices.size === 0) continue;
    deliver(world, account, {
      kind: kindOf(message.body),
      queue: { name: peerOf(account, message), chatType: message.chatType },
      meta,
      exceptResource: userId === message.from ? message.resource : undefined,
      onlyResource: userId === message.from && message.to === userId ? message.toResource : undefined,
      ...(message.onlineOnly === undefined ? {} : { onlineOnly: message.onlineOnly }),
    });
  }
}

/** Passes on what is not stored: receipts, recalls, edits. `body` instead of the one that came, if it says more. */
export function passOn(
  world: World,
  message: Incoming,
  recipients: readonly string[],
  body: Body = message.body,
): Extract<Outcome, { ok: true }> {
  const time = message.time ?? world.now();
  const id = world.nextId(time);
  const payload = body === message.body ? (message.payload ?? bodyCodec.encode(body)) : bodyCodec.encode(body);
  pass(world, message, envelopeOf(world, message, id, time, payload), recipients);
  return { ok: true, id, time };
}

function kindOf(body: Body): LiveKind {
  switch (body.type) {
    case bodyType.readAck:
    case bodyType.deliveryAck:
      return 'receipt';
    case bodyType.recall:
      return 'recall';
    case bodyType.channelAck:
      return 'channel-ack';
    case bodyType.edit:
      return 'edit';
    default:
      return 'message';
  }
}
