import WebSocket from 'ws';

/** A connection that speaks the DevTools protocol. */
export interface Cdp {
  /** @param sessionId Of an attached target; left out, the browser itself. @throws {Error} What the browser answered. */
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
  /** Events of the browser and of all sessions. @returns Ends the subscription. */
  subscribe(listener: (event: CdpEvent) => void): () => void;
  close(): void;
}

export type CdpEvent = { readonly method: string; readonly params: Record<string, unknown>; readonly sessionId?: string };

type Answer = { readonly id: number; readonly result?: Record<string, unknown>; readonly error?: { readonly message: string } };

type Waiting = { readonly resolve: (result: Record<string, unknown>) => void; readonly reject: (error: Error) => void };

/** @param url The browser's own address, as it wrote it to `DevToolsActivePort`. */
export async function connectCdp(url: string): Promise<Cdp> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: CdpEvent) => void>();
  let lastId = 0;

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Answer | CdpEvent;
    if (!('id' in message)) {
      for (const listener of listeners) listener(message);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error !== undefined) call?.reject(new Error(message.error.message));
    else call?.resolve(message.result ?? {});
  });
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has gone'));
    waiting.clear();
  });

  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        socket.send(JSON.stringify({ id: lastId, method, params, sessionId }));
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => socket.close(),
  };
}
