import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { eventually } from './tab.ts';

/** Counts the SharedWorkers of a browser and ends them where they stand, without their doing. */
export interface WorkerControl {
  /** A script that has to run before the first line of each worker. */
  readonly prelude: string;
  /** How many run, in whatever profile. */
  count(): Promise<number>;
  /** Ends them all: no event reaches their tabs, their locks are free at once. @returns How many there were. */
  kill(): Promise<number>;
  close(): Promise<void>;
}

type TargetInfo = { readonly targetId: string; readonly type: string };

/** By Chromium's DevTools, as a crash of the worker's process would: what it was doing is lost. */
function controlByDevTools(browser: Browser): WorkerControl {
  const targets = async (): Promise<readonly string[]> => {
    const session = await browser.newBrowserCDPSession();
    try {
      const { targetInfos } = (await session.send('Target.getTargets')) as { targetInfos: readonly TargetInfo[] };
      return targetInfos.filter(({ type }) => type === 'shared_worker').map(({ targetId }) => targetId);
    } finally {
      await session.detach();
    }
  };
  return {
    prelude: '',
    count: async () => (await targets()).length,
    kill: async () => {
      const workers = await targets();
      const session = await browser.newBrowserCDPSession();
      let killed = 0;
      // One may have come to its own end since it was listed.
      for (const targetId of workers) killed += await session.send('Target.closeTarget', { targetId }).then(() => 1, () => 0);
      await session.detach();
      return killed;
    },
    close: async () => undefined,
  };
}

/**
 * Where the driver sees no workers: each holds a connection to a server here, and closes itself when that says so. It ends
 * the turn it is in, and nothing that it waits for comes back to it.
 */
async function controlByLeash(): Promise<WorkerControl> {
  const held = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    held.add(response);
    response.on('close', () => held.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' }).flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  return {
    prelude: `if (self.SharedWorkerGlobalScope) (self.leash = new EventSource('${url}')).onmessage = () => self.close();`,
    count: async () => held.size,
    kill: async () => {
      const pulled = [...held];
      for (const response of pulled) response.write('data: end\n\n');
      await eventually(() => {
        if (pulled.some((response) => held.has(response))) throw new Error('a SharedWorker that was ended still runs');
      });
      return pulled.length;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @param browser Its name decides how. */
export function controlWorkers(browser: Browser): Promise<WorkerControl> {
  return browser.browserType().name() === 'chromium' ? Promise.resolve(controlByDevTools(browser)) : controlByLeash();
}
