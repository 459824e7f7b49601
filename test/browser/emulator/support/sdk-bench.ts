import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from '../../../support/browser.ts';
import { type HostAnswer, type HostEvent, type HostRequest } from './sdk-host.ts';

/** Where the SDK runs. */
export type HostKind = 'page' | 'SharedWorker';

/** One connection of the unmodified SDK in a real browser. */
export interface SdkClient {
  /** Calls a method and gives what its promise gives. @throws {SdkRejection} What the SDK rejected with. */
  call<T = unknown>(method: string, ...args: readonly unknown[]): Promise<T>;
  /** Creates a message with the SDK and sends it. @param fields Set on the created message. */
  send(message: object, fields?: object): Promise<{ localMsgId: string; serverMsgId: string; message: SdkMessage }>;
  /** Has the SDK upload a text file and send it. */
  sendFile(message: object, content: string): Promise<{ serverMsgId: string }>;
  events(event?: string): Promise<HostEvent[]>;
  /** Waits until so many events of a kind have come. */
  untilEvents<T = Record<string, unknown>>(event: string, count: number, timeoutMs?: number): Promise<T[]>;
  login(user: string, credential: { readonly token: string } | { readonly password: string }): Promise<void>;
}

export type SdkMessage = {
  id: string;
  type: string;
  msg: string;
  from: string;
  to: string;
  time: number;
  ext?: object;
};

export class SdkRejection extends Error {
  override readonly name = 'SdkRejection';
  readonly type: unknown;
  constructor(type: unknown, message: string) {
    super(`SDK rejected with type ${String(type)}: ${message}`);
    this.type = type;
  }
}

/** A browser with the SDK bundled in, for one test file. */
export interface SdkBench {
  /** A new connection in a page (and SharedWorker, if that is the kind) that no other client of this test uses. */
  client(options: object): Promise<SdkClient>;
  /** Ends the connections of the test that is over. Their pages serve the next test: opening one takes a second. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function createSdkBench(kind: HostKind): Promise<SdkBench> {
  const scripts = await bundle();
  const server = createServer((request, response) => {
    const script = scripts.get((request.url ?? '/').slice(1));
    if (script !== undefined) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else {
      const entry = kind === 'page' ? 'page.js' : 'worker-page.js';
      // Queries are written in the page's encoding: a reaction in another one would reach the service as something else.
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><title>SDK</title><link rel="icon" href="data:,"><script src="/${entry}"></script>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await launchBrowser();
  const free: Page[] = [];
  const used: Page[] = [];

  return {
    async client(options) {
      const page = free.pop() ?? (await openPage(browser, origin));
      used.push(page);
      const client = createClient(page);
      await client.create(options);
      return client;
    },
    async reset() {
      await Promise.all(
        used.splice(0).map(async (page) => {
          await createClient(page).closeAll();
          await page.evaluate(() => localStorage.clear());
          free.push(page);
        }),
      );
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(): Promise<Map<string, string>> {
  const entry = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
  const result = await build({
    entryPoints: {
      page: entry('page-entry.ts'),
      worker: entry('worker-entry.ts'),
      'worker-page': entry('worker-page-entry.ts'),
    },
    bundle: true,
    write: false,
    format: 'iife',
    // The package says it has no side effects, which would drop the shim.
    ignoreAnnotations: true,
    outdir: '/',
    logLevel: 'error',
  });
  return new Map(result.outputFiles.map((file) => [file.path.replace(/^.*[\\/]/, ''), file.text]));
}

async function openPage(browser: Browser, origin: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

type OwnedClient = SdkClient & { create(options: object): Promise<void>; closeAll(): Promise<void> };

function createClient(page: Page): OwnedClient {
  const name = 'main';

  async function ask(request: HostRequest): Promise<unknown> {
    const answer = await page.evaluate(
      (sent) => (globalThis as unknown as { sdkHost(request: unknown): Promise<HostAnswer> }).sdkHost(sent),
      request as object,
    );
    if (!answer.ok) throw new SdkRejection(answer.error.type, answer.error.message);
    return answer.value;
  }

  const client: OwnedClient = {
    async create(options) {
      await ask({ op: 'create', name, options });
    },
    async closeAll() {
      await ask({ op: 'close-all' });
    },
    call: async <T>(method: string, ...args: readonly unknown[]) =>
      (await ask({ op: 'call', name, method, args })) as T,
    send: async (message, fields = {}) =>
      (await ask({ op: 'send', name, message, fields })) as Awaited<ReturnType<SdkClient['send']>>,
    sendFile: async (message, content) =>
      (await ask({ op: 'send-file', name, message, content })) as { serverMsgId: string },
    async events(event) {
      const events = (await ask({ op: 'events', name })) as HostEvent[];
      return event === undefined ? events : events.filter((entry) => entry.event === event);
    },
    async untilEvents<T>(event: string, count: number, timeoutMs = 30_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const events = await client.events(event);
        if (events.length >= count) return events.map((entry) => entry.data as T);
        if (Date.now() > deadline) {
          throw new Error(`${events.length} of ${count} ${event} after ${timeoutMs} ms`);
        }
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
    async login(user, credential) {
      const how = 'token' in credential ? { accessToken: credential.token } : { pwd: credential.password };
      await client.call('open', { user, ...how });
      await client.untilEvents('onConnected', 1);
    },
  };
  return client;
}
