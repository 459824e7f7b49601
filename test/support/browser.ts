import { fileURLToPath } from 'node:url';
import { chromium, firefox, type Browser, type BrowserContext } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.mjs';

/** Where this run's pages live: the project `firefox` says so in its environment, everything else means Chromium. */
const engine = process.env['TEST_ENGINE'] === 'firefox' ? 'firefox' : 'chromium';

/** Starts the Firefox of `FIREFOX_PATH` so that it outlives the processes of its tabs. */
const FIREFOX_SCRIPT = fileURLToPath(new URL('firefox.sh', import.meta.url));

/**
 * Flags of every run in Chromium: no sandbox (containers run as root), no GPU, and none of the traffic and first-run work of a
 * browser that a person uses, which would take time from the test.
 */
export const BASE_ARGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a browser may take to start. Unit: ms; a slow machine starts the next one while the last one ends. */
const START_MS = 120_000;

export type LaunchOptions = {
  /** Added to the base flags of Chromium. */
  readonly args?: readonly string[];
  /** Flags of Playwright to leave out, e.g. `--disable-back-forward-cache` for tests of that cache. */
  readonly ignoreDefaultArgs?: readonly string[];
};

function launchSettings({ args = [], ignoreDefaultArgs = [] }: LaunchOptions) {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new Error('No Chromium found: run `node scripts/browser.mjs` to install one, or set CHROMIUM_PATH');
  }
  return {
    executablePath,
    headless: true,
    timeout: START_MS,
    args: [...BASE_ARGS, ...args],
    ignoreDefaultArgs: [...ignoreDefaultArgs],
  };
}

function launchFirefox(): Promise<Browser> {
  const executable = findBrowser('firefox');
  if (executable === undefined) {
    throw new Error('No Firefox found: run `node scripts/browser.mjs firefox` to install one, or set FIREFOX_PATH');
  }
  const env = { ...process.env, FIREFOX_PATH: executable };
  return firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX_SCRIPT, env, headless: true });
}

/**
 * Starts a headless browser of this run's engine whose contexts live in memory.
 *
 * - Firefox is the system's own, over WebDriver BiDi: what a test asks of Chromium's DevTools is not there.
 * - Pages of ONE context share workers, storage and locks; each new context is a fresh profile.
 *
 * @returns The browser; the caller closes it.
 * @throws {Error} No browser is installed, or it does not start.
 */
export function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  if (engine === 'firefox') return launchFirefox();
  return chromium.launch(launchSettings(options));
}

/**
 * Starts a headless Chromium on a profile folder, for tests in which the whole browser is closed or killed and
 * started again over the same storage.
 *
 * @param dir Profile folder; created if missing, kept afterwards. One browser at a time may use it.
 * @returns Its only context; closing it ends the browser.
 */
export function launchPersistent(dir: string, options: LaunchOptions = {}): Promise<BrowserContext> {
  return chromium.launchPersistentContext(dir, launchSettings(options));
}
