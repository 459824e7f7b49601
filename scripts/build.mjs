/**
 * Builds `dist/` and the demo. As a command (`npm run build`) it starts from empty folders; from a program it builds
 * only what has become stale, in place, so that a running demo or test keeps its files.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = path.join(root, '.build', 'built');
const outputs = ['dist', 'demo/dist'];

/** What the build reads: a change in any of these makes it stale. */
const inputs = [
  'src',
  'demo',
  'scripts/doors.mjs',
  'rollup.config.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];

/**
 * @param {string} entry file or folder
 * @returns {number} Newest modification time in it, in ms since the epoch; 0 when it does not exist.
 */
function newestChangeMs(entry) {
  const info = statSync(entry, { throwIfNoEntry: false });
  if (info === undefined) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  const names = readdirSync(entry);
  const inside = names
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .map((name) => newestChangeMs(path.join(entry, name)));
  // A folder's own time tells of a file that left; where the build writes its output it tells of the build alone.
  return Math.max(names.includes('dist') ? 0 : info.mtimeMs, ...inside);
}

function isStale() {
  if (!existsSync(stamp) || outputs.some((folder) => !existsSync(path.join(root, folder)))) return true;
  const builtMs = statSync(stamp).mtimeMs;
  return inputs.some((entry) => newestChangeMs(path.join(root, entry)) > builtMs);
}

/**
 * Builds everything.
 *
 * @returns {Promise<void>}
 * @throws {Error} Rollup failed; its output, which says why, is on the terminal.
 */
export async function build() {
  const startedAt = new Date();
  const rollup = path.join(root, 'node_modules', 'rollup', 'dist', 'bin', 'rollup');
  const child = spawn(process.execPath, [rollup, '-c', '--silent'], { cwd: root, stdio: 'inherit' });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code !== 0) throw new Error(`The build failed: rollup ended with ${code}`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt); // a file saved while the build ran is newer than the build
}

/**
 * Builds if a source is newer than the last build, or an output is missing.
 *
 * @returns {Promise<void>}
 */
export async function buildIfStale() {
  if (isStale()) await build();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const folder of outputs) rmSync(path.join(root, folder), { recursive: true, force: true });
  try {
    await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
