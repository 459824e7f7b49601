import { bodyCodec, encodeJson } from './codec.ts';
import { bodyType, contentType, nameSpace, type Body, type Meta, type SyncDown } from './wire-types.ts';
import { type ChatType } from '../state/channel.ts';
import { jidOf } from '../state/delivery.ts';
import { type Incoming, type Messaging, type Outcome } from '../state/messaging.ts';
import { type World } from '../state/world.ts';

/** What a device wants of the service with a meta it sends up: also its name in the journal. */
export type UpstreamKind = 'message' | 'command' | 'receipt' | 'recall' | 'channel-ack' | 'edit' | 'other' | 'refused';

export type Upstream = { readonly kind: UpstreamKind; readonly answer: SyncDown };

/** @param sender The device that sent it; whatever the body says, the message is its account's. */
export function handleUpstream(options: {
  readonly meta: Meta;
  readonly sender: { readonly userId: string; readonly resource: string };
  readonly world: World;
  readonly messaging: Messaging;
}): Upstream {
  const { meta, sender, world, messaging } = options;
  const payload = meta.payload ?? new Uint8Array();
  const body = bodyCodec.decode(payload);
  const chatType: ChatType = meta.to?.domain?.startsWith('conference') === true ? 'groupChat' : 'singleChat';
  const incoming: Incoming = {
    from: sender.userId,
    to: meta.to?.name ?? '',
    chatType,
    body,
    payload,
    resource: sender.resource,
    onlineOnly: meta.routetype === 1,
    ...(meta.to?.clientResource === undefined ? {} : { toResource: meta.to.clientResource }),
    ...(meta.ext === undefined ? {} : { metaExt: meta.ext }),
    ...(meta.directedUsers === undefined ? {} : { directedUsers: meta.directedUsers }),
  };
  const { kind, outcome } = act(incoming, body, messaging);
  return { kind, answer: toAnswer(meta, outcome, incoming, world) };
}

/** Does nothing, and answers with this status. */
export function refuseUpstream(meta: Meta, { errorCode, reason }: { readonly errorCode: number; readonly reason: string }, world: World): Upstream {
  return { kind: 'refused', answer: { status: { errorCode, reason }, metaId: meta.id ?? '0', serverId: '0', timestamp: world.now() } };
}

function act(
  incoming: Incoming,
  body: Body,
  messaging: Messaging,
): { readonly kind: UpstreamKind; readonly outcome: Outcome } {
  switch (body.type) {
    case bodyType.chat:
    case bodyType.group: {
      const isCommand = body.contents?.[0]?.type === contentType.command;
      return { kind: isCommand ? 'command' : 'message', outcome: messaging.send(incoming) };
    }
    case bodyType.readAck:
    case bodyType.deliveryAck:
      return { kind: 'receipt', outcome: messaging.receipt(incoming) };
    case bodyType.recall:
      return { kind: 'recall', outcome: messaging.recall({ ...incoming, messageId: body.ackMessageId ?? '' }) };
    case bodyType.channelAck:
      return { kind: 'channel-ack', outcome: messaging.channelAck(incoming) };
    case bodyType.edit:
      return { kind: 'edit', outcome: messaging.edit({ ...incoming, messageId: body.editMessageId ?? '' }) };
    default:
      return { kind: 'other', outcome: { ok: false, reason: `body type ${body.type ?? 0} is not served` } };
  }
}

function toAnswer(meta: Meta, outcome: Outcome, incoming: Incoming, world: World): SyncDown {
  const metaId = meta.id ?? '0';
  if (!outcome.ok) {
    return { status: { errorCode: 1, reason: outcome.reason }, metaId, serverId: '0', timestamp: world.now() };
  }
  const answer: SyncDown = {
    status: { errorCode: 0 },
    metaId,
    serverId: outcome.id,
    timestamp: outcome.time,
  };
  if (outcome.edit === undefined) return answer;
  // The SDK completes an edit from a notification inside the acknowledgement.
  const edited: Meta = {
    id: outcome.id,
    from: jidOf(world, incoming.from, 'singleChat'),
    to: jidOf(world, incoming.to, incoming.chatType),
    timestamp: outcome.time,
    ns: nameSpace.notify,
    payload: encodeJson({ edit_msg: outcome.edit }),
  };
  return { ...answer, metas: [edited] };
}
