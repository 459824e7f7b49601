import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/start-emulator.ts';
import { forward } from './forward.ts';
import { serveFolder } from './serve-folder.ts';

export type DemoOptions = {
  /** Where the demo is served; 0 is any that is free. `fallback`: when it is in use. Default: any that is free. */
  readonly port?: number;
  readonly fallbackPort?: number;
  /** The built demo. Default: `demo/dist`. */
  readonly folder?: string;
  readonly emulator?: EmulatorOptions;
};

/** The built demo and an emulator behind it, on one address. */
export interface Demo {
  /** Ends with `/`. */
  readonly url: string;
  readonly emulator: Emulator;
  /** The address: page, service and control. Stopped, it is as if the network were gone; it starts on the same port. */
  readonly address: { stop(): Promise<void>; start(): Promise<void> };
  close(): Promise<void>;
}

const builtDemo = fileURLToPath(new URL('../demo/dist', import.meta.url));

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const isInUse = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Starts an emulator with people in it, and serves the built demo before it.
 *
 * - The page, the service's REST and WebSocket, and the emulator's control under `/emulator/` share one address.
 * - Stopping the address and stopping the emulator are two things: the first is a lost network, the second
 *   (`emulator.goOffline()`) a service that is down.
 *
 * @throws {Error} The demo is not built, or the port is taken and there is no other.
 */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { port = 0, fallbackPort, folder = builtDemo } = options;
  if (!existsSync(path.join(folder, 'index.html'))) throw new Error('The demo is not built: run `npm run build` first');
  const emulator = await startEmulator({ seed: { readable: true, stories: true }, ...options.emulator });

  /** Once upgraded to a WebSocket, a connection is no longer the server's: it is cut by hand. */
  const upgraded = new Set<Duplex>();

  async function serve(at: number): Promise<Server> {
    const server = createServer();
    forward(server, { files: serveFolder(folder), target: emulator.apiUrl });
    server.on('upgrade', (_, socket) => {
      upgraded.add(socket);
      socket.on('close', () => upgraded.delete(socket));
    });
    await listen(server, at);
    return server;
  }

  let server: Server | undefined;
  try {
    server = await serve(port).catch((error: unknown) => {
      if (fallbackPort === undefined || !isInUse(error)) throw error;
      return serve(fallbackPort);
    });
  } catch (error) {
    await emulator.close();
    throw error;
  }
  const { port: taken } = server.address() as AddressInfo;

  async function stopAddress(): Promise<void> {
    const stopping = server;
    server = undefined;
    if (stopping === undefined) return;
    for (const socket of upgraded) socket.destroy();
    await stop(stopping);
  }

  return {
    url: `http://localhost:${taken}/`,
    emulator,
    address: {
      stop: stopAddress,
      async start() {
        server ??= await serve(taken);
      },
    },
    async close() {
      await stopAddress();
      await emulator.close();
    },
  };
}
