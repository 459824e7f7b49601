import { type WebSocket } from 'ws';
import { envelopeCodec } from './codec.ts';
import { type FrameName, type Faults, type SocketFault } from '../faults.ts';
import { type Journal } from '../journal.ts';

export type Refusal = Extract<SocketFault, { readonly type: 'refuse' }>;

/** The way out of a session, and for messages the way in, where faults strike. */
export interface FrameSender {
  send(name: FrameName, command: number, payload: Uint8Array, struck?: readonly SocketFault[]): void;
  /** The faults that strike this frame, for who has to act on them before it is sent. */
  take(name: FrameName): readonly SocketFault[];
  /** Lets a message from the device in, unless a fault keeps it out. `act` is told of one that has the service refuse it. */
  receive(act: (refusal: Refusal | undefined) => void): void;
}

export function createFrameSender(options: {
  readonly socket: WebSocket;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly userId: () => string;
  /** A half-open connection: nothing goes out any more. */
  readonly isDeaf: () => boolean;
}): FrameSender {
  const { socket, faults, journal, userId, isDeaf } = options;

  function take(name: FrameName): readonly SocketFault[] {
    return faults.takeSocket(name, userId());
  }

  /** @returns How long to wait, or `undefined` if there is nothing left to do. */
  function suffer(struck: readonly SocketFault[]): number | undefined {
    let delayMs = 0;
    for (const fault of struck) {
      if (fault.type === 'latency') delayMs += fault.ms;
      if (fault.type === 'lose') return undefined;
      if (fault.type === 'close') {
        socket.terminate();
        return undefined;
      }
    }
    return delayMs;
  }

  function later(delayMs: number, act: () => void): void {
    if (delayMs === 0) act();
    else setTimeout(act, delayMs).unref();
  }

  return {
    take,
    send(name, command, payload, struck = take(name)) {
      const delayMs = suffer(struck);
      if (delayMs === undefined) return;
      const bytes = envelopeCodec.encode({ version: 0, command, payload });
      const sent = struck.some((fault) => fault.type === 'garble') ? garble(bytes) : bytes;
      later(delayMs, () => {
        if (isDeaf() || socket.readyState !== socket.OPEN) return;
        journal.add({ kind: 'out', name, userId: userId() });
        socket.send(sent);
      });
    },
    receive(act) {
      const struck = take('upstream');
      const delayMs = suffer(struck);
      if (delayMs !== undefined) later(delayMs, () => act(struck.find((fault) => fault.type === 'refuse')));
    },
  };
}

/** The same length, and nothing a decoder could accept: the first byte opens a field that never ends. */
function garble(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => (index === 0 ? 0x4a : byte | 0x80));
}
