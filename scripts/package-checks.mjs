/** What is checked on the package as users get it: the packed tarball, never the working folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programOf, root } from './steps.mjs';

const folder = path.join(root, '.build', 'package');

/**
 * Packs the project as it was built.
 *
 * @returns {string} Path of the tarball.
 * @throws {Error} npm failed.
 */
export function packProject() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const npm = process.env.npm_execpath;
  const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const result =
    npm !== undefined && existsSync(npm)
      ? spawnSync(process.execPath, [npm, ...args], { cwd: root, encoding: 'utf8' })
      : spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (result.status !== 0 || tarball === undefined) throw new Error(`npm pack failed: ${result.stderr ?? result.error}`);
  return path.join(folder, tarball);
}

/**
 * @param {string} tarball
 * @returns {readonly import('./steps.mjs').Step[]}
 */
export const packageSteps = (tarball) => [
  { name: 'publint', command: programOf('publint'), args: [tarball, '--strict'] },
  {
    name: 'attw',
    command: programOf('@arethetypeswrong/cli', 'attw'),
    args: [tarball, '--profile', 'esm-only'],
  },
];
