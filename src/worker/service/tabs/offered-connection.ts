import { SyncError } from '../../../protocol/errors.ts';
import type { OfferMessage, OfferRequest } from '../../../protocol/offer.ts';
import type { ServiceEvent } from '../chat-service.ts';

/** One tab's connection to the service, as the engine uses it. */
export interface OfferedConnection {
  /** Whether the tab's socket is open, as far as it said. */
  isConnected(): boolean;
  /** Calls a method of the service in the tab. Rejects with `offline` when the tab goes. */
  call(name: string, args: readonly unknown[]): Promise<unknown>;
  /** The tab is gone. */
  close(): void;
}

type Pending = { readonly resolve: (value: unknown) => void; readonly reject: (error: SyncError) => void };

/** @param options.onEvent Called in the order the tab told. When what it returns resolves, the tab is told that the event was taken. */
export function openOfferedConnection(options: {
  readonly port: MessagePort;
  readonly onEvent: (event: ServiceEvent, isOwn: boolean) => Promise<unknown>;
}): OfferedConnection {
  const { port } = options;
  const pending = new Map<number, Pending>();
  let lastCall = 0;
  let isConnected = false;

  const post = (message: OfferRequest): void => port.postMessage(message);

  port.onmessage = ({ data }: MessageEvent<OfferMessage>) => {
    if (data.type === 'answer') {
      const open = pending.get(data.id);
      pending.delete(data.id);
      if (data.error === undefined) open?.resolve(data.value);
      else open?.reject(SyncError.fromData(data.error));
      return;
    }
    const event = data.event as ServiceEvent;
    if (event.type === 'connected') isConnected = true;
    if (event.type === 'disconnected' || event.type === 'ended') isConnected = false;
    void options.onEvent(event, data.isOwn).then(() => post({ type: 'taken', id: data.id }));
  };

  return {
    isConnected: () => isConnected,
    call: (name, args) =>
      new Promise((resolve, reject) => {
        lastCall += 1;
        pending.set(lastCall, { resolve, reject });
        post({ type: 'call', id: lastCall, name, args });
      }),
    close() {
      isConnected = false;
      port.close();
      for (const { reject } of pending.values()) reject(new SyncError('offline', 'the tab has gone'));
      pending.clear();
    },
  };
}
