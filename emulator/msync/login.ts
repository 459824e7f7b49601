import { type Envelope, type Provision, type Status } from './wire-types.ts';
import { isOnline, platformOf, type Account, type Device, type DeviceSession } from '../state/account.ts';
import { createDeviceQueue } from '../state/device-queue.ts';
import { type World } from '../state/world.ts';

export type Login =
  | { readonly ok: true; readonly account: Account; readonly device: Device; readonly expiresAt: number }
  | { readonly ok: false; readonly status: Status };

/** Checks who a socket says it is. The reasons are the texts the SDK makes its error codes from. */
export function readLogin(world: World, envelope: Envelope, provision: Provision): Login {
  const userId = envelope.guid?.name ?? '';
  const token = (envelope.auth ?? '').replace('$t$', '');
  const state = world.tokens.find(token);
  const resource = provision.resource ?? '';
  if (state === undefined || state.userId !== userId || resource === '') {
    return refused('Sorry, token or password does not match login info');
  }
  if (state.expiresAt <= world.now()) return refused('Sorry, token expired');
  const account = world.findAccount(userId);
  if (account === undefined) return refused('Sorry, user not found');
  return { ok: true, account, device: deviceOf(account, resource, provision), expiresAt: state.expiresAt };
}

function refused(reason: string): Login {
  return { ok: false, status: { errorCode: 1, reason } };
}

function deviceOf(account: Account, resource: string, provision: Provision): Device {
  const uuid = provision.deviceUuid ?? resource;
  const name = provision.deviceName ?? resource;
  const known = account.devices.get(resource);
  if (known !== undefined) {
    known.uuid = uuid;
    known.name = name;
    return known;
  }
  const device: Device = {
    resource,
    platform: platformOf(resource),
    uuid,
    name,
    queue: account.devices.size === 0 ? account.unclaimed : createDeviceQueue(),
    sessions: new Set(),
  };
  account.devices.set(resource, device);
  return device;
}

/** Makes room for a new session as the policies say: the same device id elsewhere, and too many devices. */
export function admit(
  world: World,
  options: { account: Account; device: Device; session: DeviceSession; detail: string },
): void {
  const { account, device, session, detail } = options;
  const { sameDeviceLogin, devicesPerPlatform } = world.policies;
  if (sameDeviceLogin !== 'allow') {
    for (const other of [...device.sessions]) {
      if (sameDeviceLogin === 'kick') other.kick('other-device', detail);
      else other.close();
    }
  }
  device.sessions.add(session);
  if (devicesPerPlatform === null) return;
  const connected = [...account.devices.values()]
    .filter((other) => other !== device && other.platform === device.platform && isOnline(other))
    .sort((a, b) => openedAt(a) - openedAt(b));
  for (const oldest of connected.slice(0, Math.max(0, connected.length + 1 - devicesPerPlatform))) {
    for (const other of [...oldest.sessions]) other.kick('other-device', detail);
  }
}

function openedAt(device: Device): number {
  return Math.max(...[...device.sessions].map((session) => session.openedAt));
}
