/** Lets a message through: now, later or never. */
export type Pass = (deliver: () => void) => void;

/** The members of a port that a host uses. */
type PortFace = Pick<MessagePort, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'start' | 'close'>;

/**
 * A worker's port with somebody who watches over it.
 *
 * @param options.inward Every message that comes, before the worker hears of it.
 * @param options.outward Every message that the worker posts, before it leaves.
 */
export function gatePort(port: MessagePort, options: { readonly inward: Pass; readonly outward: Pass }): MessagePort {
  const listeners = new Map<unknown, (event: MessageEvent) => void>();
  const face: PortFace = {
    postMessage: (message: unknown) => options.outward(() => port.postMessage(message)),
    addEventListener(_type: string, listener: unknown) {
      const handle = listener as (event: MessageEvent) => void;
      const gated = (event: MessageEvent): void => options.inward(() => handle(event));
      listeners.set(listener, gated);
      port.addEventListener('message', gated);
    },
    removeEventListener(_type: string, listener: unknown) {
      const gated = listeners.get(listener);
      listeners.delete(listener);
      if (gated !== undefined) port.removeEventListener('message', gated);
    },
    start: () => port.start(),
    close: () => port.close(),
  };
  // The rest of a port is not used by those who are given this one.
  return face as MessagePort;
}

/** Whether a value is a port, of this realm or another. */
export function isPort(value: unknown): value is MessagePort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'close' in value;
}
