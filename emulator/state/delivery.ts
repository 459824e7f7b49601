import { isOnline, type Account, type Device } from './account.ts';
import { type ChatType } from './channel.ts';
import { type QueueName } from './device-queue.ts';
import { type LiveKind } from './live-gate.ts';
import { encodeJson, rosterCodec } from '../msync/codec.ts';
import { nameSpace, type Jid, type Meta } from '../msync/wire-types.ts';
import { type World } from './world.ts';

const online = encodeJson({ is_online: 1 });
const offline = encodeJson({ is_online: 0 });

export type Delivery = {
  readonly kind: LiveKind;
  readonly queue: QueueName;
  readonly meta: Meta;
  /** The device that caused it and is told otherwise. */
  readonly exceptResource?: string | undefined;
  /** Only this device of the account. */
  readonly onlyResource?: string | undefined;
  /** Not kept for devices that are away. */
  readonly onlineOnly?: boolean;
};

/** Puts something into the queues of an account's devices and tells those that are connected, unless it is stopped. */
export function deliver(world: World, account: Account, delivery: Delivery): void {
  const { kind, queue } = delivery;
  world.live.admit({ userId: account.userId, conversation: queue.name, kind }, () => enqueue(world, account, delivery));
}

function enqueue(world: World, account: Account, delivery: Delivery): void {
  if (account.devices.size === 0) {
    if (delivery.onlineOnly === true) return;
    account.unclaimed.add(delivery.queue, withOnlineState(delivery.meta, false));
    account.unclaimed.trim(offlineLimits(world));
    return;
  }
  for (const device of account.devices.values()) {
    if (device.resource === delivery.exceptResource) continue;
    if (delivery.onlyResource !== undefined && device.resource !== delivery.onlyResource) continue;
    deliverToDevice(world, device, delivery);
  }
}

function deliverToDevice(world: World, device: Device, delivery: Delivery): void {
  const connected = isOnline(device);
  if (!connected && delivery.onlineOnly === true) return;
  device.queue.add(delivery.queue, withOnlineState(delivery.meta, connected));
  if (!connected) device.queue.trim(offlineLimits(world));
  for (const session of device.sessions) session.notice(delivery.queue);
}

/** A chat message says whether its receiver was connected when it came: the SDK's `onlineState`. */
function withOnlineState(meta: Meta, connected: boolean): Meta {
  return meta.ns === nameSpace.chat ? { ...meta, meta: connected ? online : offline } : meta;
}

export function offlineLimits(world: World): { readonly single: number; readonly group: number } {
  return { single: world.policies.offlineSingleMax, group: world.policies.offlineGroupMax };
}

/** Address of a user or group on the wire. */
export function jidOf(world: World, name: string, chatType: ChatType, clientResource?: string): Jid {
  return {
    appKey: world.appKey,
    name,
    domain: chatType === 'groupChat' ? 'conference.easemob.com' : 'easemob.com',
    ...(clientResource === undefined ? {} : { clientResource }),
  };
}

/** Tells an account's devices of something one of them did; the SDK ignores what its own device caused. */
export function notifyDevices(world: World, account: Account, notification: object): void {
  deliverOwn(world, account, { from: account.userId, ns: nameSpace.notify, payload: encodeJson(notification) });
}

/** Tells an account's devices what became of it and another user. */
export function tellOfContact(world: World, account: Account, news: { readonly from: string; readonly operation: number; readonly reason?: string }): void {
  const { from, operation, reason = '' } = news;
  const to = [jidOf(world, account.userId, 'singleChat')];
  const payload = rosterCodec.encode({ operation, from: jidOf(world, from, 'singleChat'), to, reason });
  deliverOwn(world, account, { from, ns: nameSpace.roster, payload });
}

/** What belongs to no conversation comes in the account's own queue. */
function deliverOwn(world: World, account: Account, { from, ns, payload }: { readonly from: string; readonly ns: number; readonly payload: Uint8Array }): void {
  const time = world.now();
  deliver(world, account, {
    kind: 'notification',
    queue: { name: account.userId, chatType: 'singleChat' },
    meta: {
      id: world.nextId(time),
      from: jidOf(world, from, 'singleChat'),
      to: jidOf(world, account.userId, 'singleChat'),
      timestamp: time,
      ns,
      payload,
    },
  });
}
