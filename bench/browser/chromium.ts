import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBrowser } from '../../scripts/browser.mjs';
import { BASE_ARGS } from '../../test/support/browser.ts';
import { connectCdp, type Cdp } from './cdp.ts';

/** No slower timers for pages that nobody looks at: several are open, and all but one are behind. */
const ALWAYS_IN_FRONT = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
] as const;

/** How long a browser may take to start. Unit: ms. */
const START_TIMEOUT_MS = 30_000;

/**
 * A headless Chromium on a profile of its own on disk, driven by the bare DevTools protocol.
 *
 * Not by a test driver: those listen to every network event of every page, which slows down a page that calls the
 * service itself, and not a SharedWorker, which they do not see. That would flatter Moorage.
 */
export interface Chromium {
  readonly version: string;
  readonly cdp: Cdp;
  close(): Promise<void>;
}

async function readAddress(profile: string): Promise<string> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await delay(50)) {
    const written = await readFile(path.join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [port, address] = written.split('\n');
    if (port !== undefined && address !== undefined) return `ws://127.0.0.1:${port}${address}`;
  }
  throw new Error(`Chromium did not start within ${START_TIMEOUT_MS} ms`);
}

async function ended(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null || browser.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => browser.kill('SIGKILL'), 5_000);
    browser.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
  });
}

/** @throws {Error} No browser is installed, or it does not start. */
export async function startChromium(): Promise<Chromium> {
  const executable = findBrowser();
  if (executable === undefined) throw new Error('No Chromium found: run `node scripts/browser.mjs`');
  const profile = await mkdtemp(path.join(tmpdir(), 'moorage-bench-'));
  const flags = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...BASE_ARGS, ...ALWAYS_IN_FRONT];
  const browser = spawn(executable, [...flags, 'about:blank'], { stdio: 'ignore' });
  const cdp = await connectCdp(await readAddress(profile));
  const { product } = await cdp.send('Browser.getVersion');
  return {
    version: String(product),
    cdp,
    close: async () => {
      // The browser may be gone before it has answered.
      await cdp.send('Browser.close').catch(() => undefined);
      cdp.close();
      await ended(browser);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
