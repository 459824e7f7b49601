/**
 * Finds the browsers for tests, benchmark and screenshots, and installs what is not there.
 *
 * Run as a command (`node scripts/browser.mjs [chromium|firefox]`) it prints the path, or says why none can be had and exits with 1.
 *
 * @typedef {'chromium' | 'firefox'} Engine
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** What each is called: to people, in the environment, in Debian, and on systems' paths, best first. */
const ENGINES = {
  chromium: {
    title: 'Chromium',
    variable: 'CHROMIUM_PATH',
    aptPackage: 'chromium',
    systemNames: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  },
  // Playwright's own Firefox is a patched build that speaks another protocol: tests drive the one that users have.
  firefox: { title: 'Firefox', variable: 'FIREFOX_PATH', aptPackage: 'firefox-esr', systemNames: ['firefox-esr', 'firefox'] },
};

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {readonly string[]} names */
function findOnPath(names) {
  for (const name of names) {
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
 * @param {Engine} [engine]
 * @returns {string | undefined} Path of the executable: `CHROMIUM_PATH` or `FIREFOX_PATH`, else the system's, else Playwright's own Chromium.
 * @throws {Error} The variable is set to what is no executable file: a wrong setting is never papered over.
 */
export function findBrowser(engine = 'chromium') {
  const { variable, systemNames } = ENGINES[engine];
  const chosen = process.env[variable];
  if (chosen !== undefined && chosen !== '') {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`${variable} is set to ${chosen}, which is not an executable file`);
  }
  return findOnPath(systemNames) ?? (engine === 'chromium' ? findPlaywrights() : undefined);
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

/**
 * As root on Debian and its kin: the distribution's package, which brings the libraries it needs.
 *
 * @param {Engine} engine
 */
function installWithApt(engine) {
  if (process.getuid?.() !== 0) return 'apt-get: not root';
  const updated = run('apt-get', ['update', '-qq']);
  if (updated !== '') return updated;
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ENGINES[engine].aptPackage]);
}

function installWithPlaywright() {
  const cli = fileURLToPath(new URL('cli.js', import.meta.resolve('playwright-core')));
  return run(process.execPath, [cli, 'install', 'chromium']);
}

/**
 * Looks for a browser, and installs one if there is none.
 *
 * - As root with apt-get: Debian's package. Elsewhere, or if that failed: Playwright's download of Chromium.
 *
 * @param {Engine} [engine]
 * @returns {string} Path of the executable.
 * @throws {Error} None can be had; the message says what was tried and why each attempt failed.
 */
export function resolveBrowser(engine = 'chromium') {
  const found = findBrowser(engine);
  if (found !== undefined) return found;
  const { title, variable } = ENGINES[engine];
  console.log(`No ${title} found (${variable}, PATH): installing one.`);
  const reasons = [];
  for (const install of engine === 'chromium' ? [installWithApt, installWithPlaywright] : [installWithApt]) {
    const failure = install(engine);
    const installed = findBrowser(engine);
    if (installed !== undefined) return installed;
    reasons.push(failure === '' ? `${install.name}: succeeded, but no browser was found afterwards` : failure);
  }
  throw new Error(
    `No ${title} can be had, so the tests in it cannot run:\n  ${reasons.join('\n  ')}\n` +
      `Install ${title}, or set ${variable} to its executable.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const engine = process.argv[2] ?? 'chromium';
    if (engine !== 'chromium' && engine !== 'firefox') throw new Error(`${engine} is neither chromium nor firefox`);
    console.log(resolveBrowser(engine));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
