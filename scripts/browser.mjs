/**
 * Finds a Chromium for tests, benchmark and screenshots, and installs one where there is none.
 *
 * Run as a command it prints the path, or says why none can be had and exits with 1.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Names under which systems install it, best first. */
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function findOnPath() {
  for (const name of SYSTEM_NAMES) {
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(folder, name);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return undefined;
}

function findPlaywrights() {
  const file = chromium.executablePath();
  return file !== '' && existsSync(file) ? file : undefined;
}

/**
 * Looks for a browser that is already here.
 *
 * @returns {string | undefined} Path of the executable: `CHROMIUM_PATH`, else the system's, else Playwright's own.
 * @throws {Error} `CHROMIUM_PATH` is set and is no executable file: a wrong setting is never papered over.
 */
export function findBrowser() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== '') {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is set to ${chosen}, which is not an executable file`);
  }
  return findOnPath() ?? findPlaywrights();
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {string} Empty when it went well, else what went wrong.
 */
function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (result.error) return `${command}: ${result.error.message}`;
  return result.status === 0 ? '' : `${command} ${args.join(' ')}: exit code ${result.status ?? result.signal}`;
}

/** As root on Debian and its kin: the distribution's package, which brings the libraries it needs. */
function installWithApt() {
  if (process.getuid?.() !== 0) return 'apt-get: not root';
  const updated = run('apt-get', ['update', '-qq']);
  return updated === '' ? run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']) : updated;
}

function installWithPlaywright() {
  const cli = fileURLToPath(new URL('cli.js', import.meta.resolve('playwright-core')));
  return run(process.execPath, [cli, 'install', 'chromium']);
}

/**
 * Looks for a browser, and installs one if there is none.
 *
 * - As root with apt-get: Debian's package. Elsewhere, or if that failed: Playwright's download.
 *
 * @returns {string} Path of the executable.
 * @throws {Error} None can be had; the message says what was tried and why each attempt failed.
 */
export function resolveBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  console.log('No Chromium found (CHROMIUM_PATH, PATH, Playwright): installing one.');
  const reasons = [];
  for (const install of [installWithApt, installWithPlaywright]) {
    const failure = install();
    const installed = findBrowser();
    if (installed !== undefined) return installed;
    reasons.push(failure === '' ? `${install.name}: succeeded, but no browser was found afterwards` : failure);
  }
  throw new Error(
    `No Chromium can be had, so the browser tests cannot run:\n  ${reasons.join('\n  ')}\n` +
      'Install Chromium or Chrome, or set CHROMIUM_PATH to its executable.',
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(resolveBrowser());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
