import { type RawData, type WebSocket } from 'ws';
import {
  envelopeCodec,
  logoutCodec,
  noticeCodec,
  provisionCodec,
  statisticsCodec,
  syncDownCodec,
  syncUpCodec,
  unreadDownCodec,
} from './codec.ts';
import { createFrameSender } from './frame-sender.ts';
import { admit, readLogin } from './login.ts';
import { handleUpstream, refuseUpstream } from './upstream.ts';
import { command, nameSpace, type Envelope, type Meta, type SyncUp } from './wire-types.ts';
import { type Account, type Device, type DeviceSession, type KickReason } from '../state/account.ts';
import { jidOf, offlineLimits } from '../state/delivery.ts';
import { type QueueName } from '../state/device-queue.ts';
import { type Faults } from '../faults.ts';
import { type Journal } from '../journal.ts';
import { type Service } from '../rest/route.ts';

const kickOperations: Readonly<Record<KickReason, number>> = {
  'user-removed': 1,
  'other-device': 2,
  'password-changed': 3,
  kicked: 4,
};

/** Speaks MSYNC on one socket, from its provision to its end. */
export function serveSession(
  socket: WebSocket,
  options: {
    readonly service: Service;
    readonly faults: Faults;
    readonly journal: Journal;
  },
): void {
  const { service, faults, journal } = options;
  const { world, messaging } = service;
  let login: { readonly account: Account; readonly device: Device } | undefined;
  let isDeaf = false;
  const noticed = new Set<string>();
  const userId = (): string => login?.account.userId ?? '';
  const sender = createFrameSender({ socket, faults, journal, userId, isDeaf: () => isDeaf });

  function queueJid(queue: QueueName): ReturnType<typeof jidOf> {
    return jidOf(world, queue.name, queue.chatType);
  }

  const session: DeviceSession = {
    openedAt: world.now(),
    notice(queue) {
      // What comes in one turn is announced once.
      if (noticed.has(queue.name)) return;
      noticed.add(queue.name);
      setImmediate(() => {
        noticed.delete(queue.name);
        sender.send('notice', command.notice, noticeCodec.encode({ queue: queueJid(queue) }));
      });
    },
    push(queue, metas) {
      const frame = { status: { errorCode: 0 }, metas, queue: queueJid(queue), isLast: true, timestamp: world.now() };
      sender.send('push', command.sync, syncDownCodec.encode(frame));
    },
    kick(reason, detail) {
      const payload = statisticsCodec.encode({
        operation: kickOperations[reason],
        ...(detail === undefined || detail === '' ? {} : { reason: detail }),
      });
      const time = world.now();
      session.push({ name: userId(), chatType: 'singleChat' }, [
        { id: world.nextId(time), timestamp: time, ns: nameSpace.statistic, payload },
      ]);
      session.close();
    },
    close() {
      leave();
      socket.close();
    },
    drop({ halfOpen }) {
      if (halfOpen) {
        isDeaf = true;
        return;
      }
      // At once, so that what is written in the same turn is written while the device is away.
      leave();
      socket.terminate();
    },
  };

  function leave(): void {
    if (login === undefined) return;
    const { device } = login;
    device.sessions.delete(session);
    if (device.sessions.size === 0) device.queue.trim(offlineLimits(world));
  }

  function provision(envelope: Envelope): void {
    const request = provisionCodec.decode(envelope.payload ?? new Uint8Array());
    const resource = request.resource ?? '';
    const result = readLogin(world, envelope, request);
    if (!result.ok) {
      const name = envelope.guid?.name ?? '';
      journal.add({
        kind: 'refused-login',
        name: resource,
        userId: name,
        detail: { reason: result.status.reason ?? '' },
      });
      sender.send('provision', command.provision, provisionCodec.encode({ status: result.status, resource }));
      socket.close();
      return;
    }
    login = result;
    admit(world, { ...result, session, detail: request.reason ?? '' });
    journal.add({ kind: 'login', name: resource, userId: userId() });
    const answer = provisionCodec.encode({
      status: { errorCode: 0 },
      resource,
      authToken: JSON.stringify({ expires_in: result.expiresAt }),
    });
    sender.send('provision', command.provision, answer);
  }

  function unread(device: Device): void {
    journal.add({ kind: 'in', name: 'unread', userId: userId() });
    const waiting = device.queue.waiting().map(({ queue, count }) => ({ queue: queueJid(queue), n: count }));
    const answer = unreadDownCodec.encode({ status: { errorCode: 0 }, unread: waiting, timestamp: world.now() });
    sender.send('unread', command.unread, answer);
  }

  function pull(device: Device, request: SyncUp): void {
    journal.add({ kind: 'in', name: request.key === undefined ? 'pull' : 'queue-ack', userId: userId() });
    const batch = device.queue.pull(request.queue?.name ?? '', {
      limit: world.policies.syncBatch,
      ...(request.key === undefined ? {} : { ackKey: Number(request.key) }),
    });
    const queue = request.queue ?? {};
    const common = { status: { errorCode: 0 }, queue, timestamp: world.now() };
    if (batch.metas.length === 0) {
      sender.send('batch-end', command.sync, syncDownCodec.encode({ ...common, isLast: true }));
      return;
    }
    sendBatch(batch.queue, batch.metas, (metas) =>
      syncDownCodec.encode({ ...common, metas, nextKey: batch.nextKey, isLast: false }),
    );
  }

  function sendBatch(queue: QueueName, metas: readonly Meta[], encode: (metas: readonly Meta[]) => Uint8Array): void {
    const struck = sender.take('batch');
    const reordered = struck.some((fault) => fault.type === 'reorder') ? [...metas].reverse() : metas;
    sender.send('batch', command.sync, encode(reordered), struck);
    for (const fault of struck) {
      if (fault.type === 'duplicate') setTimeout(() => session.push(queue, metas), fault.ms ?? 0).unref();
    }
  }

  function sync({ account, device }: { account: Account; device: Device }, payload: Uint8Array): void {
    const request = syncUpCodec.decode(payload);
    const { meta } = request;
    if (meta === undefined) {
      pull(device, request);
      return;
    }
    if (meta.ns !== nameSpace.chat) return;
    sender.receive((refusal) => {
      const from = { userId: account.userId, resource: device.resource };
      const { kind, answer } = refusal === undefined ? handleUpstream({ meta, sender: from, world, messaging }) : refuseUpstream(meta, refusal, world);
      journal.add({ kind: 'in', name: kind, userId: userId() });
      sender.send('ack', command.sync, syncDownCodec.encode(answer));
    });
  }

  function receive(bytes: Uint8Array): void {
    const envelope = envelopeCodec.decode(bytes);
    const payload = envelope.payload ?? new Uint8Array();
    if (envelope.command === command.provision) provision(envelope);
    else if (login === undefined) socket.close();
    else if (envelope.command === command.unread) unread(login.device);
    else if (envelope.command === command.logout) {
      journal.add({ kind: 'in', name: 'logout', userId: userId() });
      sender.send('push', command.logout, logoutCodec.encode({ status: { errorCode: 0 } }));
    } else sync(login, payload);
  }

  socket.on('message', (data: RawData) => {
    if (isDeaf) return;
    try {
      receive(toBytes(data));
    } catch (error) {
      // Not MSYNC: the service hangs up. The reason is kept, since it may be a mistake of the emulator's own.
      const reason = error instanceof Error ? error.message : String(error);
      journal.add({ kind: 'in', name: 'undecodable', userId: userId(), detail: { reason } });
      socket.close();
    }
  });
  socket.on('close', leave);
  socket.on('error', () => socket.terminate());
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
