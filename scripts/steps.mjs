/**
 * Runs the steps of a check: programs whose output matters only when they fail.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command path of a program, or of a script for Node
 * @property {readonly string[]} [args]
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {boolean} ok
 * @property {number} seconds
 * @property {string} output what the step printed, both streams in order of arrival
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; every step runs in it. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} packageName
 * @param {string} [binary] name of the program, when it is not the package's
 * @returns {string} The script behind a program of an installed package.
 */
export function programOf(packageName, binary = packageName) {
  const folder = path.join(root, 'node_modules', packageName);
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) throw new Error(`${packageName} is not installed: run npm install first`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[binary]);
}

/**
 * Runs one program to its end.
 *
 * @param {Step} step
 * @param {{ live?: boolean }} [options] `live`: show the output while it comes, rather than keep it.
 * @returns {Promise<Outcome>} Never rejects: a program that cannot start is a failed step.
 */
export function runStep({ name, command, args = [] }, { live = false } = {}) {
  const startedMs = performance.now();
  /** @type {string[]} */
  const output = [];
  return new Promise((resolve) => {
    const done = (/** @type {boolean} */ ok) =>
      resolve({ name, ok, seconds: (performance.now() - startedMs) / 1000, output: output.join('') });
    const env = live ? process.env : { ...process.env, NO_COLOR: '1' };
    const child = spawn(process.execPath, [command, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    child.stdout?.on('data', (chunk) => output.push(String(chunk)));
    child.stderr?.on('data', (chunk) => output.push(String(chunk)));
    child.once('error', (error) => {
      output.push(error.message);
      done(false);
    });
    child.once('close', (code) => done(code === 0));
  });
}

/**
 * Prints a line for the step, and what it said if it failed.
 *
 * @param {Outcome} outcome
 */
export function report({ name, ok, seconds, output }) {
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}  ${seconds.toFixed(1)} s`);
  if (!ok && output.trim() !== '') console.log(output.trimEnd().replace(/^/gm, '      '));
}
