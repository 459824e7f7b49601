import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One file of a test's own site: what a browser gets for a path. */
export type PageFile = {
  readonly type: 'html' | 'js' | 'css' | 'text';
  readonly body: string;
  /** Response headers besides type and caching. */
  readonly headers?: Readonly<Record<string, string>>;
};

const CONTENT_TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const;

/** Serves files from memory; it can be taken off the network and brought back at the same address. */
export interface PageServer {
  readonly port: number;
  /** `http://localhost:PORT`. `http://anything.localhost:PORT` is the same site under another origin. */
  readonly origin: string;
  /** Refuses everything, and ends the connections that are open. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
  /** Stops for good. Idempotent. */
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) {
      resolve();
      return;
    }
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Starts a server for a site held in memory.
 *
 * - Nothing is cached by the browser, so that a page that opens with the server gone owes it to a service worker.
 *
 * @param find Gives the file of an address (`/` is asked for as `/index.html`), or undefined: then the answer is 404.
 */
export async function startPageServer(find: (url: URL) => PageFile | undefined): Promise<PageServer> {
  const answer = (url: URL, response: ServerResponse) => {
    if (url.pathname === '/') url.pathname = '/index.html';
    const file = find(url);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': CONTENT_TYPES[file.type], 'cache-control': 'no-store', ...file.headers }).end(file.body);
  };
  const server = createServer((request, response) => answer(new URL(request.url ?? '/', 'http://localhost'), response));
  const port = await listen(server, 0);
  return {
    port,
    origin: `http://localhost:${port}`,
    stop: () => shut(server),
    start: async () => {
      if (!server.listening) await listen(server, port);
    },
    close: () => shut(server),
  };
}
