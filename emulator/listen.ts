import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { sendAnswer } from './rest/answer.ts';
import { refuse } from './rest/route.ts';

/** One port for REST, control and the WebSocket, that can play dead. */
export interface Listener {
  readonly port: number;
  /** While it plays dead every connection is cut and every request ended without an answer; control goes on. */
  setAlive(alive: boolean): void;
  close(): Promise<void>;
}

export async function listen(options: {
  readonly port: number;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly isControl: (path: string) => boolean;
  readonly onSocket: (socket: WebSocket) => void;
}): Promise<Listener> {
  const sockets = new Set<Socket>();
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  /** Connections with a control request on its way: the one that says "play dead" wants its answer. */
  const spared = new Set<Socket>();
  let isAlive = true;

  const server = createServer((request, response) => {
    const { socket } = request;
    if (options.isControl(request.url ?? '')) {
      spared.add(socket);
      response.on('close', () => spared.delete(socket));
    } else if (!isAlive) {
      socket.destroy();
      return;
    }
    options.onRequest(request, response).catch((error: unknown) => {
      // A mistake of the emulator's own: to be seen, not to be taken for a fault that was asked for.
      const message = error instanceof Error ? error.message : String(error);
      sendAnswer(response, refuse(500, 'emulator_error', message));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    if (!isAlive || !(request.url ?? '').startsWith('/websocket')) {
      socket.destroy();
      return;
    }
    webSockets.handleUpgrade(request, socket, head, options.onSocket);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    setAlive(alive) {
      isAlive = alive;
      if (alive) return;
      for (const socket of sockets) if (!spared.has(socket)) socket.destroy();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
